using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary><c>GET /v1/memoranda?party=</c>: memoranda by identifier, ended ones too.</summary>
internal static class ListMemoranda
{
    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapGet("",
        async (string? party, Page page, Caller caller, DirectoryStore db, CancellationToken stop) =>
            Filter.TryId<AgencyId>(party, out var wanted)
                ? Results.Ok(await Find(wanted is { } agency ? [agency] : [], page, caller, db, stop))
                : new ProblemResult(FieldErrors.Filter("party")));

    /// <summary>Memoranda to which all of these are parties.</summary>
    public static async Task<Listing<Memorandum>> Find(IEnumerable<AgencyId> parties, Page page, Caller caller, DirectoryStore db, CancellationToken stop)
    {
        var all = parties.Select(party => party.Value).ToArray();
        var rows = db.Memoranda.FromSql($"SELECT * FROM memoranda WHERE id > {page.After} AND parties @> {all}");
        var found = await rows.AsNoTracking().OrderBy(memorandum => memorandum.Id).Take(page.Limit + 1).ToListAsync(stop);
        return page.Of(found.ConvertAll(memorandum => memorandum.For(caller)), memorandum => memorandum.Id.Value);
    }
}
