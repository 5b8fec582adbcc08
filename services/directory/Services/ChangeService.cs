using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Services;

/// <summary>
/// <c>PATCH /v1/services/{id}</c>: changes some fields of a service, under the rules of <see cref="OfferService"/>; the others stay as they are.
/// One that was withdrawn is offered again by PUT alone.
/// </summary>
internal static class ChangeService
{
    public static void Map(IEndpointRouteBuilder services) => services.MapPatch("/{id}",
        async (string id, JsonElement patch, Caller caller, DirectoryStore db, OutboxBell bell, Country country, CountryTime calendar, TimeProvider time, CancellationToken stop) =>
            OfferService.ToHttp(await Handle(id, current => MergePatch.Apply<Service, OfferService.Request>(current, patch), caller, db, bell, country, calendar, time, stop)))
        .RequireRole(Roles.Registrar, Roles.Agency, Roles.Administrator);

    /// <param name="id">Which service.</param>
    /// <param name="change">The request that the record is to become.</param>
    public static async Task<OfferService.Outcome> Handle(
        string id, Func<Service, OfferService.Request> change, Caller caller, DirectoryStore db, OutboxBell bell, Country country, CountryTime calendar, TimeProvider time,
        CancellationToken stop)
    {
        if (!Slug.TryParse<ServiceId>(id, out _)) return new OfferService.Outcome.Refused(ServiceErrors.NotFound);
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        // Locked before it is read: nobody's change in between is lost.
        if (await db.Services.FromSql($"SELECT * FROM services WHERE id = {id} FOR UPDATE").AsNoTracking().SingleOrDefaultAsync(stop) is not { WithdrawnAt: null } current)
            return new OfferService.Outcome.Refused(ServiceErrors.NotFound);
        if (!OfferService.MayWrite(caller, current.Agency)) return new OfferService.Outcome.Refused(ServiceErrors.NotYours);
        var answer = await OfferService.Handle(id, change(current), caller, db, country, calendar, time, stop);
        await transaction.CommitAsync(stop);
        bell.Wake();
        return answer;
    }
}
