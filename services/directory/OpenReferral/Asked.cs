using System.Globalization;
using System.Text.Json.Serialization;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.OpenReferral;

/// <summary>The parameters as they are sent in the body of a POST; of a GET's query the same names.</summary>
internal sealed record Query
{
    [JsonPropertyName("search")] public string? Search { get; init; }
    [JsonPropertyName("page")] public int? Page { get; init; }
    [JsonPropertyName("per_page")] public int? PerPage { get; init; }
    [JsonPropertyName("format")] public string? Format { get; init; }
    [JsonPropertyName("taxonomy_term_id")] public string? TaxonomyTermId { get; init; }
    [JsonPropertyName("taxonomy_id")] public string? TaxonomyId { get; init; }
    [JsonPropertyName("organization_id")] public string? OrganizationId { get; init; }
    [JsonPropertyName("parent_id")] public string? ParentId { get; init; }
    [JsonPropertyName("modified_after")] public string? ModifiedAfter { get; init; }
    [JsonPropertyName("minimal")] public bool? Minimal { get; init; }
    [JsonPropertyName("full")] public bool? Full { get; init; }
    [JsonPropertyName("full_service")] public bool? FullService { get; init; }
    [JsonPropertyName("top_only")] public bool? TopOnly { get; init; }
    [JsonPropertyName("postcode")] public string? Postcode { get; init; }
    [JsonPropertyName("proximity")] public string? Proximity { get; init; }

    /// <summary>From the address. A name that is none of ours is not given back: it is the caller's own.</summary>
    public static Result<Query> From(IQueryCollection sent)
    {
        foreach (var (name, values) in sent)
        {
            if (!Parameter.All.ContainsKey(name)) return HsdsErrors.NotHere("query");
            if (values.Count != 1 || values[0] is not { Length: > 0 } text || !SafeTextConverter.IsSafe(text)) return HsdsErrors.Form(name, "a value");
        }
        string? Text(string name) => sent.TryGetValue(name, out var values) ? values[0] : null;
        var flags = new Dictionary<string, bool?>();
        foreach (var name in new[] { "minimal", "full", "full_service", "top_only" })
        {
            if (Text(name) is not (null or "true" or "false")) return HsdsErrors.Form(name, "true or false");
            flags[name] = Text(name) is { } text ? text == "true" : null;
        }
        var numbers = new Dictionary<string, int?>();
        foreach (var name in new[] { "page", "per_page" })
        {
            var number = 0;
            if (Text(name) is { } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)) return HsdsErrors.Form(name, "a number");
            numbers[name] = Text(name) is null ? null : number;
        }
        return new Query
        {
            Search = Text("search"), Page = numbers["page"], PerPage = numbers["per_page"], Format = Text("format"), TaxonomyTermId = Text("taxonomy_term_id"),
            TaxonomyId = Text("taxonomy_id"), OrganizationId = Text("organization_id"), ParentId = Text("parent_id"), ModifiedAfter = Text("modified_after"),
            Minimal = flags["minimal"], Full = flags["full"], FullService = flags["full_service"], TopOnly = flags["top_only"],
            Postcode = Text("postcode"), Proximity = Text("proximity"),
        };
    }
}

/// <summary>What is asked for, understood.</summary>
internal sealed record Asked
{
    public const int Usual = 50;
    public const int Most = 200;
    public const int MostMinimal = 10_000;
    private const int FarthestMetres = 1_000_000;
    private static readonly string[] Moments = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>What each word of the search must begin with; none when nothing is searched.</summary>
    public required IReadOnlyList<string> Words { get; init; }
    public required int Page { get; init; }
    public required int PerPage { get; init; }
    /// <summary>All rows, one a line, without pages.</summary>
    public required bool Lines { get; init; }
    public required Guid? Term { get; init; }
    public required Guid? Taxonomy { get; init; }
    public required Guid? Organization { get; init; }
    public required Guid? Parent { get; init; }
    public required DateTimeOffset? ModifiedAfter { get; init; }
    public required bool Minimal { get; init; }
    public required bool Full { get; init; }
    public required bool FullService { get; init; }
    public required bool TopOnly { get; init; }
    public required string? Postcode { get; init; }
    public required int? Metres { get; init; }

    /// <param name="query">What was sent.</param>
    /// <param name="takes">The names of the parameters that the address takes.</param>
    /// <param name="country">Two-letter code; postcodes begin with it.</param>
    public static Result<Asked> Read(Query query, IReadOnlyList<string> takes, string country)
    {
        foreach (var parameter in Parameter.All.Values)
            if (!takes.Contains(parameter.Name) && parameter.IsIn(query)) return HsdsErrors.NotHere(parameter.Name);

        var minimal = query.Minimal == true;
        var most = minimal ? MostMinimal : Most;
        var words = query.Search is { } search ? SearchWords.Split(search).Distinct(StringComparer.Ordinal).Select(SearchWords.Beginning).ToList() : [];
        if (query.Search is { } text && (words.Count is 0 or > 10 || text.Length > 200)) return HsdsErrors.Form("search", "a text of 1 to 10 different words and at most 200 characters");
        if (query.Page is < 1) return HsdsErrors.Form("page", "a number from 1");
        if (query.PerPage < 1 || query.PerPage > most) return HsdsErrors.Form("per_page", $"a number from 1 to {most}");
        if (query.Format is not (null or "json" or "ndjson")) return HsdsErrors.Form("format", "json or ndjson");
        foreach (var (name, id) in new[] { ("taxonomy_term_id", query.TaxonomyTermId), ("taxonomy_id", query.TaxonomyId), ("organization_id", query.OrganizationId), ("parent_id", query.ParentId) })
            if (id is not null && !Uuid.TryParse(id, out _)) return HsdsErrors.Form(name, "a UUID");
        if (ReadMoment(query.ModifiedAfter) is not { } after) return HsdsErrors.Form("modified_after", "a date, or a date and time of RFC 3339,");
        if (minimal && (query.Full == true || query.FullService == true)) return HsdsErrors.Alone("minimal", "full");
        if (query.Proximity is not null && query.Postcode is null) return HsdsErrors.Alone("proximity", "postcode");
        var postcode = query.Postcode is null ? null : Postcodes.Read(query.Postcode, country);
        if (query.Postcode is not null && postcode is null) return HsdsErrors.Form("postcode", $"a postcode such as {country}-00000");
        var metres = 0;
        if (query.Proximity is { } far && !(int.TryParse(far, NumberStyles.None, CultureInfo.InvariantCulture, out metres) && metres is >= 1 and <= FarthestMetres))
            return HsdsErrors.Form("proximity", $"a number of metres from 1 to {FarthestMetres}");
        return new Asked
        {
            Words = words, Page = query.Page ?? 1, PerPage = query.PerPage ?? (minimal ? MostMinimal : Usual), Lines = query.Format == "ndjson",
            Term = Id(query.TaxonomyTermId), Taxonomy = Id(query.TaxonomyId), Organization = Id(query.OrganizationId), Parent = Id(query.ParentId),
            ModifiedAfter = query.ModifiedAfter is null ? null : after, Minimal = minimal, Full = query.Full == true, FullService = query.FullService == true,
            TopOnly = query.TopOnly == true, Postcode = postcode, Metres = query.Proximity is null ? null : metres,
        };
    }

    private static Guid? Id(string? text) => text is null ? null : Guid.ParseExact(text, "D");

    private static DateTimeOffset? ReadMoment(string? text) =>
        text is null ? default(DateTimeOffset)
        : DateTimeOffset.TryParseExact(text, Moments, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment.ToUniversalTime()
        : null;
}
