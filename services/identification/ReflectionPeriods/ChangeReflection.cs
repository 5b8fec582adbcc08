using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Statuses;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.ReflectionPeriods;

/// <summary>POST /v1/subjects/{ref}/reflection-period/start, pause, resume, extend and end: a competent authority decides on a person's reflection period.</summary>
public sealed class ChangeReflection(IdentificationStore db, Door door, Calendar calendar, ReflectionRules rules, TimeProvider time)
{
    public sealed record PauseRequest
    {
        public required PauseReason Reason { get; init; }
    }

    public sealed record ExtendRequest
    {
        public required int Days { get; init; }
        public required ExtensionReason Reason { get; init; }
    }

    public sealed record EndRequest
    {
        public required ReflectionEnd Reason { get; init; }
    }

    public sealed record Changed
    {
        public required ReflectionState State { get; init; }
        public required int Version { get; init; }
        public required DateOnly StartedOn { get; init; }

        /// <summary>While it runs.</summary>
        public required DateOnly? LastDay { get; init; }

        /// <summary>While it runs or is paused.</summary>
        public required int? DaysLeft { get; init; }
    }

    /// <summary>What a repeated request must say again.</summary>
    private sealed record Asked(SubjectRef Subject, string Move, int? Days, string? Reason);

    public Task<Result<Changed>> Handle(Caller caller, SubjectRef subject, IdempotencyKey key, ReflectionMove move, CancellationToken stop) => Versioned.Write(
        db, "reflection_periods_pkey",
        work => Once.Do(db, time, caller.Agency, key, "change-reflection-period", new Asked(subject, move.GetType().Name, (move as ReflectionMove.Extend)?.Days, move.Why), work, stop),
        () => Change(caller, subject, move, stop));

    private async Task<Result<Changed>> Change(Caller caller, SubjectRef subject, ReflectionMove move, CancellationToken stop)
    {
        var type = await door.TypeOf(caller.Agency, stop);
        if (type.Error is { } incompetent) return incompetent;
        if (await door.Refuses(caller.Agency, subject, stop) is { } refusal) return refusal;

        var standing = await db.Standings.AsNoTracking().Where(row => row.Subject == subject).OrderByDescending(row => row.Version).FirstOrDefaultAsync(stop);
        var before = await db.Reflections.AsNoTracking().Where(row => row.Subject == subject).OrderByDescending(row => row.Version).FirstOrDefaultAsync(stop);
        // That the age or the right to stay came to be known, or that the country's table changed, is no new presumption.
        var conferred = await db.Standings.Where(row => row.Subject == subject && row.Confers).MaxAsync(row => (int?)row.Version, stop);
        var facts = new ReflectionFacts(
            type.Value, standing?.Entitlements.Contains(nameof(Entitlement.ReflectionPeriod)) ?? false, conferred > before?.StandingVersion, calendar.Today, rules);
        var period = before?.ToPeriod() ?? new ReflectionPeriod.None();
        var moved = period.Move(move, facts);
        if (moved.Error is { } illegal) return illegal;

        // Whoever begins anew before the clock was looked at: the end comes first, as it did.
        if (period.On(facts.Today) is ReflectionPeriod.Ended elapsed && elapsed != period)
            before = Add(db, elapsed, subject, before!.Version + 1, before.StandingVersion, null, null, time);
        var version = (before?.Version ?? 0) + 1;
        var row = Add(db, moved.Value, subject, version, move is ReflectionMove.Start ? conferred!.Value : before!.StandingVersion, move.Why, caller.Agency, time);
        return new Changed
        {
            State = row.State, Version = row.Version, StartedOn = row.StartedOn, LastDay = row.State == ReflectionState.Running ? row.Day : null,
            DaysLeft = row.State == ReflectionState.Running ? row.Day.DayNumber - facts.Today.DayNumber : row.DaysLeft,
        };
    }

    /// <summary>One more version, and the message of it.</summary>
    internal static ReflectionRow Add(
        IdentificationStore db, ReflectionPeriod period, SubjectRef subject, int version, int standing, string? reason, AgencyId? by, TimeProvider time)
    {
        var row = ReflectionRow.Of(period, subject, version, standing, reason, by, time.GetUtcNow());
        db.Add(row);
        db.Publish(new ReflectionPeriodChanged
        {
            Subject = subject, Version = version, State = row.State, LastDay = row.State == ReflectionState.Running ? row.Day : null, By = by, At = row.At,
        }, time);
        return row;
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        var period = routes.MapGroup("/v1/subjects/{subject}/reflection-period");
        period.MapPost("/start", (Caller caller, SubjectRef subject, IdempotencyKey key, ChangeReflection handler, CancellationToken stop) =>
            Answer(handler, caller, subject, key, new ReflectionMove.Start(), stop));
        period.MapPost("/pause", (Caller caller, SubjectRef subject, IdempotencyKey key, PauseRequest request, ChangeReflection handler, CancellationToken stop) =>
            Answer(handler, caller, subject, key, new ReflectionMove.Pause(request.Reason), stop));
        period.MapPost("/resume", (Caller caller, SubjectRef subject, IdempotencyKey key, ChangeReflection handler, CancellationToken stop) =>
            Answer(handler, caller, subject, key, new ReflectionMove.Resume(), stop));
        period.MapPost("/extend", (Caller caller, SubjectRef subject, IdempotencyKey key, ExtendRequest request, ChangeReflection handler, CancellationToken stop) =>
            Answer(handler, caller, subject, key, new ReflectionMove.Extend(request.Days, request.Reason), stop));
        period.MapPost("/end", (Caller caller, SubjectRef subject, IdempotencyKey key, EndRequest request, ChangeReflection handler, CancellationToken stop) =>
            Answer(handler, caller, subject, key, new ReflectionMove.End(request.Reason), stop));
    }

    private static async Task<IResult> Answer(ChangeReflection handler, Caller caller, SubjectRef subject, IdempotencyKey key, ReflectionMove move, CancellationToken stop) =>
        (await handler.Handle(caller, subject, key, move, stop)).ToHttp(Results.Ok);
}
