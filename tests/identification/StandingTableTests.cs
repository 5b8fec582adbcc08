using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Statuses;

namespace Tiltas.Identification.Tests;

/// <summary>
/// Every change of standing by every kind of agency, against a table written from the domain's facts: informal status is for
/// whoever meets the person, formal status and its reversal for the bodies of a pre-trial investigation or a trial.
/// </summary>
public sealed class StandingTableTests
{
    // I informal · F formal, with a decision · R reversal, with a decision · E ended by the conferrer or a formal authority
    // C closed by a formal authority · anything longer is the rule that refuses everybody
    private const string Moves = """
        from          Suspected                    Presumed            Recognised          NotConfirmed                 Ended
        Unrecorded    I                            I                   F                   nothing-to-decide            nothing-to-end
        Suspected     standing-unchanged           I                   F                   F                            E
        Presumed      presumption-not-weakened     standing-unchanged  F                   F                            E
        Recognised    recognition-reversed-first   R                   standing-unchanged  recognition-reversed-first   R
        NotConfirmed  I                            I                   F                   standing-unchanged           C
        Ended         I                            I                   F                   nothing-to-decide            standing-unchanged
        """;

    private const string Competence = """
        type                       I  F  R  E  C
        Police                     y  y  y  y  y
        BorderGuard                y  y  y  y  y
        Prosecutor                 y  y  y  y  y
        Court                      y  y  y  y  y
        LabourInspectorate         y  n  n  n  n
        MigrationAuthority         y  n  n  n  n
        ChildRightsService         y  n  n  n  n
        Municipality               y  n  n  n  n
        Ministry                   n  n  n  n  n
        Ngo                        y  n  n  n  n
        HealthService              y  n  n  n  n
        LegalService               n  n  n  n  n
        InternationalOrganisation  y  n  n  n  n
        """;

    private static readonly Dictionary<string, string> RuleNames = new()
    {
        ["I"] = "informal-by-identifying-agency",
        ["F"] = "formal-by-pre-trial-authority",
        ["R"] = "reversal-by-pre-trial-authority",
        ["E"] = "ending-by-conferrer-or-pre-trial-authority",
        ["C"] = "closing-by-pre-trial-authority",
    };

    private static readonly AgencyId Conferrer = AgencyId.From("lt-first");
    private static readonly AgencyId Other = AgencyId.From("lt-other");
    private static readonly Decision Decided = Decision.Parse("1-02/2026", new DateOnly(2026, 1, 5), new DateOnly(2026, 1, 5)).Value!;

    private static readonly Dictionary<(string, string), string> MoveTable = Read(Moves);
    private static readonly Dictionary<(string, string), string> CompetenceTable = Read(Competence);

    private static readonly VictimStanding[] Standings =
    [
        new VictimStanding.Unrecorded(), new VictimStanding.Suspected(Conferrer), new VictimStanding.Presumed(Conferrer),
        new VictimStanding.Recognised(Decided, Conferrer), new VictimStanding.NotConfirmed(Decided), new VictimStanding.Ended(EndReason.ProceedingsClosed),
    ];

