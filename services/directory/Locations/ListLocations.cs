using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Locations;

/// <summary><c>GET /v1/locations?agency=&amp;municipality=&amp;type=</c>: the locations in use that there are for the caller, by identifier.</summary>
internal static class ListLocations
{
    public static void Map(IEndpointRouteBuilder locations) => locations.MapGet("",
        async (string? agency, string? municipality, string? type, Page page, Caller caller, DirectoryStore db, Country country, CancellationToken stop) =>
        {
            if (!Filter.TryId<AgencyId>(agency, out var whose)) return new ProblemResult(FieldErrors.Filter("agency"));
            if (!Filter.TryCode<LocationType>(type, out var kind)) return new ProblemResult(FieldErrors.Filter("type"));
            return (await Find(await Viewer.Of(caller, db, stop), whose, municipality, kind, page, db, country, stop)).ToHttp(Results.Ok);
        });

    public static async Task<Result<Listing<Location>>> Find(
        Viewer viewer, AgencyId? whose, string? municipality, LocationType? kind, Page page, DirectoryStore db, Country country, CancellationToken stop)
    {
        if (municipality is not null && !country.IsMunicipality(municipality)) return FieldErrors.Municipality("municipality");

        var rows = viewer.Locations(db, page.After);
        if (whose is { } agency) rows = rows.Where(location => location.Agency == agency);
        if (kind is { } type) rows = rows.Where(location => location.Type == type);
        if (municipality is not null) rows = rows.Where(location => location.Municipality == municipality);
        var found = await rows.OrderBy(location => location.Id).Take(page.Limit + 1).ToListAsync(stop);
        return page.Of(found, location => location.Id.Value);
    }
}
