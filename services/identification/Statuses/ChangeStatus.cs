using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Identification.Entitlements;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Statuses;

/// <summary>POST /v1/subjects/{ref}/status: an agency confers, reverses or ends a status; entitlements follow in the same commit.</summary>
public sealed class ChangeStatus(IdentificationStore db, Door door, Calendar calendar, EntitlementTable entitlements, TimeProvider time)
{
    public sealed record Request
    {
        public required VictimStatus Status { get; init; }
        public AgeBand? AgeBand { get; init; }
        public string? DecisionReference { get; init; }
        public DateOnly? DecidedOn { get; init; }
        public EndReason? Reason { get; init; }

        public override string ToString() => Status.ToString();
    }

    public sealed record Changed
    {
        public required VictimStatus Status { get; init; }
        public required int Version { get; init; }
        public required AgeBand AgeBand { get; init; }
        public required IReadOnlyList<Entitled> Entitlements { get; init; }
    }

    /// <summary>One person's part in the fingerprint of a repeated request: the path names the subject, the body does not.</summary>
    private sealed record Asked(SubjectRef Subject, Request Request);

    public Task<Result<Changed>> Handle(Caller caller, SubjectRef subject, IdempotencyKey key, Request request, CancellationToken stop) => Versioned.Write(
        db, "standings_pkey", work => Once.Do(db, time, caller.Agency, key, "change-status", new Asked(subject, request), work, stop), () => Change(caller, subject, request, stop));

    private async Task<Result<Changed>> Change(Caller caller, SubjectRef subject, Request request, CancellationToken stop)
    {
        var decision = Decision.Parse(request.DecisionReference, request.DecidedOn, calendar.Today);
        if (decision.Error is { } malformed) return malformed;
        var type = await door.TypeOf(caller.Agency, stop);
        if (type.Error is { } incompetent) return incompetent;
        if (await door.Refuses(caller.Agency, subject, stop) is { } refusal) return refusal;

        var now = await db.Standings.AsNoTracking().Where(row => row.Subject == subject).OrderByDescending(row => row.Version).FirstOrDefaultAsync(stop);
        var moved = (now?.ToStanding() ?? new VictimStanding.Unrecorded()).Move(new Change
        {
            To = request.Status, By = caller.Agency, ByType = type.Value, Decision = decision.Value, Reason = request.Reason,
        });
        if (moved.Error is { } illegal) return illegal;

        var age = await AgeOf(caller.Agency, subject, request, now, stop);
        return Save(caller.Agency, subject, moved.Value, age, now);
    }

    private Changed Save(AgencyId by, SubjectRef subject, VictimStanding standing, AgeBand age, StandingRow? before)
    {
        var given = entitlements.For(standing.Status, age);
        var row = Row(by, subject, standing, age, given, before, time.GetUtcNow());
        db.Add(row);
        db.Publish(new VictimStatusChanged { Subject = subject, Version = row.Version, Status = row.Status, By = by, At = row.At }, time);
        if (Told(row, before) is { } told) db.Publish(told, time);
        return new Changed { Status = row.Status, Version = row.Version, AgeBand = age, Entitlements = given };
    }

    /// <summary>The row that follows.</summary>
    internal static StandingRow Row(AgencyId by, SubjectRef subject, VictimStanding standing, AgeBand age, IReadOnlyList<Entitled> given, StandingRow? before, DateTimeOffset at)
    {
        var (decision, reason) = standing switch
        {
            VictimStanding.Recognised recognised => (recognised.Decision, (EndReason?)null),
            VictimStanding.NotConfirmed notConfirmed => (notConfirmed.Decision, null),
            VictimStanding.Ended ended => (ended.Decision, ended.Reason),
            VictimStanding.Presumed presumed => (presumed.Reversal, null),
            _ => (null, null),
        };
        return new StandingRow
        {
            Subject = subject, Version = (before?.Version ?? 0) + 1, Status = standing.Status ?? throw new UnreachableException(), By = by, InformallyBy = standing.ConferredInformallyBy,
            DecisionReference = decision?.Reference, DecidedOn = decision?.DecidedOn, Reason = reason, AgeBand = age,
            Entitlements = [.. given.Select(item => item.Entitlement.ToString())], At = at,
        };
    }

    /// <summary>What is told of entitlements when one row follows another; nothing when they are the same.</summary>
    internal static EntitlementsChanged? Told(StandingRow row, StandingRow? before)
    {
        var gained = row.Entitlements.Except(before?.Entitlements ?? []).ToArray();
        var lost = (before?.Entitlements ?? []).Except(row.Entitlements).ToArray();
        return gained.Length == 0 && lost.Length == 0 ? null : new EntitlementsChanged
        {
            Subject = row.Subject, Version = row.Version, At = row.At,
            Entitlements = Codes(row.Entitlements), Gained = Codes(gained), Lost = Codes(lost),
        };
    }

    private static Entitlement[] Codes(string[] names) => Array.ConvertAll(names, Enum.Parse<Entitlement>);

    /// <summary>As told now, else as known before, else as this agency's own screenings say: what others noted stays theirs.</summary>
    private async Task<AgeBand> AgeOf(AgencyId agency, SubjectRef subject, Request request, StandingRow? before, CancellationToken stop)
    {
        if (request.AgeBand is { } told and not AgeBand.Unknown) return told;
        if (before is { AgeBand: not AgeBand.Unknown }) return before.AgeBand;
        return await db.Screenings.Where(row => row.Subject == subject && row.Agency == agency && row.AgeBand != AgeBand.Unknown)
            .OrderByDescending(row => row.At).Select(row => row.AgeBand).FirstOrDefaultAsync(stop);
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/subjects/{subject}/status", async (Caller caller, SubjectRef subject, IdempotencyKey key, Request request, ChangeStatus handler, CancellationToken stop) =>
            (await handler.Handle(caller, subject, key, request, stop)).ToHttp(Results.Ok));
}
