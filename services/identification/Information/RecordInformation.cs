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

namespace Tiltas.Identification.Information;

/// <summary>
/// POST /v1/subjects/{ref}/information: the person, or the guardian, was told of rights, in which language and how; what was said is not
/// kept. Whoever of the parties tells, it is told.
/// </summary>
public sealed class RecordInformation(IdentificationStore db, Door door, TimeProvider time)
{
    public sealed record Request
    {
        public required Entitlement[] Entitlements { get; init; }

        /// <summary>Version of the standing that was told of: a right that changes later is owed anew.</summary>
        public required int Version { get; init; }
        public required string Language { get; init; }
        public required bool Interpreter { get; init; }
        public required InformationForm Form { get; init; }
        public required InformedParty To { get; init; }
    }

    public sealed record Recorded(InformationId InformationId);

    private sealed record Asked(SubjectRef Subject, Request Request);

    public async Task<Result<Recorded>> Handle(Caller caller, SubjectRef subject, IdempotencyKey key, Request request, CancellationToken stop)
    {
        if (request.Entitlements.Length == 0 || request.Entitlements.Distinct().Count() != request.Entitlements.Length) return InformationErrors.Nothing;
        if (!Languages.Contains(request.Language)) return InformationErrors.Language;
        return await Once.Do(db, time, caller.Agency, key, "record-information", new Asked(subject, request), () => Record(caller.Agency, subject, request, stop), stop);
    }

    private async Task<Result<Recorded>> Record(AgencyId agency, SubjectRef subject, Request request, CancellationToken stop)
    {
        if ((await door.TypeOf(agency, stop)).Error is { } inactive) return inactive;
        if (await door.Refuses(agency, subject, stop) is { } refusal) return refusal;

        var present = await db.Standings.AsNoTracking().Where(row => row.Subject == subject).OrderByDescending(row => row.Version).FirstOrDefaultAsync(stop);
        if (request.Version < 1 || request.Version > (present?.Version ?? 0)) return InformationErrors.NoSuchVersion;
        if (!await HaveChanged(agency, subject, request, present!, stop)) return InformationErrors.NeverHeld;

        var now = time.GetUtcNow();
        var row = new InformationRow
        {
            Id = InformationId.From(Guid.CreateVersion7(now)), Subject = subject, Version = request.Version, Agency = agency, Language = request.Language,
            Entitlements = [.. request.Entitlements.Order().Select(one => one.ToString())], Interpreter = request.Interpreter, Form = request.Form, To = request.To, At = now,
        };
        db.Add(row);
        db.Publish(new InformationGiven
        {
            Information = row.Id, Subject = subject, Version = row.Version, By = agency, Entitlements = [.. request.Entitlements.Order()], At = now,
        }, time);
        return new Recorded(row.Id);
    }

    // Of what depends on the right to stay only those learn whether it ever came who may know that right.
    private async Task<bool> HaveChanged(AgencyId agency, SubjectRef subject, Request request, StandingRow present, CancellationToken stop)
    {
        var changed = await db.EntitlementChanges.AsNoTracking().Where(row => row.Subject == subject && row.Version <= request.Version).ToListAsync(stop);
        var knows = await door.ResidenceFor(agency, subject, present, stop) is not null;
        return request.Entitlements.All(one => changed.Exists(row => row.Entitlement == one && (knows || !row.ByResidence || row.OwedBy == agency)));
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/subjects/{subject}/information", async (Caller caller, SubjectRef subject, IdempotencyKey key, Request request, RecordInformation handler, CancellationToken stop) =>
            (await handler.Handle(caller, subject, key, request, stop)).ToHttp(recorded => Results.Created($"/v1/subjects/{subject}/information", recorded)));
}
