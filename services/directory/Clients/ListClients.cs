using Microsoft.EntityFrameworkCore;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Clients;

/// <summary><c>GET /v1/agencies/{id}/clients</c>: the agency's clients by identifier, removed ones too; for its administrators, registrars and auditors.</summary>
internal static class ListClients
{
    public static void Map(IEndpointRouteBuilder clients) => clients.MapGet("",
        async (string id, Page page, Caller caller, DirectoryStore db, CancellationToken stop) => (await Find(id, page, caller, db, stop)).ToHttp(Results.Ok))
        .RequireRole(Roles.Registrar, Roles.Auditor, Roles.Administrator);

    public static async Task<Result<Listing<ApiClient>>> Find(string id, Page page, Caller caller, DirectoryStore db, CancellationToken stop)
    {
        var owner = await OwnAgency.ToRead(id, caller, db, stop);
        if (owner.Error is { } error) return error;
        var found = await db.Clients.FromSql($"SELECT * FROM api_clients WHERE agency = {owner.Value.Id.Value} AND id > {page.After}").AsNoTracking()
            .OrderBy(client => client.Id).Take(page.Limit + 1).ToListAsync(stop);
        return page.Of(found, client => client.Id);
    }
}
