using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Agencies;

/// <summary><c>GET /v1/agencies/{id}</c>: one agency. A text that can be no identifier is answered as an unknown one.</summary>
internal static class ReadAgency
{
    public static void Map(IEndpointRouteBuilder agencies) => agencies.MapGet("/{id}",
        async (string id, DirectoryStore db, CancellationToken stop) => (await Find(id, db, stop)).ToHttp(Results.Ok));

    public static async Task<Result<Agency>> Find(string id, DirectoryStore db, CancellationToken stop) =>
        Slug.TryParse<AgencyId>(id, out var wanted) && await db.Agencies.AsNoTracking().SingleOrDefaultAsync(agency => agency.Id == wanted, stop) is { } found
            ? found
            : AgencyErrors.NotFound;
}
