using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary><c>GET /v1/memoranda?party=</c>: memoranda by identifier, ended ones too.</summary>
internal static class ListMemoranda
{
    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapGet("", Handle);

    public static async Task<IResult> Handle(string? party, Page page, DirectoryStore db, CancellationToken stop)
    {
        if (!Filter.TryId<AgencyId>(party, out var wanted)) return new ProblemResult(FieldErrors.Filter("party"));

        var rows = wanted is { } agency
            ? db.Memoranda.FromSql($"SELECT * FROM memoranda WHERE id > {page.After} AND parties @> ARRAY[{agency.Value}]")
            : db.Memoranda.FromSql($"SELECT * FROM memoranda WHERE id > {page.After}");
        var found = await rows.AsNoTracking().OrderBy(memorandum => memorandum.Id).Take(page.Limit + 1).ToListAsync(stop);
        return Results.Ok(page.Of(found, memorandum => memorandum.Id.Value));
    }
}
