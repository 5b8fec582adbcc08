using Microsoft.EntityFrameworkCore;
using Tiltas.Directory.History;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.OpenReferral;

/// <summary>Single records by their UUID. What is no UUID, what is not there and what the caller may not see are answered alike.</summary>
internal static class Records
{
    /// <summary>Of an organization by its id.</summary>
    public static readonly string[] OrganizationTakes = ["full_service"];

    public static void Map(IEndpointRouteBuilder hsds)
    {
        Map(hsds, "services", async (id, _, desk, stop) =>
        {
            var found = await desk.Db.Services.FromSql($"SELECT * FROM services WHERE hsds_id = {id}").AsNoTracking().ToListAsync(stop);
            return (await ShowServices.Of(desk, found, Detail.Full, organization: true, stop)).SingleOrDefault() is not { } document ? null
                : document with { Metadata = await Metadata.Of(desk, RecordKind.Service, found[0].Id.Value, found[0].Agency, id, stop) };
        });
        Map(hsds, "organizations", async (id, asked, desk, stop) =>
        {
            var found = await desk.Db.Agencies.FromSql($"SELECT * FROM agencies WHERE hsds_id = {id}").AsNoTracking().ToListAsync(stop);
            return (await ShowOrganizations.WithServices(desk, found, Detail.Full, asked.FullService, stop)).SingleOrDefault() is not { } document ? null
                : document with { Metadata = await Metadata.Of(desk, RecordKind.Organization, found[0].Id.Value, found[0].Id, id, stop) };
        }, OrganizationTakes);
        Map(hsds, "service_at_locations", async (id, _, desk, stop) =>
        {
            var found = await desk.Db.ServiceLocations.FromSqlRaw($"""
                SELECT sl.* FROM service_locations sl
                JOIN services s ON s.id = sl.service JOIN agencies a ON a.id = s.agency JOIN locations l ON l.id = sl.location
                WHERE sl.hsds_id = @id AND {Viewer.Sees} AND s.withdrawn_at IS NULL AND a.standing = 'Active'
                """, [.. desk.Viewer.Parameters(), new Npgsql.NpgsqlParameter("id", id)]).AsNoTracking().ToListAsync(stop);
            return (await ShowLocations.Of(desk, found, Detail.Full, stop)).SingleOrDefault();
        });
        Map(hsds, "taxonomies", (id, _, desk, _) => Task.FromResult<object?>(desk.Taxonomies.All.SingleOrDefault(taxonomy => taxonomy.Id == id)));
        Map(hsds, "taxonomy_terms", (id, _, desk, _) => Task.FromResult<object?>(desk.Taxonomies.Find(id)?.Document));
    }

    private static void Map(IEndpointRouteBuilder hsds, string path, Func<Guid, Asked, Desk, CancellationToken, Task<object?>> find, params string[] takes) =>
        hsds.MapGet(path + "/{id}", async (string id, HttpContext context, Desk desk, CancellationToken stop) =>
        {
            var query = Query.From(context.Request.Query);
            if (query.Error is { } unreadable) return new ProblemResult(unreadable);
            var asked = Asked.Read(query.Value, takes, desk.Words.Country.Code);
            if (asked.Error is { } error) return new ProblemResult(error);
            if (!Uuid.TryParse(id, out var wanted)) return Answers.One(null);
            await using var moment = await desk.Db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, stop);
            return Answers.One(await find(wanted, asked.Value, desk, stop));
        });
}
