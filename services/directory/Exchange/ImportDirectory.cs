using System.Data;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Exchange.Hsds;
using Tiltas.Directory.Locations;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Services;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Exchange;

/// <summary>
/// <c>POST /v1/exchange?dryRun=</c>: takes in agencies, services and locations for the registrar, as <c>text/csv</c> a table, as
/// <c>application/x-ndjson</c> a record a line, as <c>application/json</c> HSDS. Each row is written as its own
/// <c>PUT</c> would write it, all in one transaction: with an error anywhere nothing is written, and every row's first error is told with line
/// and column. A dry run does the same and takes it back, so it tells exactly what would happen. What says the same as before changes nothing
/// and tells nobody. Records that are not in the file stay.
/// </summary>
internal sealed class ImportDirectory(DirectoryStore db, OutboxBell bell, Country country, CountryTime calendar, CountryWords words, Taxonomies taxonomies, Schedules schedules, TimeProvider time)
{
    /// <summary>A whole country's directory, in bytes. The gateway lets as much through.</summary>
    public const int LargestFile = 32 << 20;

    /// <summary>What became of the file, or would. Of HSDS also how many services were passed over as not active, and which members have no place here.</summary>
    public sealed record Answer(bool DryRun, int New, int Changed, int Unchanged, IReadOnlyList<Row> Records, int? PassedOver, IReadOnlyList<string>? NotKept);

    /// <summary>What became of one row; fields only of one that changed.</summary>
    public sealed record Row(int Line, string Record, string Id, RowChange Change, int Version, IReadOnlyList<Difference>? Fields);

    /// <summary>A member before and after; absent where it was not or is no longer stated.</summary>
    public sealed record Difference(string Field, JsonNode? Before, JsonNode? After);

    public enum RowChange { New, Changed, Unchanged }

    private static readonly string[] Kept = ["version", "changedAt"];

    public static void Map(IEndpointRouteBuilder exchange) => exchange.MapPost("", async (HttpContext context, bool? dryRun, Caller caller, ImportDirectory import, CancellationToken stop) =>
        await import.Handle(context.Request, dryRun ?? false, caller, stop)).RequireRole(Roles.Registrar).WithMetadata(new RequestSizeLimitAttribute(LargestFile));

    private async Task<IResult> Handle(HttpRequest request, bool dryRun, Caller caller, CancellationToken stop)
    {
        if (FileForms.Of(request.ContentType) is not { } form) return new ProblemResult(ExchangeErrors.NotThatType);
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, stop);
        var file = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (form is FileForm.Hsds or FileForm.HsdsLines)
        {
            var (roots, faults) = FileForms.Documents(file.Span, form);
            return faults.Count > 0 ? Refused(faults, hsds: true) : await FirstPut.Retry(db, () => Write(form, [], roots, dryRun, caller, stop));
        }
        if (FileForms.Text(file.Span) is not { } text) return new ProblemResult(ExchangeErrors.NotText);
        var (records, errors) = form == FileForm.Lines ? ReadRecords.FromLines(text) : ReadRecords.From(text);
        return errors.Count > 0 ? Refused(errors, hsds: false) : await FirstPut.Retry(db, () => Write(form, records, [], dryRun, caller, stop));
    }

    private async Task<IResult> Write(FileForm form, List<ReadRecord> records, List<JsonNodeAt> roots, bool dryRun, Caller caller, CancellationToken stop)
    {
        var hsds = form is FileForm.Hsds or FileForm.HsdsLines;
        // HSDS says parts of records: what they are completed from must not change before they are written.
        await using var transaction = await db.Database.BeginTransactionAsync(hsds ? IsolationLevel.RepeatableRead : IsolationLevel.ReadCommitted, stop);
        HsdsFile? file = null;
        if (hsds)
        {
            file = ReadHsds.From(roots, new Desk(db, words, taxonomies, schedules, Viewer.Anybody), await Known.Load(db, stop));
            if (file.Errors.Count > 0) return Refused(file.Errors, hsds);
            records = file.Records;
        }
        var (rows, errors) = (new List<Row>(), new List<RowError>());
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
            if (errors.Count == RowError.Most) break;
        }
        if (errors.Count > 0) return Refused(errors, hsds);
        if (!dryRun)
        {
            await transaction.CommitAsync(stop);
            bell.Wake();
        }
        int Count(RowChange change) => rows.Count(row => row.Change == change);
        return Results.Ok(new Answer(dryRun, Count(RowChange.New), Count(RowChange.Changed), Count(RowChange.Unchanged), [.. rows.OrderBy(row => row.Line)], file?.PassedOver, file?.NotKept));
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

    /// <summary>Problem details like any other, with the list of what is wrong where; of HSDS the first of it also as the field.</summary>
    private static IResult Refused(List<RowError> errors, bool hsds)
    {
        var sorted = errors.OrderBy(error => error.Line).ThenBy(error => error.Column).Distinct().ToList();
        return Results.Json(new
        {
            type = "urn:tiltas:problem:" + ExchangeErrors.NotTaken.Code, title = "Bad request", status = ExchangeErrors.NotTaken.Status, detail = ExchangeErrors.NotTaken.Sentence,
            code = ExchangeErrors.NotTaken.Code, field = hsds ? sorted[0].Name : null, errors = sorted,
        }, TiltasJson.Api, "application/problem+json", ExchangeErrors.NotTaken.Status);
    }
}
