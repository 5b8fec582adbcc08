using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Services;

/// <summary>
/// <c>GET /v1/services?need=&amp;area=&amp;agency=&amp;assurance=</c>: what is on offer today by agencies that take part. An area also finds
/// what is offered for the whole county or country around it. Assurance finds what was never assured, what is, and what is due to be again.
/// </summary>
internal static class ListServices
{
    /// <summary>Which state of assurance is wanted, and the first day whose assurance still holds.</summary>
    public sealed record Assured(AssuranceState State, DateOnly Oldest);

    public static void Map(IEndpointRouteBuilder services) => services.MapGet("",
        async (string? need, string? area, string? agency, string? assurance, Page page, DirectoryStore db, Country country, Provision provision, CountryTime calendar,
            TimeProvider time, CancellationToken stop) =>
        {
            if (!Filter.TryCode<Need>(need, out var wanted)) return new ProblemResult(FieldErrors.Filter("need"));
            if (!Filter.TryId<AgencyId>(agency, out var giver)) return new ProblemResult(FieldErrors.Filter("agency"));
            if (!Filter.TryCode<AssuranceState>(assurance, out var state)) return new ProblemResult(FieldErrors.Filter("assurance"));
            var assured = state is { } asked ? new Assured(asked, Assurance.Oldest(calendar.Day(time.GetUtcNow()), provision.AssuranceDays)) : null;
            return (await Find(wanted, area, giver, page, db, country, stop, assured)).ToHttp(Results.Ok);
        });

    public static async Task<Result<Listing<Service>>> Find(
        Need? wanted, string? area, AgencyId? giver, Page page, DirectoryStore db, Country country, CancellationToken stop, Assured? assured = null)
    {
        if (area is not null && !country.IsArea(area)) return FieldErrors.Area("area");

        // Days are written YYYY-MM-DD, so they sort as text.
        var (state, oldest) = (assured?.State.ToString(), assured?.Oldest.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        var rows = db.Services.FromSql($"""
            SELECT s.* FROM services s JOIN agencies a ON a.id = s.agency
            WHERE s.id > {page.After} AND s.withdrawn_at IS NULL AND a.standing = 'Active'
                AND CASE {state}::text
                    WHEN 'Never' THEN s.profile ->> 'assuredOn' IS NULL
                    WHEN 'Overdue' THEN s.profile ->> 'assuredOn' COLLATE "C" < {oldest}::text
                    WHEN 'Current' THEN s.profile ->> 'assuredOn' COLLATE "C" >= {oldest}::text
                    ELSE true END
            """).AsNoTracking();
        if (wanted is { } code) rows = rows.Where(service => service.Need == code);
        if (giver is { } id) rows = rows.Where(service => service.Agency == id);
        if (area is not null)
        {
            var around = country.Around(area);
            rows = rows.Where(service => service.Areas.Any(served => around.Contains(served)));
        }
        var found = await rows.OrderBy(service => service.Id).Take(page.Limit + 1).ToListAsync(stop);
        return page.Of(found, service => service.Id.Value);
    }
}
