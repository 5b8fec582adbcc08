using System.Collections.Frozen;

namespace Tiltas.Directory.OpenReferral;

/// <summary>One parameter: its name, its JSON type and what it does. What is served and what is described are made from the same list.</summary>
internal sealed record Parameter(string Name, string Type, string Does, Func<Query, bool> IsIn)
{
    public static FrozenDictionary<string, Parameter> All { get; } = new Parameter[]
    {
        new("search", "string", "Every word must be found: in names in any language, the name of the organization, the names of areas and of kinds of help. Case, diacritics and Lithuanian case endings do not matter; a word may be cut short. An area also finds what is given for the county or country around it.", query => query.Search is not null),
        new("page", "integer", "Number of the page, from 1.", query => query.Page is not null),
        new("per_page", "integer", $"Entries of a page, 1 to {Asked.Most}, usually {Asked.Usual}; with minimal up to {Asked.MostMinimal}, which is then also the usual.", query => query.PerPage is not null),
        new("format", "string", "json, or ndjson: every entry on a line of its own, without pages.", query => query.Format is not null),
        new("taxonomy_term_id", "string", "Only what has this term. The term of an area also finds what is given for the county or country around it.", query => query.TaxonomyTermId is not null),
        new("taxonomy_id", "string", "Only what has a term of this taxonomy.", query => query.TaxonomyId is not null),
        new("organization_id", "string", "Only services of this organization.", query => query.OrganizationId is not null),
        new("parent_id", "string", "Only terms directly below this one.", query => query.ParentId is not null),
        new("modified_after", "string", "Only what changed at or after this moment (RFC 3339; a date is its beginning in UTC).", query => query.ModifiedAfter is not null),
        new("minimal", "boolean", "Only id and last_modified.", query => query.Minimal is not null),
        new("full", "boolean", "Everything nested, as by id.", query => query.Full is not null),
        new("full_service", "boolean", "The organization's services in full instead of their ids and names.", query => query.FullService is not null),
        new("top_only", "boolean", "Only terms that lie below no other.", query => query.TopOnly is not null),
        new("postcode", "string", "Only what is given for the municipality in which a location with this postcode lies. A postcode that no location has is refused.", query => query.Postcode is not null),
        new("proximity", "string", "With postcode: and at most so many metres from the middle of the locations with that postcode.", query => query.Proximity is not null),
    }.ToFrozenDictionary(parameter => parameter.Name, StringComparer.Ordinal);
}

/// <summary>Postcodes: the country's code, a hyphen, five digits.</summary>
internal static class Postcodes
{
    /// <summary>The one way to write it, or null; the digits alone are enough.</summary>
    public static string? Read(string text, string country)
    {
        var digits = text.StartsWith(country + "-", StringComparison.OrdinalIgnoreCase) ? text[(country.Length + 1)..] : text;
        return digits.Length == 5 && digits.All(char.IsAsciiDigit) ? $"{country}-{digits}" : null;
    }
}
