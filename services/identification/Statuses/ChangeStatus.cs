using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Statuses;

/// <summary>POST /v1/subjects/{ref}/status: an agency confers, reverses or ends a status; entitlements follow in the same commit.</summary>
public sealed class ChangeStatus(IdentificationStore db, Door door, Calendar calendar, WriteStanding standings, TimeProvider time)
{
    public sealed record Request
    {
        public required VictimStatus Status { get; init; }
        public AgeBand? AgeBand { get; init; }
        public ResidenceStatus? Residence { get; init; }
        public string? DecisionReference { get; init; }
        public DateOnly? DecidedOn { get; init; }
        public EndReason? Reason { get; init; }

        public override string ToString() => Status.ToString();
    }

    /// <summary>One person's part in the fingerprint of a repeated request: the path names the subject, the body does not.</summary>
    private sealed record Asked(SubjectRef Subject, Request Request);

    public Task<Result<ChangedStanding>> Handle(Caller caller, SubjectRef subject, IdempotencyKey key, Request request, CancellationToken stop) => Versioned.Write(
        db, "standings_pkey", work => Once.Do(db, time, caller.Agency, key, "change-status", new Asked(subject, request), work, stop), () => Change(caller, subject, request, stop));

    private async Task<Result<ChangedStanding>> Change(Caller caller, SubjectRef subject, Request request, CancellationToken stop)
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

        var known = Circumstances.After(now, caller.Agency, await AgeOf(caller.Agency, subject, request, now, stop), request.Residence);
        return await Save(caller.Agency, subject, moved.Value, known, now, stop);
    }

    private async Task<ChangedStanding> Save(AgencyId by, SubjectRef subject, VictimStanding standing, Circumstances known, StandingRow? before, CancellationToken stop)
    {
        var row = await standings.Add(Row(by, subject, standing, known, before, time.GetUtcNow()), before, stop);
        db.Publish(new VictimStatusChanged { Subject = subject, Version = row.Version, Status = row.Status, By = by, At = row.At }, time);
        return standings.Answer(by, row);
    }

    /// <summary>The row that follows, its entitlements not yet worked out.</summary>
    internal static StandingRow Row(AgencyId by, SubjectRef subject, VictimStanding standing, Circumstances known, StandingRow? before, DateTimeOffset at)
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
            Subject = subject, Version = (before?.Version ?? 0) + 1, Status = standing.Status ?? throw new UnreachableException(), By = by,
            InformallyBy = standing.ConferredInformallyBy, DecisionReference = decision?.Reference, DecidedOn = decision?.DecidedOn, Reason = reason,
            AgeBand = known.Age, Residence = known.Residence, ResidenceBy = known.ResidenceBy, Entitlements = [], At = at,
        };
    }

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
