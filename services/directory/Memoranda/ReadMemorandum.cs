using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary><c>GET /v1/memoranda/{id}</c>: one memorandum, ended ones too.</summary>
internal static class ReadMemorandum
{
    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapGet("/{id}",
        async (string id, Caller caller, DirectoryStore db, CancellationToken stop) => (await Find(id, caller, db, stop)).ToHttp(Results.Ok));

    public static async Task<Result<Memorandum>> Find(string id, Caller caller, DirectoryStore db, CancellationToken stop) =>
        Slug.TryParse<MemorandumId>(id, out var wanted)
        && await db.Memoranda.AsNoTracking().SingleOrDefaultAsync(memorandum => memorandum.Id == wanted, stop) is { } found
            ? found.For(caller)
            : MemorandumErrors.NotFound;
}
