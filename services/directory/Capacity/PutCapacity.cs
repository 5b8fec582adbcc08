using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Services;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Capacity;

/// <summary><c>PUT /v1/services/{id}/capacity</c>: the agency says how many places it has and how many of them nobody has. Each time counts as news.</summary>
internal static class PutCapacity
{
    private const int Most = 100_000;

    public sealed record Request
    {
        public int? Total { get; init; }
        public int? Available { get; init; }
    }

    public static void Map(IEndpointRouteBuilder services) => services.MapPut("/{id}/capacity",
        async (string id, Request request, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, request, caller, db, time, stop)).ToHttp(Results.Ok)).RequireRole(Roles.Registrar, Roles.Agency);

    public static async Task<Result<ReadCapacity.Answer>> Handle(string id, Request request, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        if (Read(request) is { } wrong) return wrong;
        if (!Slug.TryParse<ServiceId>(id, out var service)
            || await db.Services.Where(one => one.Id == service).Select(one => (AgencyId?)one.Agency).SingleOrDefaultAsync(stop) is not { } agency) return ServiceErrors.NotFound;
        if (!OfferService.MayWrite(caller, agency)) return ServiceErrors.NotYours;

        var (total, available, now) = (request.Total!.Value, request.Available!.Value, time.Moment());
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO capacities (service, total, available, updated_at) VALUES ({service.Value}, {total}, {available}, {now})
            ON CONFLICT (service) DO UPDATE SET total = excluded.total, available = excluded.available, updated_at = excluded.updated_at
            """, stop);
        return await ReadCapacity.Find(id, db, time, stop);
    }

    private static Error.Invalid? Read(Request request) =>
        request.Total is not { } total ? FieldErrors.Missing("$.total")
        : total is < 0 or > Most ? CapacityErrors.Count("$.total")
        : request.Available is not { } available ? FieldErrors.Missing("$.available")
        : available < 0 || available > total ? CapacityErrors.Count("$.available")
        : null;
}
