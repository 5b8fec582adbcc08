using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary>
/// <c>DELETE /v1/memoranda/{id}/draft</c>: whoever is to sign a draft, or the registrar, discards it. So nobody has to leave a draft lying
/// that it will not sign, and nobody is kept from drafting another.
/// </summary>
internal static class DiscardDraft
{
    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapDelete("/{id}/draft",
        async (string id, Caller caller, DirectoryStore db, CancellationToken stop) => (await Handle(id, caller, db, stop)).ToHttp(_ => Results.NoContent()))
        .RequireRole(Roles.Registrar, Roles.Agency);

    public static async Task<Result<Draft>> Handle(string id, Caller caller, DirectoryStore db, CancellationToken stop)
    {
        if (!ReservedId.TryParse(id, out MemorandumId wanted)) return MemorandumErrors.NoDraft;
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (await db.LockedDraft(wanted, stop) is not { } draft || !Discretion.MayStop(caller, draft.Signers)) return MemorandumErrors.NoDraft;
        db.Remove(draft);
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        return draft;
    }
}
