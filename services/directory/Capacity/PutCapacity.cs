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
            (await Handle(id, request, caller, db, time, stop)).ToHttp(Results.Ok)).RequireRole(Roles.Registrar, Roles.Agency, Roles.Administrator);

    public static async Task<Result<ReadCapacity.Answer>> Handle(string id, Request request, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        if (Read(request) is { } wrong) return wrong;
        if (!Slug.TryParse<ServiceId>(id, out var wanted)) return ServiceErrors.NotFound;

        return await FirstPut.Retry<Result<ReadCapacity.Answer>>(db, async () =>
        {
            if (await db.Services.SingleOrDefaultAsync(one => one.Id == wanted, stop) is not { } service) return ServiceErrors.NotFound;
            if (!OfferService.MayWrite(caller, service.Agency)) return ServiceErrors.NotYours;
            await using var transaction = await db.Database.BeginTransactionAsync(stop);
            // Locked, so that the history tells the very numbers that these replaced.
            var current = await db.Capacities.FromSql($"SELECT * FROM capacities WHERE service = {wanted.Value} FOR UPDATE").SingleOrDefaultAsync(stop);
            var next = new ServiceCapacity { Service = wanted, Total = request.Total!.Value, Available = request.Available!.Value, UpdatedAt = time.Moment() };
            if (current is null) db.Add(next);
            else db.Entry(current).CurrentValues.SetValues(next);
            await db.Save(caller, time, stop);
            await transaction.CommitAsync(stop);
            return await ReadCapacity.Find(id, db, time, stop);
        });
    }

    private static Error.Invalid? Read(Request request) =>
        request.Total is not { } total ? FieldErrors.Missing("$.total")
        : total is < 0 or > Most ? CapacityErrors.Count("$.total")
        : request.Available is not { } available ? FieldErrors.Missing("$.available")
        : available < 0 || available > total ? CapacityErrors.Count("$.available")
        : null;
}
