using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Services;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;

namespace Tiltas.Directory.Capacity;

/// <summary>
/// <c>POST /v1/services/{id}/holds</c>: keeps one place for the caller's agency while it refers somebody; for how long is country data.
/// Two never get the last place. Takes no body: for whom it is stays with the agency.
/// </summary>
internal static class HoldPlace
{
    /// <summary>What is kept, and until when.</summary>
    public sealed record Answer(Guid Hold, ServiceId Service, AgencyId Agency, DateTimeOffset TakenAt, DateTimeOffset ExpiresAt);

    // Long enough that a twin of a request that got no answer still finds what it made.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    public static void Map(IEndpointRouteBuilder services) => services.MapPost("/{id}/holds",
        async (string id, IdempotencyKey key, Caller caller, DirectoryStore db, Provision provision, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, key, caller, db, provision, time, stop)).ToHttp(hold => Results.Created($"/v1/services/{hold.Service}/holds/{hold.Hold}", hold)))
        .RequireRole(Roles.Agency);

    public static async Task<Result<Answer>> Handle(
        string id, IdempotencyKey key, Caller caller, DirectoryStore db, Provision provision, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<ServiceId>(id, out var service)) return ServiceErrors.NotFound;
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var result = await Once.Do(db, time, caller.Agency, key, "hold-place", new { service }, () => Take(service, caller.Agency, db, provision, time, stop), stop);
        if (result.Error is null) await transaction.CommitAsync(stop);
        return result;
    }

    private static async Task<Result<Answer>> Take(ServiceId service, AgencyId agency, DirectoryStore db, Provision provision, TimeProvider time, CancellationToken stop)
    {
        if (await db.Agencies.Where(one => one.Id == agency).Select(one => (AgencyStanding?)one.Standing).SingleOrDefaultAsync(stop) is not AgencyStanding.Active) return CapacityErrors.NotActive;
        if (!await db.Services.AnyAsync(one => one.Id == service && one.WithdrawnAt == null, stop)) return ServiceErrors.NotFound;

        // Whoever has the row's lock is alone; what is counted after it is what those before it committed.
        if (await db.Capacities.FromSql($"SELECT * FROM capacities WHERE service = {service.Value} FOR UPDATE").AsNoTracking().SingleOrDefaultAsync(stop) is not { } capacity)
            return CapacityErrors.NothingToKeep;
        var now = time.Moment();
        if (await ReadCapacity.Kept(service, db, now, stop) >= capacity.Available) return CapacityErrors.Full;

        await db.Holds.Where(one => one.Service == service && one.ExpiresAt < now - Remembered).ExecuteDeleteAsync(stop);
        var hold = new Hold { Id = Guid.CreateVersion7(now), Service = service, Agency = agency, TakenAt = now, ExpiresAt = now + provision.Hold, ReleasedAt = null };
        db.Add(hold);
        return new Answer(hold.Id, service, agency, hold.TakenAt, hold.ExpiresAt);
    }
}
