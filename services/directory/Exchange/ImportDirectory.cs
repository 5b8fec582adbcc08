using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Services;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Exchange;

/// <summary>
/// <c>POST /v1/exchange?dryRun=</c>: takes in agencies, services and locations for the registrar, as <c>text/csv</c> a table, as
/// <c>application/x-ndjson</c> a record a line. Each row is written as its own
/// <c>PUT</c> would write it, all in one transaction: with an error anywhere nothing is written, and every row's first error is told with line
/// and column. A dry run does the same and takes it back, so it tells exactly what would happen. What says the same as before changes nothing
/// and tells nobody. Records that are not in the file stay.
/// </summary>
internal sealed class ImportDirectory(DirectoryStore db, OutboxBell bell, Country country, CountryTime calendar, TimeProvider time)
{
    /// <summary>What became of the file, or would.</summary>
    public sealed record Answer(bool DryRun, int New, int Changed, int Unchanged, IReadOnlyList<Row> Records);

    /// <summary>What became of one row; fields only of one that changed.</summary>
    public sealed record Row(int Line, string Record, string Id, RowChange Change, int Version, IReadOnlyList<Difference>? Fields);

    /// <summary>A member before and after; absent where it was not or is no longer stated.</summary>
    public sealed record Difference(string Field, JsonNode? Before, JsonNode? After);

    public enum RowChange { New, Changed, Unchanged }

    private static readonly string[] Kept = ["version", "changedAt"];

    public static void Map(IEndpointRouteBuilder exchange) => exchange.MapPost("", async (HttpContext context, bool? dryRun, Caller caller, ImportDirectory import, CancellationToken stop) =>
        await ReadText(context.Request, stop) is { } text ? await import.Handle(text, IsLines(context.Request), dryRun ?? false, caller, stop) : new ProblemResult(ExchangeErrors.NotText)).RequireRole(Roles.Registrar);

    private static bool IsLines(HttpRequest request) => request.ContentType?.StartsWith(ExportDirectory.LinesType, StringComparison.OrdinalIgnoreCase) == true;

    public async Task<IResult> Handle(string text, bool lines, bool dryRun, Caller caller, CancellationToken stop)
    {
        var (records, errors) = lines ? ReadRecords.FromLines(text) : ReadRecords.From(text);
        if (errors.Count > 0) return Refused(errors);
        return await FirstPut.Retry(db, () => Write(records, dryRun, caller, stop));
    }

    private async Task<IResult> Write(List<ReadRecord> records, bool dryRun, Caller caller, CancellationToken stop)
    {
        var (rows, errors) = (new List<Row>(), new List<RowError>());
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        foreach (var record in records.OrderBy(record => record.Kind))
        {
            try
            {
                var written = await Write(record, caller, stop);
                if (written.Error is { } error) errors.Add(record.Wrong(error));
                else rows.Add(written.Value);
            }
            catch (JsonException exception)
            {
                errors.Add(record.Wrong(ExchangeErrors.Form, exception.Path));
            }
            db.ChangeTracker.Clear();
        }
        if (errors.Count > 0) return Refused(errors);
        if (!dryRun)
        {
            await transaction.CommitAsync(stop);
            bell.Wake();
        }
        int Count(RowChange change) => rows.Count(row => row.Change == change);
        return Results.Ok(new Answer(dryRun, Count(RowChange.New), Count(RowChange.Changed), Count(RowChange.Unchanged), [.. rows.OrderBy(row => row.Line)]));
    }

    private Task<Result<Row>> Write(ReadRecord record, Caller caller, CancellationToken stop) => record.Kind switch
    {
        RecordKind.Agency => Agency(record, caller, stop),
        RecordKind.Service => Service(record, caller, stop),
        _ => Location(record, caller, stop),
    };

