using Microsoft.EntityFrameworkCore;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Staff;

/// <summary><c>GET /v1/agencies/{id}/staff</c>: the agency's staff by identifier, those whose part ended too; for its administrators, registrars and auditors.</summary>
internal static class ListStaff
{
    public static void Map(IEndpointRouteBuilder staff) => staff.MapGet("",
        async (string id, Page page, Caller caller, DirectoryStore db, CancellationToken stop) => (await Find(id, page, caller, db, stop)).ToHttp(Results.Ok))
        .RequireRole(Roles.Registrar, Roles.Auditor, Roles.Administrator);

    public static async Task<Result<Listing<StaffMember>>> Find(string id, Page page, Caller caller, DirectoryStore db, CancellationToken stop)
    {
        var owner = await OwnAgency.ToRead(id, caller, db, stop);
        if (owner.Error is { } error) return error;
        var found = await db.Staff.FromSql($"SELECT * FROM staff WHERE agency = {owner.Value.Id.Value} AND id > {page.After}").AsNoTracking()
            .OrderBy(member => member.Id).Take(page.Limit + 1).ToListAsync(stop);
        return page.Of(found, member => member.Id);
    }
}
