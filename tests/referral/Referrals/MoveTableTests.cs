using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Referrals;
using Case = Tiltas.Referral.Referrals.Referral;

namespace Tiltas.Referral.Tests;

/// <summary>Every move from every state by everybody, against a table written from the words of the policy and not from the code.</summary>
public sealed class MoveTableTests
{
    // One line a move: who may, and from each state what becomes of it with the clock that runs then.
    // complete: that clock; once: the decision's clock, unless it has lapsed already; same: as before; none: no clock; -: the move is
    // not legal there.
    private const string Policy = """
        move         by         Submitted           Acknowledged        Accepted        InService       Completed  Declined  Withdrawn
        acknowledge  recipient  Acknowledged/once   -                   -               -               -          -         -
        accept       recipient  Accepted/complete   Accepted/complete   -               -               -          -         -
        decline      recipient  Declined/none       Declined/none       -               -               -          -         -
        start        recipient  -                   -                   InService/same  -               -          -         -
        complete     recipient  -                   -                   Completed/none  Completed/none  -          -         -
        withdraw     sender     Withdrawn/none      Withdrawn/none      Withdrawn/none  Withdrawn/none  -          -         -
        """;

    private static readonly (Dictionary<(string Move, ReferralStatus From), string> Cells, Dictionary<string, string> Movers) Table = Read();

    [Fact]
    public void EveryMove_FromEveryState_ByEverybody_FollowsTheTable()
    {
        var tried = 0;
        foreach (var before in EveryReferral())
            foreach (var (name, code, move) in EveryMove())
                foreach (var (who, by) in (IEnumerable<(string, AgencyId)>)[("sender", Fixed.Sender), ("recipient", Fixed.Recipient), ("stranger", Fixed.Stranger)])
                {
                    tried++;
                    var result = move(before, by);
                    var cell = Table.Cells[(name, before.State.Status)];
                    if (who != Table.Movers[name])
                    {
                        var refused = Assert.IsType<Error.Forbidden>(result.Error);
                        Assert.Equal($"referral:{Table.Movers[name]}-only", refused.Rule);
                        Assert.NotEmpty(refused.Missing);
                    }
                    else if (cell == "-")
                    {
                        var refused = Assert.IsType<Error.Conflict>(result.Error);
                        Assert.Equal(("TLT-REF-0320", $"referral:{name}-from-{before.State.Status}"), (refused.Code, refused.Rule));
                    }
                    else
                    {
                        Assert.Null(result.Error);
                        Assert.Equal(Expected(before, cell, code), result.Value);
                    }
                }
        Assert.Equal(EveryReferral().Count() * EveryMove().Count() * 3, tried);
        Assert.True(tried > 2000, $"{tried} cells were tried");
    }

    [Fact]
    public void Lapse_OfEveryClock_BeforeAndAfter_FollowsThePolicy()
    {
        foreach (var before in EveryReferral())
        {
            if (before.Clock is not { } clock)
            {
                Assert.Null(before.Lapse(DateTimeOffset.MaxValue));
                continue;
            }
            Assert.Null(before.Lapse(clock.DueBy.AddTicks(-1)));
            foreach (var now in (DateTimeOffset[])[clock.DueBy, clock.DueBy.AddTicks(1), DateTimeOffset.MaxValue])
            {
                // Nobody said a word: the decision is waited for next. After that, or once work is under way, nothing more is.
                RunningClock? next = clock.Kind is Clock.Acknowledge ? new(Clock.Decide, Fixed.Deadlines.DecideBy) : null;
                Assert.Equal(before with { Version = before.Version + 1, Clock = next }, before.Lapse(now));
            }
        }
    }

    [Fact]
    public void Submitted_StartsOpenAtOne_WithTheFirstClock()
    {
        var referral = New();
        Assert.Equal((1, ReferralStatus.Submitted, true), (referral.Version, referral.State.Status, referral.State.IsOpen));
        Assert.Equal(new RunningClock(Clock.Acknowledge, Fixed.Deadlines.AcknowledgeBy), referral.Clock);
    }

    [Fact]
    public void Row_OfEveryState_ReadsBackAsWritten()
    {
        foreach (var referral in EveryReferral())
        {
            var row = new ReferralRow
            {
                Referral = referral.Id, Subject = referral.Subject, FromAgency = referral.From, ToAgency = referral.To, Need = referral.Need, Purpose = referral.Purpose,
                Urgency = referral.Urgency, AcknowledgeBy = referral.Deadlines.AcknowledgeBy, DecideBy = referral.Deadlines.DecideBy, CompleteBy = referral.Deadlines.CompleteBy,
                Code = "left over",
            };
            row.Write(referral);
            Assert.Equal(referral, row.Read());
        }
    }

