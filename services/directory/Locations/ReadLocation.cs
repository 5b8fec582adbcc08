using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Locations;

/// <summary><c>GET /v1/locations/{id}</c>: one location; a withdrawn one for its agency and the registrar only. Hidden and unknown answer alike.</summary>
internal static class ReadLocation
{
    public static void Map(IEndpointRouteBuilder locations) => locations.MapGet("/{id}",
        async (string id, Caller caller, DirectoryStore db, CancellationToken stop) => (await Find(id, await Viewer.Of(caller, db, stop), db, stop)).ToHttp(Results.Ok));

    public static async Task<Result<Location>> Find(string id, Viewer viewer, DirectoryStore db, CancellationToken stop) =>
        Slug.TryParse<LocationId>(id, out var wanted)
        && await viewer.LocationsWithWithdrawn(db).SingleOrDefaultAsync(location => location.Id == wanted, stop) is { } found
            ? found
            : LocationErrors.NotFound;
}
