using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Sealing;
using Tiltas.Referral.Referrals;
using Tiltas.Referral.Routing;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Dossiers;

/// <summary>
/// The recipient of an open referral reads what consent and memorandum let it read at this moment; every class withheld is named
/// with its rule. Each reading, allowed or refused, is on record before anything is given.
/// </summary>
internal static class ReadDossier
{
    internal sealed record Answer(IReadOnlyDictionary<DataClass, PartFields> Given, IReadOnlyList<Withheld> Withheld);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/referrals/{id}/dossier",
        async (ReferralId id, Caller caller, ReferralStore db, Seal seal, CountryCalendar calendar, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, caller, db, seal, calendar, time, stop)).ToHttp(Results.Ok));

    // What the decision rests on stays locked until the decision is committed.
    internal static async Task<Result<Answer>> Handle(
        ReferralId id, Caller caller, ReferralStore db, Seal seal, CountryCalendar calendar, TimeProvider time, CancellationToken stop)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var answer = await Decide(id, caller, db, seal, calendar, time, stop);
        await transaction.CommitAsync(stop);
        return answer;
    }

    private static async Task<Result<Answer>> Decide(
        ReferralId id, Caller caller, ReferralStore db, Seal seal, CountryCalendar calendar, TimeProvider time, CancellationToken stop)
    {
        var found = await db.Referrals.FromSql($"SELECT * FROM referrals WHERE referral = {id.Value} AND to_agency = {caller.Agency.Value} FOR SHARE").AsNoTracking().ToListAsync(stop);
        if (found is not [var row]) return ReferralErrors.NotFound;

        var now = time.GetUtcNow();
        if (!row.Read().State.IsOpen) return await Refuse(PermissionErrors.Closed);

        var facts = await Knowledge.Of(db, row, calendar, stop);
        if (Permission.ToRefer(row.FromAgency, row.ToAgency, row.Purpose, row.Need, facts) is { } refused) return await Refuse(refused);

        var held = await db.DossierParts.AsNoTracking().Where(p => p.Subject == row.Subject)
            .Join(db.DossierKeys, p => new { p.Subject, p.DataClass }, k => new { k.Subject, k.DataClass }, (part, key) => new { part, key }).ToListAsync(stop);
        var (given, withheld) = Permission.ToRead(row.FromAgency, row.ToAgency, row.Purpose, row.Need, held.Select(h => h.part.DataClass), facts);

        db.Add(Decision.On(caller, "read-dossier", row.Subject, id, true, "consent-and-memorandum", now) with { Given = given, Withheld = [.. withheld.Select(w => w.DataClass)] });
        await db.SaveChangesAsync(stop);
        return new Answer(
            held.Where(h => given.Contains(h.part.DataClass)).ToDictionary(h => h.part.DataClass, h => JsonSerializer.Deserialize<PartFields>(
                seal.Open(h.key.WrappedKey, h.part.Sealed, row.Subject, h.part.DataClass, h.key.Owner, h.part.Version), TiltasJson.Api)!),
            withheld);

        async Task<Result<Answer>> Refuse(Error.Forbidden error)
        {
            db.Add(Decision.On(caller, "read-dossier", row.Subject, id, false, error.Rule, now));
            await db.SaveChangesAsync(stop);
            return error;
        }
    }
}