    [Fact]
    public void RandomWalks_VersionsRiseByOne_AndClosedStaysClosed()
    {
        var moves = EveryMove().ToList();
        var reached = new HashSet<ReferralStatus>();
        var random = new Random(20261122);
        for (var walk = 0; walk < 2_000; walk++)
        {
            var now = Fixed.Start;
            var referral = New();
            var lapsed = new HashSet<Clock>();
            for (var step = 0; step < 25; step++)
            {
                now += TimeSpan.FromMinutes(random.Next(1, 3_000));
                var by = random.Next(8) == 0 ? Fixed.Stranger : random.Next(3) == 0 ? Fixed.Sender : Fixed.Recipient;
                var silence = random.Next(4) == 0;
                var next = silence ? referral.Lapse(now) : moves[random.Next(moves.Count)].Move(referral, by) is { Error: null } moved ? moved.Value : null;
                if (next is null) continue;
                Assert.True(referral.State.IsOpen, $"{referral.State} was left");
                Assert.True(silence || by != Fixed.Stranger, "a stranger moved it");
                Assert.True(!silence || next.State == referral.State, "silence is no answer");
                Assert.Equal(referral.Version + 1, next.Version);
                Assert.Equal(referral with { Version = next.Version, State = next.State, Clock = next.Clock }, next);
                Assert.True(next.State.IsOpen || next.Clock is null, "a closed referral has no clock");
                Assert.True(!silence || lapsed.Add(referral.Clock!.Value.Kind), $"{referral.Clock} lapsed twice");
                referral = next;
                reached.Add(referral.State.Status);
            }
        }
        Assert.Equal(Enum.GetValues<ReferralStatus>(), reached.Order());
    }

    private static Case Expected(Case before, string cell, string? code)
    {
        var (status, clock) = cell.Split('/') is [var s, var c] ? (s, c) : throw new InvalidOperationException(cell);
        return before with
        {
            Version = before.Version + 1,
            State = status switch
            {
                "Acknowledged" => new ReferralState.Acknowledged(),
                "Accepted" => new ReferralState.Accepted(),
                "InService" => new ReferralState.InService(),
                "Completed" => new ReferralState.Completed(Enum.Parse<Outcome>(code!)),
                "Declined" => new ReferralState.Declined(Enum.Parse<DeclineCode>(code!)),
                "Withdrawn" => new ReferralState.Withdrawn(Enum.Parse<WithdrawReason>(code!)),
                _ => throw new InvalidOperationException(status),
            },
            Clock = clock switch
            {
                // While nobody said a word a clock runs, until the last of them has lapsed.
                "once" => before.Clock is null ? null : new RunningClock(Clock.Decide, Fixed.Deadlines.DecideBy),
                "complete" => new RunningClock(Clock.Complete, Fixed.Deadlines.CompleteBy),
                "same" => before.Clock,
                "none" => null,
                _ => throw new InvalidOperationException(clock),
            },
        };
    }

    private static Case New() => Case.Submit(
        Fixed.Id, Fixed.Subject, Fixed.Sender, Fixed.Recipient, Need.Shelter, Purpose.Assistance, Urgency.Urgent, Fixed.Deadlines);

    /// <summary>Each state with each of its payloads and each clock that can run in it.</summary>
    private static IEnumerable<Case> EveryReferral()
    {
        RunningClock ack = new(Clock.Acknowledge, Fixed.Deadlines.AcknowledgeBy), decide = new(Clock.Decide, Fixed.Deadlines.DecideBy), complete = new(Clock.Complete, Fixed.Deadlines.CompleteBy);
        List<(ReferralState State, RunningClock?[] Clocks)> all =
        [
            (new ReferralState.Submitted(), [ack, decide, null]), (new ReferralState.Acknowledged(), [decide, null]),
            (new ReferralState.Accepted(), [complete, null]), (new ReferralState.InService(), [complete, null]),
            .. Enum.GetValues<Outcome>().Select(code => ((ReferralState)new ReferralState.Completed(code), new RunningClock?[] { null })),
            .. Enum.GetValues<DeclineCode>().Select(code => ((ReferralState)new ReferralState.Declined(code), new RunningClock?[] { null })),
            .. Enum.GetValues<WithdrawReason>().Select(code => ((ReferralState)new ReferralState.Withdrawn(code), new RunningClock?[] { null })),
        ];
        return from pair in all from clock in pair.Clocks select New() with { Version = 5, State = pair.State, Clock = clock };
    }

    private static IEnumerable<(string Name, string? Code, Func<Case, AgencyId, Result<Case>> Move)> EveryMove() =>
    [
        ("acknowledge", null, (referral, by) => referral.Acknowledge(by)),
        ("accept", null, (referral, by) => referral.Accept(by)),
        ("start", null, (referral, by) => referral.Start(by)),
        .. Enum.GetValues<DeclineCode>().Select(code => ("decline", (string?)code.ToString(), (Func<Case, AgencyId, Result<Case>>)((referral, by) => referral.Decline(by, code)))),
        .. Enum.GetValues<Outcome>().Select(code => ("complete", (string?)code.ToString(), (Func<Case, AgencyId, Result<Case>>)((referral, by) => referral.Complete(by, code)))),
        .. Enum.GetValues<WithdrawReason>().Select(code => ("withdraw", (string?)code.ToString(), (Func<Case, AgencyId, Result<Case>>)((referral, by) => referral.Withdraw(by, code)))),
    ];

    private static (Dictionary<(string, ReferralStatus), string>, Dictionary<string, string>) Read()
    {
        var lines = Policy.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var states = lines[0][2..].Select(Enum.Parse<ReferralStatus>).ToArray();
        Assert.Equal(Enum.GetValues<ReferralStatus>(), states);
        return (
            lines.Skip(1).SelectMany(line => states.Select((state, i) => ((line[0], state), line[i + 2]))).ToDictionary(pair => pair.Item1, pair => pair.Item2),
            lines.Skip(1).ToDictionary(line => line[0], line => line[1]));
    }
}
