using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Capacity;

/// <summary>
/// <c>DELETE /v1/services/{id}/holds/{hold}</c>: gives the place back, by the agency it is kept for or the one whose place it is. A second
/// time, or after its time was over, changes nothing. To others there is no such hold.
/// </summary>
internal static class ReleaseHold
{
    public static void Map(IEndpointRouteBuilder services) => services.MapDelete("/{id}/holds/{hold}",
        async (string id, string hold, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop) =>
            await Handle(id, hold, caller, db, time, stop) is { } error ? new ProblemResult(error) : Results.NoContent())
        .RequireRole(Roles.Agency);

    public static async Task<Error?> Handle(string id, string hold, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<ServiceId>(id, out var service) || !Uuid.TryParse(hold, out var wanted)) return CapacityErrors.NoHold;
        var mine = db.Holds.Where(one => one.Id == wanted && one.Service == service
            && (one.Agency == caller.Agency || db.Services.Any(offered => offered.Id == service && offered.Agency == caller.Agency)));
        var now = time.Moment();
        var released = await mine.Where(one => one.ReleasedAt == null).ExecuteUpdateAsync(one => one.SetProperty(h => h.ReleasedAt, now), stop);
        return released > 0 || await mine.AnyAsync(stop) ? null : CapacityErrors.NoHold;
    }
}
