using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary><c>GET /v1/memoranda/{id}</c>: one memorandum, ended ones too.</summary>
internal static class ReadMemorandum
{
    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapGet("/{id}", Handle);

    public static async Task<IResult> Handle(string id, DirectoryStore db, CancellationToken stop) =>
        Slug.TryParse<MemorandumId>(id, out var wanted)
        && await db.Memoranda.AsNoTracking().SingleOrDefaultAsync(memorandum => memorandum.Id == wanted, stop) is { } found
            ? Results.Ok(found)
            : new ProblemResult(MemorandumErrors.NotFound);
}