    public static TheoryData<string, VictimStatus, AgencyType, bool> Every()
    {
        var all = new TheoryData<string, VictimStatus, AgencyType, bool>();
        foreach (var from in Standings)
            foreach (var to in Enum.GetValues<VictimStatus>())
                foreach (var type in Enum.GetValues<AgencyType>())
                    foreach (var byConferrer in (bool[])[true, false])
                        all.Add(from.GetType().Name, to, type, byConferrer);
        return all;
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Move_EveryStandingStatusAndAgency_AnswersAsTheTable(string from, VictimStatus to, AgencyType type, bool byConferrer)
    {
        var entry = MoveTable[(from, to.ToString())];
        var needsDecision = entry is "F" or "R";
        var result = Standings.Single(standing => standing.GetType().Name == from).Move(new Change
        {
            To = to, By = byConferrer ? Conferrer : Other, ByType = type,
            Decision = needsDecision ? Decided : null, Reason = to == VictimStatus.Ended ? EndReason.PersonWithdrew : null,
        });

        if (!RuleNames.TryGetValue(entry, out var rule))
        {
            Assert.Equal(entry, Assert.IsType<Error.Conflict>(result.Error).Rule);
        }
        else if (CompetenceTable[(type.ToString(), entry)] == "y" || (entry == "E" && byConferrer))
        {
            Assert.Null(result.Error);
            Assert.Equal(to, result.Value.Status);
        }
        else
        {
            var refused = Assert.IsType<Error.Forbidden>(result.Error);
            Assert.Equal(rule, refused.Rule);
            var may = CompetenceTable.Where(pair => pair.Key.Item2 == entry && pair.Value == "y").Select(pair => pair.Key.Item1);
            Assert.Equal(may.Concat(entry == "E" ? ["conferring-agency"] : []).Order(), refused.Missing.Order());
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Move_DecisionOrReasonMissingOrTooMuch_IsInvalid(string from, VictimStatus to, AgencyType type, bool byConferrer)
    {
        var entry = MoveTable[(from, to.ToString())];
        if (!RuleNames.ContainsKey(entry) || !(CompetenceTable[(type.ToString(), entry)] == "y" || (entry == "E" && byConferrer))) return;
        var standing = Standings.Single(standing => standing.GetType().Name == from);
        var (needsDecision, needsReason) = (entry is "F" or "R", to == VictimStatus.Ended);
        var right = new Change
        {
            To = to, By = byConferrer ? Conferrer : Other, ByType = type,
            Decision = needsDecision ? Decided : null, Reason = needsReason ? EndReason.LeftCountry : null,
        };

        var decision = Assert.IsType<Error.Invalid>(standing.Move(right with { Decision = needsDecision ? null : Decided }).Error);
        var reason = Assert.IsType<Error.Invalid>(standing.Move(right with { Reason = needsReason ? null : EndReason.LeftCountry }).Error);

        Assert.Equal("$.decisionReference", decision.Field);
        Assert.Equal("$.reason", reason.Field);
    }

    [Fact]
    public void Reversal_AfterRecognition_LeavesThePresumptionWithTheAgencyThatHadConferredIt()
    {
        VictimStanding standing = new VictimStanding.Presumed(Conferrer);
        standing = standing.Move(By(Other, AgencyType.Police, VictimStatus.Recognised, Decided)).Value;
        standing = standing.Move(By(Other, AgencyType.Court, VictimStatus.Presumed, Decided)).Value;

        Assert.Equal(Conferrer, standing.ConferredInformallyBy);
        Assert.Null(standing.Move(By(Conferrer, AgencyType.Ngo, VictimStatus.Ended, null, EndReason.PersonWithdrew)).Error);
    }

    [Fact]
    public void Reversal_OfARecognitionWithNothingBefore_IsConferredByWhoReverses()
    {
        var standing = new VictimStanding.Unrecorded().Move(By(Other, AgencyType.Police, VictimStatus.Recognised, Decided)).Value;
        standing = standing.Move(By(Conferrer, AgencyType.Prosecutor, VictimStatus.Presumed, Decided)).Value;

        Assert.Equal(Conferrer, standing.ConferredInformallyBy);
    }

    [Fact]
    public void Move_RandomHistories_FormalStatusNeverComesOrGoesWithoutADecisionOfAFormalAuthority()
    {
        var random = new Random(20261122);
        string[] formal = ["Police", "BorderGuard", "Prosecutor", "Court"];
        for (var history = 0; history < 5_000; history++)
        {
            VictimStanding standing = new VictimStanding.Unrecorded();
            for (var step = 0; step < 12; step++)
            {
                var change = By(
                    AgencyId.From("lt-a" + random.Next(4)), Pick(Enum.GetValues<AgencyType>()), Pick(Enum.GetValues<VictimStatus>()),
                    random.Next(2) == 0 ? Decided : null, random.Next(2) == 0 ? Pick(Enum.GetValues<EndReason>()) : null);
                var next = standing.Move(change);
                if (next.Error is not null) continue;
                var touchesFormal = standing is VictimStanding.Recognised || next.Value is VictimStanding.Recognised or VictimStanding.NotConfirmed;
                if (touchesFormal) Assert.True(formal.Contains(change.ByType.ToString()) && change.Decision is not null);
                Assert.True(change.ByType is not (AgencyType.Ministry or AgencyType.LegalService) || next.Value is VictimStanding.Ended);
                standing = next.Value;
            }
        }
        T Pick<T>(T[] from) => from[random.Next(from.Length)];
    }

    private static Change By(AgencyId by, AgencyType type, VictimStatus to, Decision? decision, EndReason? reason = null) =>
        new() { To = to, By = by, ByType = type, Decision = decision, Reason = reason };

    private static Dictionary<(string, string), string> Read(string table)
    {
        var rows = table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToArray();
        return rows.Skip(1).SelectMany(row => row.Skip(1).Select((cell, i) => (Key: (row[0], rows[0][i + 1]), cell))).ToDictionary(pair => pair.Key, pair => pair.cell);
    }
}
