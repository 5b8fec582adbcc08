using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Services;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Capacity;

/// <summary><c>GET /v1/services/{id}/capacity</c>: what was said last, and how many places are kept at the moment.</summary>
internal static class ReadCapacity
{
    /// <summary>Free are those available and kept for nobody.</summary>
    public sealed record Answer(ServiceId Service, int Total, int Available, int Kept, int Free, DateTimeOffset UpdatedAt);

    public static void Map(IEndpointRouteBuilder services) => services.MapGet("/{id}/capacity",
        async (string id, DirectoryStore db, TimeProvider time, CancellationToken stop) => (await Find(id, db, time, stop)).ToHttp(Results.Ok));

    public static async Task<Result<Answer>> Find(string id, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<ServiceId>(id, out var service) || !await db.Services.AnyAsync(one => one.Id == service, stop)) return ServiceErrors.NotFound;
        if (await db.Capacities.AsNoTracking().SingleOrDefaultAsync(one => one.Service == service, stop) is not { } capacity) return CapacityErrors.NotStated;
        var kept = await Kept(service, db, time.GetUtcNow(), stop);
        return new Answer(service, capacity.Total, capacity.Available, kept, Math.Max(0, capacity.Available - kept), capacity.UpdatedAt);
    }

    /// <summary>How many places of the service are kept at that moment.</summary>
    public static Task<int> Kept(ServiceId service, DirectoryStore db, DateTimeOffset now, CancellationToken stop) =>
        db.Holds.CountAsync(hold => hold.Service == service && hold.ReleasedAt == null && hold.ExpiresAt > now, stop);
}
