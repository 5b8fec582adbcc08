using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Directory.Exchange.Hsds;
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
        var whole = await WholeDirectory.Read(db, stop);
        return
        [
            .. whole.Agencies.Select(agency => (RecordKind.Agency, agency.Id.Value, Json(agency))),
            .. whole.Services.Select(service => (RecordKind.Service, service.Id.Value, Json(service))),
            .. whole.Locations.Select(location => (RecordKind.Location, location.Id.Value, Json(location))),
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
        ExportHsds.Map(exchange);
        ImportDirectory.Map(exchange);
    }
}
