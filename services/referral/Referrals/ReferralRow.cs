using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Dossiers;
using Tiltas.Referral.Returns;
using Tiltas.Referral.Routing;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Referrals;

/// <summary>A referral as it lies in the store.</summary>
public sealed class ReferralRow
{
    public ReferralId Referral { get; set; }
    public int Version { get; set; }
    public SubjectRef Subject { get; set; }
    public AgencyId FromAgency { get; set; }
    public AgencyId ToAgency { get; set; }
    public Need Need { get; set; }
    public Purpose Purpose { get; set; }
    public Urgency Urgency { get; set; }
    public ReferralStatus Status { get; set; }
    public DateTimeOffset SubmittedAt { get; set; }
    public DateTimeOffset AcknowledgeBy { get; set; }
    public DateTimeOffset DecideBy { get; set; }
    public DateTimeOffset CompleteBy { get; set; }
    public Clock? Clock { get; set; }
    public DateTimeOffset? ClockDue { get; set; }
    public string? Code { get; set; }

    /// <summary>Why it may lead to a return during a reflection period; absent when nobody said so.</summary>
    public ReturnOverride? ReturnOverride { get; set; }

    public Referral Read() => new()
    {
        Id = Referral, Version = Version, Subject = Subject, From = FromAgency, To = ToAgency, Need = Need, Purpose = Purpose, Urgency = Urgency,
        Deadlines = new(AcknowledgeBy, DecideBy, CompleteBy),
        Clock = Clock is { } kind ? new RunningClock(kind, ClockDue!.Value) : null,
        State = Status switch
        {
            ReferralStatus.Submitted => new ReferralState.Submitted(),
            ReferralStatus.Acknowledged => new ReferralState.Acknowledged(),
            ReferralStatus.Accepted => new ReferralState.Accepted(),
            ReferralStatus.InService => new ReferralState.InService(),
            ReferralStatus.Completed => new ReferralState.Completed(Enum.Parse<Outcome>(Code!)),
            ReferralStatus.Declined => new ReferralState.Declined(Enum.Parse<DeclineCode>(Code!)),
            ReferralStatus.Withdrawn => new ReferralState.Withdrawn(Enum.Parse<WithdrawReason>(Code!)),
            _ => throw new UnreachableException(),
        },
    };

    public void Write(Referral next)
    {
        Version = next.Version;
        Status = next.State.Status;
        Clock = next.Clock?.Kind;
        ClockDue = next.Clock?.DueBy;
        Code = next.State switch
        {
            ReferralState.Completed completed => completed.Outcome.ToString(),
            ReferralState.Declined declined => declined.Code.ToString(),
            ReferralState.Withdrawn withdrawn => withdrawn.Reason.ToString(),
            _ => null,
        };
    }
}

/// <summary>One move in a referral's history, by its version. A lapsed clock is a move that nobody made.</summary>
public sealed record Move
{
    public required ReferralId Referral { get; init; }
    public required int Version { get; init; }
    public required string What { get; init; }
    public required AgencyId? ByAgency { get; init; }
    public required string? Code { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// What all moves share: take the referral, decide, save the state, its history and its message in one commit. The referral is locked
/// before anything is written, by every move: two that wrote in another order could wait for each other for ever.
/// </summary>
internal static class Moves
{
    public static Task<Result<ReferralView>> Make(
        ReferralStore db, OutboxBell bell, TimeProvider time, ReferralId id, Caller caller, string move,
        Func<Referral, Result<Referral>> decide, Func<Referral, DateTimeOffset, object> message, CancellationToken stop) =>
        Make(db, bell, time, id, caller, move, decide, message, null, stop);

    /// <summary>
    /// For a move by which help begins: what was asked when the referral went out is asked again, because consent may have been taken
    /// back or a memorandum ended since. What it rests on stays locked until the commit, and the decision is on record either way.
    /// </summary>
    public static Task<Result<ReferralView>> MakeIfPermitted(
        ReferralStore db, OutboxBell bell, CountryCalendar calendar, TimeProvider time, ReferralId id, Caller caller, string move,
        Func<Referral, Result<Referral>> decide, Func<Referral, DateTimeOffset, object> message, CancellationToken stop) =>
        Make(db, bell, time, id, caller, move, decide, message, async row =>
        {
            var facts = await Knowledge.Of(db, row, calendar, stop);
            var refused = Permission.ToRefer(row.FromAgency, row.ToAgency, row.Purpose, row.Need, facts) ?? await ReturnRule.Refuses(db, row, calendar.Today(), stop);
            db.Add(Decision.On(caller, move, row.Subject, id, refused is null, refused?.Rule ?? "consent-and-memorandum", time.GetUtcNow()));
            return refused;
        }, stop);

    private static async Task<Result<ReferralView>> Make(
        ReferralStore db, OutboxBell bell, TimeProvider time, ReferralId id, Caller caller, string move,
        Func<Referral, Result<Referral>> decide, Func<Referral, DateTimeOffset, object> message, Func<ReferralRow, Task<Error?>>? refuses, CancellationToken stop)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var by = caller.Agency.Value;
        var found = await db.Referrals.FromSql($"SELECT * FROM referrals WHERE referral = {id.Value} AND (from_agency = {by} OR to_agency = {by}) FOR NO KEY UPDATE").ToListAsync(stop);
        if (found is not [var row]) return ReferralErrors.NotFound;

        var decided = decide(row.Read());
        if (decided.Error is { } error) return error;

        var refused = refuses is null ? null : await refuses(row);
        var now = time.GetUtcNow();
        if (refused is null) Save(db, row, decided.Value, caller.Agency, move, message(decided.Value, now), now, time);
        try
        {
            await db.SaveChangesAsync(stop);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { ConstraintName: "referrals_one_helper" })
        {
            return ReferralErrors.AnotherHelps;
        }
        await transaction.CommitAsync(stop);
        if (refused is not null) return refused;
        bell.Wake();
        return ReferralView.Of(row);
    }

    public static void Save(ReferralStore db, ReferralRow row, Referral next, AgencyId? by, string move, object message, DateTimeOffset now, TimeProvider time)
    {
        row.Write(next);
        db.Add(new Move { Referral = row.Referral, Version = next.Version, What = move, ByAgency = by, Code = row.Code, At = now });
        db.Publish(message, time);
    }
}
