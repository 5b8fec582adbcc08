using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Agencies;

/// <summary><c>GET /v1/agencies?type=&amp;municipality=</c>: agencies of every standing, by identifier.</summary>
internal static class ListAgencies
{
    public static void Map(IEndpointRouteBuilder agencies) => agencies.MapGet("",
        async (string? type, string? municipality, Page page, DirectoryStore db, Country country, CancellationToken stop) =>
            Filter.TryCode<AgencyType>(type, out var wanted)
                ? (await Find(wanted, municipality, page, db, country, stop)).ToHttp(Results.Ok)
                : new ProblemResult(FieldErrors.Filter("type")));

    public static async Task<Result<Listing<Agency>>> Find(
        AgencyType? wanted, string? municipality, Page page, DirectoryStore db, Country country, CancellationToken stop)
    {
        if (municipality is not null && !country.IsMunicipality(municipality)) return FieldErrors.Municipality("municipality");

        var rows = db.Agencies.FromSql($"SELECT * FROM agencies WHERE id > {page.After}").AsNoTracking();
        if (wanted is { } code) rows = rows.Where(agency => agency.Type == code);
        if (municipality is not null) rows = rows.Where(agency => agency.Municipality == municipality);
        var found = await rows.OrderBy(agency => agency.Id).Take(page.Limit + 1).ToListAsync(stop);
        return page.Of(found, agency => agency.Id.Value);
    }
}