    private async Task<Result<Row>> Agency(ReadRecord record, Caller caller, CancellationToken stop)
    {
        var request = record.Body.Deserialize<RegisterAgency.Request>(TiltasJson.Api)!;
        if (!Slug.TryParse<AgencyId>(record.Id, out var id)) return FieldErrors.Id;
        var wanted = RegisterAgency.Read(id, request, country);
        if (wanted.Error is { } error) return error;
        var before = await db.Agencies.AsNoTracking().SingleOrDefaultAsync(agency => agency.Id == id, stop);
        if (before is not null && request.Standing is { } standing && standing != before.Standing) return AgencyErrors.StandingByAction;
        switch (await RegisterAgency.Put(wanted.Value, request.Standing, caller, db, time, stop))
        {
            case RegisterAgency.Outcome.Refused refused: return refused.Error;
            case RegisterAgency.Outcome.Registered { Agency: var agency }: return Told(record, before, before?.Version, agency, agency.Version);
            case RegisterAgency.Outcome.Changed { Agency: var agency }: return Told(record, before, before?.Version, agency, agency.Version);
            default: return Told(record, before, before?.Version, null, null);
        }
    }

    private async Task<Result<Row>> Service(ReadRecord record, Caller caller, CancellationToken stop)
    {
        var request = record.Body.Deserialize<OfferService.Request>(TiltasJson.Api)!;
        if (!Slug.TryParse<ServiceId>(record.Id, out var id)) return FieldErrors.Id;
        var wanted = OfferService.Read(id, request, country);
        if (wanted.Error is { } error) return error;
        var before = await db.Services.AsNoTracking().SingleOrDefaultAsync(service => service.Id == id, stop);
        switch (await OfferService.Put(wanted.Value, caller, db, calendar, time, stop))
        {
            case OfferService.Outcome.Refused refused: return refused.Error;
            case OfferService.Outcome.Offered { Service: var service }: return Told(record, before, before?.Version, service, service.Version);
            case OfferService.Outcome.Changed { Service: var service }: return Told(record, before, before?.Version, service, service.Version);
            default: return Told(record, before, before?.Version, null, null);
        }
    }

    private async Task<Result<Row>> Location(ReadRecord record, Caller caller, CancellationToken stop)
    {
        var request = record.Body.Deserialize<PutLocation.Request>(TiltasJson.Api)!;
        if (!Slug.TryParse<LocationId>(record.Id, out var id)) return FieldErrors.Id;
        var wanted = PutLocation.Read(id, request, country);
        if (wanted.Error is { } error) return error;
        var before = await db.Locations.AsNoTracking().SingleOrDefaultAsync(location => location.Id == id, stop);
        switch (await PutLocation.Put(wanted.Value, caller, db, time, stop))
        {
            case PutLocation.Outcome.Refused refused: return refused.Error;
            case PutLocation.Outcome.Entered { Location: var location }: return Told(record, before, before?.Version, location, location.Version);
            case PutLocation.Outcome.Changed { Location: var location }: return Told(record, before, before?.Version, location, location.Version);
            default: return Told(record, before, before?.Version, null, null);
        }
    }

    private static Row Told<T>(ReadRecord record, T? before, int? version, T? after, int? next) where T : class
    {
        var change = after is null ? RowChange.Unchanged : before is null ? RowChange.New : RowChange.Changed;
        return new Row(record.Line, record.Kind.ToString().ToLowerInvariant(), record.Id, change, (next ?? version)!.Value, change == RowChange.Changed ? Differences(Json(before!), Json(after!)) : null);
    }

    private static List<Difference> Differences(JsonObject before, JsonObject after) =>
    [
        .. before.Select(pair => pair.Key).Union(after.Select(pair => pair.Key)).Except(Kept).Where(name => !JsonNode.DeepEquals(before[name], after[name]))
            .Select(name => new Difference("$." + name, before[name]?.DeepClone(), after[name]?.DeepClone())),
    ];

    private static JsonObject Json<T>(T record) => JsonSerializer.SerializeToNode(record, TiltasJson.Api)!.AsObject();

    private static async Task<string?> ReadText(HttpRequest request, CancellationToken stop)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, stop);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body.GetBuffer(), 0, (int)body.Length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Problem details like any other, with the list of what is wrong where.</summary>
    private static IResult Refused(List<RowError> errors) => Results.Json(new
    {
        type = "urn:tiltas:problem:" + ExchangeErrors.NotTaken.Code, title = "Bad request", status = ExchangeErrors.NotTaken.Status, detail = ExchangeErrors.NotTaken.Sentence,
        code = ExchangeErrors.NotTaken.Code, errors = errors.OrderBy(error => error.Line).ThenBy(error => error.Column),
    }, TiltasJson.Api, "application/problem+json", ExchangeErrors.NotTaken.Status);
}
