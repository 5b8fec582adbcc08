using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Exchange;

/// <summary>
/// <c>GET /v1/exchange/directory.csv</c> and <c>directory.ndjson</c>: every agency, and every service and location in use of those that were not removed, as the import
/// takes them, for the registrar: confidential locations are among them. What was taken in from it elsewhere is given out there to the byte.
/// </summary>
internal static class ExportDirectory
{
    public const string LinesType = "application/x-ndjson";
    private static readonly string[] NotSent = ["id", "version", "changedAt"];

    public static void Map(IEndpointRouteBuilder exchange)
    {
        exchange.MapGet("directory.csv", async (HttpContext context, DirectoryStore db, CancellationToken stop) => Answer(context, Table(await Read(db, stop)), "text/csv")).RequireRole(Roles.Registrar);
        exchange.MapGet("directory.ndjson", async (HttpContext context, DirectoryStore db, CancellationToken stop) => Answer(context, Lines(await Read(db, stop)), LinesType)).RequireRole(Roles.Registrar);
    }

    private static IResult Answer(HttpContext context, string text, string type)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(text, type, Encoding.UTF8);
    }

    private static async Task<List<(RecordKind Kind, string Id, JsonObject Record)>> Read(DirectoryStore db, CancellationToken stop)
    {
        await using var moment = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, stop);
        var agencies = await db.Agencies.AsNoTracking().OrderBy(agency => agency.Id).ToListAsync(stop);
        var inUse = agencies.Where(agency => agency.Standing != AgencyStanding.Removed).Select(agency => agency.Id).ToHashSet();
        var services = await db.Services.AsNoTracking().Where(service => service.WithdrawnAt == null).OrderBy(service => service.Id).ToListAsync(stop);
        var locations = await db.Locations.AsNoTracking().Where(location => location.WithdrawnAt == null).OrderBy(location => location.Id).ToListAsync(stop);
        return
        [
            .. agencies.Select(agency => (RecordKind.Agency, agency.Id.Value, Json(agency))),
            .. services.Where(service => inUse.Contains(service.Agency)).Select(service => (RecordKind.Service, service.Id.Value, Json(service))),
            .. locations.Where(location => inUse.Contains(location.Agency)).Select(location => (RecordKind.Location, location.Id.Value, Json(location))),
        ];
    }

    private static string Table(List<(RecordKind Kind, string Id, JsonObject Record)> records)
    {
        var columns = Columns.With(records.SelectMany(record => record.Record["name"]!.AsObject().Select(name => name.Key)).Distinct());
        return Sheet.Write([[Columns.Record, Columns.Id, .. columns.Select(column => column.Name)], .. records.Select(record => Columns.Row(record.Kind, record.Id, record.Record, columns))]);
    }

    private static string Lines(List<(RecordKind Kind, string Id, JsonObject Record)> records)
    {
        var text = new StringBuilder();
        foreach (var (kind, id, record) in records)
        {
            var line = new JsonObject { [Columns.Record] = kind.ToString().ToLowerInvariant(), [Columns.Id] = id };
            foreach (var (name, value) in record.Where(member => !NotSent.Contains(member.Key))) line[name] = value?.DeepClone();
            text.Append(line.ToJsonString(TiltasJson.Api)).Append('\n');
        }
        return text.ToString();
    }

    private static JsonObject Json<T>(T record) => JsonSerializer.SerializeToNode(record, TiltasJson.Api)!.AsObject();
}

internal static class ExchangeEndpoints
{
    public static void AddExchange(this WebApplicationBuilder builder) => builder.Services.AddScoped<ImportDirectory>();

    public static void MapExchange(this IEndpointRouteBuilder app)
    {
        var exchange = app.MapGroup("/v1/exchange");
        ExportDirectory.Map(exchange);
        ImportDirectory.Map(exchange);
    }
}
