using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Services;

/// <summary>
/// <c>GET /v1/services?need=&amp;area=&amp;agency=</c>: what is on offer today by agencies that take part. An area also finds what is
/// offered for the whole county or country around it.
/// </summary>
internal static class ListServices
{
    public static void Map(IEndpointRouteBuilder services) => services.MapGet("",
        async (string? need, string? area, string? agency, Page page, DirectoryStore db, Country country, CancellationToken stop) =>
        {
            if (!Filter.TryCode<Need>(need, out var wanted)) return new ProblemResult(FieldErrors.Filter("need"));
            if (!Filter.TryId<AgencyId>(agency, out var giver)) return new ProblemResult(FieldErrors.Filter("agency"));
            return (await Find(wanted, area, giver, page, db, country, stop)).ToHttp(Results.Ok);
        });

    public static async Task<Result<Listing<Service>>> Find(
        Need? wanted, string? area, AgencyId? giver, Page page, DirectoryStore db, Country country, CancellationToken stop)
    {
        if (area is not null && !country.IsArea(area)) return FieldErrors.Area("area");

        var rows = db.Services.FromSql($"""
            SELECT s.* FROM services s JOIN agencies a ON a.id = s.agency
            WHERE s.id > {page.After} AND s.withdrawn_at IS NULL AND a.standing = 'Active'
            """).AsNoTracking();
        if (wanted is { } code) rows = rows.Where(service => service.Need == code);
        if (giver is { } id) rows = rows.Where(service => service.Agency == id);
        if (area is not null)
        {
            var around = country.Around(area);
            rows = rows.Where(service => service.Areas.Any(served => around.Contains(served)));
        }
        var found = await rows.OrderBy(service => service.Id).Take(page.Limit + 1).ToListAsync(stop);
        return page.Of(found, service => service.Id.Value);
    }
}
