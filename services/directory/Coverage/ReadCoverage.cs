using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Matching;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Coverage;

/// <summary>
/// <c>GET /v1/coverage?need=&amp;at=&amp;format=</c>: for each municipality, need and time, which agencies that take part are there or on call, or
/// the gap. Without <c>at</c> the times are those of the week that the country's data names. <c>format=csv</c> for a map or a sheet.
/// Places and memoranda do not count here: a full shelter is no gap, and who may refer to whom differs by agency.
/// </summary>
internal static class ReadCoverage
{
    // Who is there at all matters when there are few; a long list helps nobody, and the count says how long it is.
    private const int MostListed = 50;

    /// <summary>All rows, by municipality, need and time.</summary>
    public sealed record Answer(IReadOnlyList<Row> Rows);

    /// <summary>One municipality, need and time. The list holds the first agencies by identifier, the count all.</summary>
    public sealed record Row(string Municipality, string Name, string County, Need Need, string Time, bool Gap, int Count, IEnumerable<AgencyId> Agencies);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/v1/coverage",
        async (string? need, string? at, string? format, DirectoryStore db, Country country, CountryTime calendar, Provision provision, CancellationToken stop) =>
        {
            if (!Filter.TryCode<Need>(need, out var wanted)) return new ProblemResult(FieldErrors.Filter("need"));
            if (format is not (null or "json" or "csv")) return new ProblemResult(FieldErrors.Filter("format"));
            DateTimeOffset moment = default;
            if (at is not null && !SearchProviders.TryMoment(at, out moment)) return new ProblemResult(MatchingErrors.Moment("at"));

            Need[] needs = wanted is { } one ? [one] : Enum.GetValues<Need>();
            CoverageTime[] times = at is not null ? [CoverageTime.Of(moment, calendar)] : [.. provision.TimesOfWeek.Select(time => CoverageTime.OfWeek(time.Name, time.Hours))];
            var rows = CoverageMap.Of(country, needs, times, await Services(wanted, db, stop)).Select(Shape);
            return format == "csv" ? Results.Text(Csv(rows), "text/csv", Encoding.UTF8) : Results.Ok(new Answer([.. rows]));
        });

    private static async Task<IEnumerable<CoveringService>> Services(Need? wanted, DirectoryStore db, CancellationToken stop)
    {
        var offered = db.Services.AsNoTracking().Where(service => service.WithdrawnAt == null && (wanted == null || service.Need == wanted));
        var rows = await (from service in offered
                          join agency in db.Agencies on service.Agency equals agency.Id
                          where agency.Standing == AgencyStanding.Active
                          select new { service.Agency, service.Need, service.Areas, service.Hours, service.Profile }).ToListAsync(stop);
        return rows.Select(row => new CoveringService(row.Agency, row.Need, row.Areas, row.Hours, row.Profile?.OnCall?.Hours));
    }

    private static Row Shape(Cover cover) => new(cover.Municipality.Code, cover.Municipality.Name, cover.Municipality.County, cover.Need, cover.Time,
        cover.Agencies.Count == 0, cover.Agencies.Count, cover.Agencies.Take(MostListed));

    private static string Csv(IEnumerable<Row> rows)
    {
        var text = new StringBuilder("municipality,name,county,need,time,gap,count,agencies\r\n");
        foreach (var row in rows)
            text.Append(CultureInfo.InvariantCulture,
                $"{row.Municipality},{Quoted(row.Name)},{row.County},{row.Need},{row.Time},{(row.Gap ? "yes" : "no")},{row.Count},{string.Join(' ', row.Agencies)}\r\n");
        return text.ToString();
    }

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
