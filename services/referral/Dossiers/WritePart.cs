using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Sealing;
using Tiltas.Referral.Routing;
using Tiltas.Referral.Storage;
using Tiltas.Referral.Subjects;

namespace Tiltas.Referral.Dossiers;

/// <summary>The owner writes one data class of the dossier; it is sealed before it reaches the store.</summary>
internal static class WritePart
{
    internal sealed record Request
    {
        public required PartFields Fields { get; init; }
        public override string ToString() => "▇▇▇";
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/v1/subjects/{subject}/dossier/{dataClass}",
        async (SubjectRef subject, string dataClass, Request request, Caller caller, ReferralStore db, Seal seal, TimeProvider time, CancellationToken stop) =>
            (await Handle(subject, dataClass, request, caller, db, seal, time, stop)).ToHttp(_ => Results.NoContent()));

    internal static async Task<Result<int>> Handle(
        SubjectRef subject, string className, Request request, Caller caller, ReferralStore db, Seal seal, TimeProvider time, CancellationToken stop)
    {
        if (!ClassName.TryParse(className, out var dataClass)) return DossierErrors.UnknownClass;
        if (request.Fields.Count is 0 or > 64) return DossierErrors.Empty;
        if (!request.Fields.Keys.All(name => name is { Length: >= 1 and <= 64 } && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))) return DossierErrors.FieldName;
        // What the type promises, a body need not keep.
        if (request.Fields.Values.Any(value => (object?)value is null)) return DossierErrors.FieldValue;

        var own = await Subject.Own(db, subject, caller.Agency, stop);
        if (own.Error is { } error) return error;
        if (await Knowledge.StandingRefuses(db, caller.Agency, stop) is { } inactive) return inactive;

        var key = await db.DossierKeys.SingleOrDefaultAsync(k => k.Subject == subject && k.DataClass == dataClass, stop);
        if (key is null) db.Add(key = new DossierKey { Subject = subject, DataClass = dataClass, Owner = caller.Agency, WrappedKey = seal.NewKey(subject, dataClass, caller.Agency) });
        var part = await db.DossierParts.SingleOrDefaultAsync(p => p.Subject == subject && p.DataClass == dataClass, stop);
        if (part is null) db.Add(part = new DossierPart { Subject = subject, DataClass = dataClass });

        part.Version++;
        part.UpdatedAt = time.GetUtcNow();
        part.Sealed = seal.Close(key.WrappedKey, JsonSerializer.SerializeToUtf8Bytes(request.Fields, TiltasJson.Api), subject, dataClass, caller.Agency, part.Version);
        try
        {
            await db.SaveChangesAsync(stop);
        }
        catch (DbUpdateException exception) when (exception.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation })
        {
            // Two first writes of the same part met; the other was there first.
            return new Error.Conflict(CommonErrors.LostRace, "Somebody else wrote this part at the same moment; write again.");
        }
        return part.Version;
    }
}
