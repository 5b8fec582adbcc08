using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Primitives;
using Tiltas.Contracts;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Forms;

/// <summary>
/// GET /v1/forms/counts: how many forms the caller's agency filled in, by form, result, place and month, those that were only counted among
/// them. A form that was corrected counts once, as its last correction says.
/// </summary>
public sealed class CountForms(IdentificationStore db)
{
    public sealed record Counts
    {
        public required Line[] Items { get; init; }
    }

    public sealed record Line
    {
        public required string Schema { get; init; }
        public required int SchemaVersion { get; init; }

        /// <summary>Of an assessment.</summary>
        public required string? Result { get; init; }

        /// <summary>True for those of which nothing but this is kept.</summary>
        public required bool OnlyCounted { get; init; }
        public required string? Place { get; init; }

        /// <summary>Such as 2026-11, by the day of the assessment, or on which the form was filled in.</summary>
        public required string Month { get; init; }
        public required long Count { get; init; }
    }

    public async Task<Counts> Handle(Caller caller, string? schema, DateOnly? from, DateOnly? to, CancellationToken stop)
    {
        var (first, last) = (from ?? DateOnly.MinValue, to ?? DateOnly.MaxValue);
        var lines = await db.Database.SqlQuery<Line>($"""
            SELECT schema_id AS "Schema", schema_version AS "SchemaVersion", result AS "Result", only_counted AS "OnlyCounted", place AS "Place", to_char(day, 'YYYY-MM') AS "Month", count(*) AS "Count"
            FROM (
                SELECT f.schema_id, f.schema_version, f.result, false AS only_counted, f.place, f.day FROM forms f
                WHERE f.agency = {caller.Agency.Value} AND NOT EXISTS (SELECT FROM forms newer WHERE newer.replaces = f.id)
                UNION ALL
                SELECT n.schema_id, n.schema_version, n.result, true, n.place, n.day FROM negative_assessments n WHERE n.agency = {caller.Agency.Value}
            ) AS filled
            WHERE ({schema}::text IS NULL OR schema_id = {schema}) AND day BETWEEN {first} AND {last}
            GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 6, 3, 5, 4
            """).ToListAsync(stop);
        return new Counts { Items = [.. lines] };
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/forms/counts", async (HttpContext context, Caller caller, CountForms handler, CancellationToken stop) =>
    {
        var query = context.Request.Query;
        foreach (var name in query.Keys)
            if (name is not ("schema" or "from" or "to")) throw new RejectedRequestException(FormErrors.Wrong("query", "Known here are schema, from and to."));
        if (query["schema"] is { Count: > 1 } or [{ Length: > 40 }] || query["schema"] is [{ } id] && !id.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '-')) throw new RejectedRequestException(FormErrors.Wrong("schema", "One form is named by its identifier."));
        return Results.Ok(await handler.Handle(caller, query["schema"], Day(query["from"], "from"), Day(query["to"], "to"), stop));
    });

    private static DateOnly? Day(StringValues values, string field) =>
        values.Count == 0 ? null
        : values is [var text] && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw new RejectedRequestException(FormErrors.Wrong(field, "A day is written YYYY-MM-DD, once."));
}
