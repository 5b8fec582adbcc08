using System.Diagnostics;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Referral.Referrals;

/// <summary>
/// One need of one subject, offered by one agency to another: which move is legal from which state, by whom. Pure; a move
/// returns the next referral or the error that names the rule.
/// </summary>
public sealed record Referral
{
    public required ReferralId Id { get; init; }
    public required int Version { get; init; }
    public required SubjectRef Subject { get; init; }
    public required AgencyId From { get; init; }
    public required AgencyId To { get; init; }
    public required Need Need { get; init; }
    public required Purpose Purpose { get; init; }
    public required Urgency Urgency { get; init; }
    public required Deadlines Deadlines { get; init; }
    public required ReferralState State { get; init; }

    /// <summary>The clock that runs now; null when none does.</summary>
    public required RunningClock? Clock { get; init; }

    public static Referral Submit(ReferralId id, SubjectRef subject, AgencyId from, AgencyId to, Need need, Purpose purpose, Urgency urgency, Deadlines deadlines) => new()
    {
        Id = id, Version = 1, Subject = subject, From = from, To = to, Need = need, Purpose = purpose, Urgency = urgency, Deadlines = deadlines,
        State = new ReferralState.Submitted(), Clock = new(Contracts.Codes.Clock.Acknowledge, deadlines.AcknowledgeBy),
    };

    public Result<Referral> Acknowledge(AgencyId by) => State switch
    {
        _ when by != To => ReferralErrors.OnlyRecipient,
        // Each clock lapses once: when none runs any more, the one for the decision has been told already.
        ReferralState.Submitted => Next(new ReferralState.Acknowledged(), Clock is null ? null : new(Contracts.Codes.Clock.Decide, Deadlines.DecideBy)),
        _ => ReferralErrors.Illegal("acknowledge", State),
    };

    public Result<Referral> Accept(AgencyId by) => State switch
    {
        _ when by != To => ReferralErrors.OnlyRecipient,
        ReferralState.Submitted or ReferralState.Acknowledged => Next(new ReferralState.Accepted(), new(Contracts.Codes.Clock.Complete, Deadlines.CompleteBy)),
        _ => ReferralErrors.Illegal("accept", State),
    };

    public Result<Referral> Decline(AgencyId by, DeclineCode code) => State switch
    {
        _ when by != To => ReferralErrors.OnlyRecipient,
        ReferralState.Submitted or ReferralState.Acknowledged => Next(new ReferralState.Declined(code), null),
        _ => ReferralErrors.Illegal("decline", State),
    };

    public Result<Referral> Start(AgencyId by) => State switch
    {
        _ when by != To => ReferralErrors.OnlyRecipient,
        ReferralState.Accepted => Next(new ReferralState.InService(), Clock),
        _ => ReferralErrors.Illegal("start", State),
    };

    public Result<Referral> Complete(AgencyId by, Outcome outcome) => State switch
    {
        _ when by != To => ReferralErrors.OnlyRecipient,
        ReferralState.Accepted or ReferralState.InService => Next(new ReferralState.Completed(outcome), null),
        _ => ReferralErrors.Illegal("complete", State),
    };

    public Result<Referral> Withdraw(AgencyId by, WithdrawReason reason) => State switch
    {
        _ when by != From => ReferralErrors.OnlySender,
        { IsOpen: true } => Next(new ReferralState.Withdrawn(reason), null),
        _ => ReferralErrors.Illegal("withdraw", State),
    };

    /// <summary>The running clock ran out: the state stays, the next clock runs. Null when nothing was due.</summary>
    public Referral? Lapse(DateTimeOffset now) => Clock is not { } clock || clock.DueBy > now
        ? null
        : Next(State, clock.Kind == Contracts.Codes.Clock.Acknowledge ? new(Contracts.Codes.Clock.Decide, Deadlines.DecideBy) : null);

    private Referral Next(ReferralState state, RunningClock? clock) => this with { Version = Version + 1, State = state, Clock = clock };
}

/// <summary>By when each of the three must have happened; computed from country data at submission.</summary>
public readonly record struct Deadlines(DateTimeOffset AcknowledgeBy, DateTimeOffset DecideBy, DateTimeOffset CompleteBy);

/// <summary>A clock and when it lapses.</summary>
public readonly record struct RunningClock(Clock Kind, DateTimeOffset DueBy);

/// <summary>Where a referral stands; each state carries only what is true in it.</summary>
public abstract record ReferralState
{
    private ReferralState() { }

    /// <summary>False once nothing can happen any more.</summary>
    public bool IsOpen => this is Submitted or Acknowledged or Accepted or InService;

    public ReferralStatus Status => this switch
    {
        Submitted => ReferralStatus.Submitted,
        Acknowledged => ReferralStatus.Acknowledged,
        Accepted => ReferralStatus.Accepted,
        InService => ReferralStatus.InService,
        Completed => ReferralStatus.Completed,
        Declined => ReferralStatus.Declined,
        Withdrawn => ReferralStatus.Withdrawn,
        _ => throw new UnreachableException(),
    };

    public sealed record Submitted : ReferralState;
    public sealed record Acknowledged : ReferralState;
    public sealed record Accepted : ReferralState;
    public sealed record InService : ReferralState;
    public sealed record Completed(Outcome Outcome) : ReferralState;
    public sealed record Declined(DeclineCode Code) : ReferralState;
    public sealed record Withdrawn(WithdrawReason Reason) : ReferralState;
}
