using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Agencies;

/// <summary><c>GET /v1/agencies?type=&amp;municipality=</c>: agencies of every standing, by identifier.</summary>
internal static class ListAgencies
{
    public static void Map(IEndpointRouteBuilder agencies) => agencies.MapGet("", Handle);

    public static async Task<IResult> Handle(string? type, string? municipality, Page page, DirectoryStore db, Country country, CancellationToken stop)
    {
        if (!Filter.TryCode<AgencyType>(type, out var wanted)) return new ProblemResult(FieldErrors.Filter("type"));
        if (municipality is not null && !country.IsMunicipality(municipality)) return new ProblemResult(FieldErrors.Municipality("municipality"));

        var rows = db.Agencies.FromSql($"SELECT * FROM agencies WHERE id > {page.After}").AsNoTracking();
        if (wanted is { } code) rows = rows.Where(agency => agency.Type == code);
        if (municipality is not null) rows = rows.Where(agency => agency.Municipality == municipality);
        var found = await rows.OrderBy(agency => agency.Id).Take(page.Limit + 1).ToListAsync(stop);
        return Results.Ok(page.Of(found, agency => agency.Id.Value));
    }
}
