using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Sealing;
using Tiltas.Referral.Storage;
using Tiltas.Referral.Subjects;

namespace Tiltas.Referral.Dossiers;

/// <summary>The owner reads back what it wrote, whole or one class. This reading too is on record before anything is given.</summary>
internal static class ReadOwnDossier
{
    internal sealed record Answer(IReadOnlyDictionary<DataClass, PartFields> Parts);

    internal sealed record Part(PartFields Fields)
    {
        public override string ToString() => "▇▇▇";
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/subjects/{subject}/dossier", async (SubjectRef subject, Caller caller, ReferralStore db, Seal seal, TimeProvider time, CancellationToken stop) =>
            (await Handle(subject, null, caller, db, seal, time, stop)).ToHttp(parts => Results.Ok(new Answer(parts))));
        routes.MapGet("/v1/subjects/{subject}/dossier/{dataClass}", async (SubjectRef subject, string dataClass, Caller caller, ReferralStore db, Seal seal, TimeProvider time, CancellationToken stop) =>
            (await HandleOne(subject, dataClass, caller, db, seal, time, stop)).ToHttp(Results.Ok));
    }

    private static async Task<Result<Part>> HandleOne(SubjectRef subject, string className, Caller caller, ReferralStore db, Seal seal, TimeProvider time, CancellationToken stop)
    {
        if (!ClassName.TryParse(className, out var dataClass)) return DossierErrors.UnknownClass;
        var read = await Handle(subject, dataClass, caller, db, seal, time, stop);
        if (read.Error is { } error) return error;
        return read.Value.TryGetValue(dataClass, out var fields) ? new Part(fields) : DossierErrors.NoPart;
    }

    /// <summary>Every class that was written, or one of them.</summary>
    internal static async Task<Result<Dictionary<DataClass, PartFields>>> Handle(
        SubjectRef subject, DataClass? only, Caller caller, ReferralStore db, Seal seal, TimeProvider time, CancellationToken stop)
    {
        var own = await Subject.Own(db, subject, caller.Agency, stop);
        if (own.Error is { } error) return error;

        var held = await db.DossierParts.AsNoTracking().Where(p => p.Subject == subject && (only == null || p.DataClass == only))
            .Join(db.DossierKeys, p => new { p.Subject, p.DataClass }, k => new { k.Subject, k.DataClass }, (part, key) => new { part, key }).ToListAsync(stop);
        db.Add(Decision.On(caller, "read-own-dossier", subject, null, true, "owner", time.GetUtcNow()) with { Given = [.. held.Select(h => h.part.DataClass).Order()] });
        await db.SaveChangesAsync(stop);
        return held.ToDictionary(h => h.part.DataClass, h => JsonSerializer.Deserialize<PartFields>(
            seal.Open(h.key.WrappedKey, h.part.Sealed, subject, h.part.DataClass, h.key.Owner, h.part.Version), TiltasJson.Api)!);
    }
}
