using Tiltas.Contracts;

namespace Tiltas.Directory.Memoranda;

/// <summary>Identifiers of memoranda: a slug, but for the words that are addresses of their own beside <c>/v1/memoranda/{id}</c>.</summary>
internal static class ReservedId
{
    public static bool TryParse(string text, out MemorandumId id) => Slug.TryParse(text, out id) && text is not ("drafts" or "permitted");
}
