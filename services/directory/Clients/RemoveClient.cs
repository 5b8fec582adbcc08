using Microsoft.EntityFrameworkCore;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Clients;

/// <summary>
/// <c>DELETE /v1/agencies/{id}/clients/{client}</c>: the client is out within seconds, with whatever it holds open. An administrator may do so
/// even while the agency's part is suspended. A second time changes nothing.
/// </summary>
internal static class RemoveClient
{
    public static void Map(IEndpointRouteBuilder clients) => clients.MapDelete("/{client}",
        async (string id, string client, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, client, caller, db, time, stop)).ToHttp(Results.Ok));

    public static async Task<Result<ApiClient>> Handle(string id, string client, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        var owner = await OwnAgency.Find(id, caller, db, stop);
        if (owner.Error is { } error) return error;
        if (await db.Clients.SingleOrDefaultAsync(one => one.Id == client && one.Agency == owner.Value.Id, stop) is not { } current) return ClientErrors.NotFound;
        if (caller.Client == current.Id) return ClientErrors.Itself;
        if (!caller.Has(Roles.Registrar) && PutClient.IsOfNetwork(current.Roles)) return ClientErrors.RegistrarsRole;
        if (current.RemovedAt is not null) return current;

        var removed = current with { Version = current.Version + 1, RemovedAt = time.Moment(), ChangedAt = time.Moment() };
        db.Entry(current).CurrentValues.SetValues(removed);
        await db.Save(caller, time, stop);
        return removed;
    }
}
