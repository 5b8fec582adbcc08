using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary><c>GET /v1/memoranda/{id}/draft</c> and <c>GET /v1/memoranda/drafts</c>: what waits for signatures, for those who are to sign, registrars and auditors.</summary>
internal static class ReadDraft
{
    public static void Map(IEndpointRouteBuilder memoranda)
    {
        memoranda.MapGet("/{id}/draft", async (string id, Caller caller, DirectoryStore db, CancellationToken stop) => (await Find(id, caller, db, stop)).ToHttp(Results.Ok));
        memoranda.MapGet("/drafts", async (Caller caller, Page page, DirectoryStore db, CancellationToken stop) => Results.Ok(await List(caller, page, db, stop)));
    }

    public static async Task<Result<Draft>> Find(string id, Caller caller, DirectoryStore db, CancellationToken stop) =>
        ReservedId.TryParse(id, out var wanted) && await db.Drafts.AsNoTracking().SingleOrDefaultAsync(draft => draft.Id == wanted, stop) is { } found
        && Discretion.SeesAll(caller, found.Signers)
            ? found
            : MemorandumErrors.NoDraft;

    /// <summary>The caller's own; all of them for a registrar and an auditor.</summary>
    public static async Task<Listing<Draft>> List(Caller caller, Page page, DirectoryStore db, CancellationToken stop)
    {
        string[] signers = Discretion.SeesAll(caller, []) ? [] : [caller.Agency.Value];
        var rows = db.Drafts.FromSql($"SELECT * FROM memorandum_drafts WHERE id > {page.After} AND signers @> {signers}");
        return page.Of(await rows.AsNoTracking().OrderBy(draft => draft.Id).Take(page.Limit + 1).ToListAsync(stop), draft => draft.Id.Value);
    }
}
