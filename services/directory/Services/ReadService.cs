using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Services;

/// <summary><c>GET /v1/services/{id}</c>: one service, withdrawn ones too.</summary>
internal static class ReadService
{
    public static void Map(IEndpointRouteBuilder services) => services.MapGet("/{id}",
        async (string id, DirectoryStore db, CancellationToken stop) => (await Find(id, db, stop)).ToHttp(Results.Ok));

    public static async Task<Result<Service>> Find(string id, DirectoryStore db, CancellationToken stop) =>
        Slug.TryParse<ServiceId>(id, out var wanted) && await db.Services.AsNoTracking().SingleOrDefaultAsync(service => service.Id == wanted, stop) is { } found
            ? found
            : ServiceErrors.NotFound;
}
