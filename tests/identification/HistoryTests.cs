using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;
using Tiltas.Identification.Entitlements;
using Tiltas.Identification.Statuses;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Tests;

/// <summary>
/// Random histories of persons, held against oracle.yaml, which was written from the sources. Set TILTAS_HISTORY_SEED to walk
/// those of an earlier run again.
/// </summary>
public sealed class HistoryTests
{
    private const int Histories = 100_000;

    private static readonly Oracle Oracle = Oracle.File;
    private static readonly EntitlementTable Table = EntitlementFile.Read(Path.Combine(Kit.CountryFolder, "entitlements.yaml"));
    private static readonly Decision Decided = Decision.Parse("1-02/2026", new DateOnly(2026, 1, 5), new DateOnly(2026, 1, 5)).Value!;

    [Fact]
    public void Oracle_EveryPairOfStates_StandsInOneRowThatNamesItsSource()
    {
        foreach (var from in Oracle.States)
            foreach (var to in Oracle.States.Skip(1))
                Assert.Single(Oracle.Moves.Concat(Oracle.Illegal), row => row.From.Contains(from) && row.To == to);
        Assert.Equal(Oracle.States.Skip(1).Order(), Enum.GetNames<VictimStatus>().Order());
        Assert.All(Oracle.Moves.Concat(Oracle.Illegal), row => Assert.True(row.Source.Length > 0 && row.Says.Length > 20));
        Assert.All(Oracle.Entitlements, gift => Assert.True(gift.Source.Length > 0 && gift.Says.Length > 20));
    }

    [Fact]
    public void Move_RandomHistories_AnswersEntitlesAndTellsAsTheOracle()
    {
        var seed = OracleWalk.Seed();
        var random = new Random(seed);
        var tally = new OracleWalk.Tally();
        var (differences, moves) = (new SortedDictionary<string, string>(StringComparer.Ordinal), 0);
        for (var history = 0; history < Histories; history++)
        {
            var walk = new OracleWalk(random, residence: true);
            var subject = SubjectRef.From(Guid.CreateVersion7(DateTimeOffset.UnixEpoch));
            StandingRow? row = null;
            for (var left = random.Next(3, 16); left > 0; left--, moves++)
            {
                var attempt = walk.Draw(Oracle);
                if (!Same(walk, attempt, ref row, subject, tally, differences)) break;
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {Histories} histories, {moves} moves; " + string.Join("; ", tally.OrderBy(met => met.Key).Select(met => $"{met.Key} {met.Value}")));
        Assert.True(differences.Count == 0, $"seed {seed}, {differences.Count} differences:\n" + string.Join('\n', differences.Take(40).Select(difference => $"{difference.Key} | history: {difference.Value}")));
        Assert.Empty(OracleWalk.Tally.Expected(Oracle).Except(tally.Keys));
    }

    private static bool Same(OracleWalk walk, OracleWalk.Attempt attempt, ref StandingRow? row, SubjectRef subject, OracleWalk.Tally tally, SortedDictionary<string, string> differences)
    {
        var (expected, refusal) = walk.Judge(Oracle, attempt, tally);
        var moved = (row?.ToStanding() ?? new VictimStanding.Unrecorded()).Move(new Change
        {
            To = Enum.Parse<VictimStatus>(attempt.To), By = Id(attempt.By), ByType = Enum.Parse<AgencyType>(attempt.By.Type),
            Decision = attempt.Decision ? Decided : null, Reason = attempt.Reason ? EndReason.PersonWithdrew : null,
        });
        var what = $"{walk.State} -> {attempt.To} by {attempt.By.Type}{(attempt.By == walk.Conferrer ? " who conferred it" : "")}{(attempt.Decision ? ", decision" : "")}{(attempt.Reason ? ", reason" : "")}";
        var (right, answered) = (Expect(expected, refusal), Answer(moved.Error));
        if (right != answered) return Differ(what, right, answered);
        if (refusal is not null) return true;

        walk.Take(Oracle, attempt, expected, tally);
        var known = Circumstances.After(row, Id(attempt.By), Code<AgeBand>(attempt.Age), Code<ResidenceStatus>(attempt.Residence));
        var next = WriteStanding.WithRights(ChangeStatus.Row(Id(attempt.By), subject, moved.Value, known, row, DateTimeOffset.UnixEpoch), Table);
        var (stands, told) = ($"{walk.State} of {walk.Conferrer?.Number} version {walk.Steps.Count}", Tell(walk.Steps[^1]));
        var (stood, said) = ($"{next.Status} of {next.InformallyBy?.Value[4..]} version {next.Version}", Tell(WriteStanding.Told(next, row)));
        row = next;
        if (stands != stood) return Differ(what, stands, stood);
        var given = string.Join(' ', next.Entitlements.Order(StringComparer.Ordinal));
        if (given != string.Join(' ', walk.Given)) return Differ($"{walk.State} at {walk.Age} as {walk.Residence}", string.Join(' ', walk.Given), given);
        return told == said || Differ($"told of {what}", told, said);

        bool Differ(string where, string oracle, string code)
        {
            differences.TryAdd($"{where}: oracle {oracle}; code {code}", walk.ToString());
            return false;
        }
    }

    private static T? Code<T>(string? name) where T : struct, Enum => name is null ? null : Enum.Parse<T>(name);

    private static AgencyId Id(OracleWalk.Actor actor) => AgencyId.From($"lt-a{actor.Number}");

    private static string Expect(Oracle.Row row, Oracle.Refusal? refusal) => refusal switch
    {
        null => "allowed",
        { Kind: "illegal" } => $"{refusal.Code} {row.Rule}",
        { Kind: "agency" } => $"{refusal.Code} {row.Rule} {string.Join(' ', row.By!.Concat(row.OrConferrer ? ["conferring-agency"] : []).Order(StringComparer.Ordinal))}",
        _ => refusal.Code,
    };

    private static string Answer(Error? error) => error switch
    {
        null => "allowed",
        Error.Conflict conflict => $"{conflict.Code} {conflict.Rule}",
        Error.Forbidden forbidden => $"{forbidden.Code} {forbidden.Rule} {string.Join(' ', forbidden.Missing.Order(StringComparer.Ordinal))}",
        _ => error.Code,
    };

    private static string Tell(OracleWalk.Step step) =>
        step.Gained.Length + step.Lost.Length == 0 ? "nothing" : $"+{string.Join(' ', step.Gained)} -{string.Join(' ', step.Lost)} ={string.Join(' ', step.Given)}";

    private static string Tell(EntitlementsChanged? told) => told is null ? "nothing" : $"+{In(told.Gained)} -{In(told.Lost)} ={In(told.Entitlements)}";

    private static string In(Entitlement[] entitlements) => string.Join(' ', entitlements.Select(item => item.ToString()).Order(StringComparer.Ordinal));
}
