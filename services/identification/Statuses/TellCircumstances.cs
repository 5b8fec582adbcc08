using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Statuses;

/// <summary>
/// POST /v1/subjects/{ref}/circumstances: the age or the right to stay has come to be known, or was known wrongly. The status stays, with
/// whoever conferred it; entitlements follow in the same commit.
/// </summary>
public sealed class TellCircumstances(IdentificationStore db, Door door, WriteStanding standings, TimeProvider time)
{
    public sealed record Request
    {
        public AgeBand? AgeBand { get; init; }
        public ResidenceStatus? Residence { get; init; }
    }

    private sealed record Asked(SubjectRef Subject, Request Request);

    public Task<Result<ChangedStanding>> Handle(Caller caller, SubjectRef subject, IdempotencyKey key, Request request, CancellationToken stop) => Versioned.Write(
        db, "standings_pkey", work => Once.Do(db, time, caller.Agency, key, "tell-circumstances", new Asked(subject, request), work, stop), () => Tell(caller.Agency, subject, request, stop));

    private async Task<Result<ChangedStanding>> Tell(AgencyId agency, SubjectRef subject, Request request, CancellationToken stop)
    {
        if (request is { AgeBand: null or AgeBand.Unknown, Residence: null or ResidenceStatus.Unknown }) return StatusErrors.NothingTold;
        var type = await door.TypeOf(agency, stop);
        if (type.Error is { } incompetent) return incompetent;
        if (await door.Refuses(agency, subject, stop) is { } refusal) return refusal;
        if (!VictimStanding.InformalIdentifiers.Contains(type.Value)) return StatusErrors.CircumstancesNotForThem;

        var before = await db.Standings.AsNoTracking().Where(row => row.Subject == subject).OrderByDescending(row => row.Version).FirstOrDefaultAsync(stop);
        if (before is null) return StatusErrors.NoStatus;
        var known = Circumstances.After(before, agency, request.AgeBand, request.Residence);
        // Whoever tells what another told before is answered as if it were new: else the answer would say what the other told.
        if (known == new Circumstances(before.AgeBand, before.Residence, before.ResidenceBy)) return StatusErrors.NothingNew;
        return standings.Answer(agency, await standings.Add(before with
        {
            Version = before.Version + 1, AgeBand = known.Age, Residence = known.Residence, ResidenceBy = known.ResidenceBy, Confers = false, ToldBy = agency, At = time.GetUtcNow(),
        }, before, stop));
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/subjects/{subject}/circumstances", async (Caller caller, SubjectRef subject, IdempotencyKey key, Request request, TellCircumstances handler, CancellationToken stop) =>
            (await handler.Handle(caller, subject, key, request, stop)).ToHttp(Results.Ok));
}
