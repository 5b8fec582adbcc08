using Tiltas.Contracts.Codes;

namespace Tiltas.Directory.OpenReferral;

/// <summary>One term, with the code it stands for.</summary>
internal sealed record Term(TaxonomyTermDocument Document, string Code, bool IsArea);

/// <summary>The two taxonomies, made of the code list of needs and of the country's areas: the kinds of help, and where it is given.</summary>
internal sealed class Taxonomies
{
    private static readonly Guid NeedsId = HsdsId.Of("taxonomy", "needs");
    private static readonly Guid AreasId = HsdsId.Of("taxonomy", "areas");

    private readonly Dictionary<Guid, Term> _byId;
    private readonly Dictionary<string, Term> _byCode;

    public Taxonomies(CountryWords words)
    {
        All =
        [
            new TaxonomyDocument { Id = AreasId, Name = "Areas", Description = "The country, its counties and its municipalities; codes of ISO 3166-2.", Uri = "urn:tiltas:taxonomy:areas" },
            new TaxonomyDocument { Id = NeedsId, Name = "Needs", Description = "Kinds of help that a referral can ask for and a service can give.", Uri = "urn:tiltas:taxonomy:needs" },
        ];
        Terms =
        [
            .. words.Areas.Select(area => Make(words, All[0], area, words.Parent(area), isArea: true)),
            .. Enum.GetNames<Need>().Select(need => Make(words, All[1], need, null, isArea: false)),
        ];
        _byId = Terms.ToDictionary(term => term.Document.Id);
        _byCode = Terms.ToDictionary(term => term.Code, StringComparer.Ordinal);
    }

    /// <summary>Both, by name.</summary>
    public IReadOnlyList<TaxonomyDocument> All { get; }

    /// <summary>Every term, each after the one it lies below.</summary>
    public IReadOnlyList<Term> Terms { get; }

    /// <summary>Null when there is none.</summary>
    public Term? Find(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>Links a record to the terms of the codes.</summary>
    public IEnumerable<AttributeDocument> Attributes(string entity, Guid id, string linkType, IEnumerable<string> codes) => codes.Select(code => _byCode[code].Document).Select(term => new AttributeDocument
    {
        Id = HsdsId.Of("attribute", $"{id}/{linkType}/{term.Id}"), LinkId = id, LinkEntity = entity, LinkType = linkType, TaxonomyTermId = term.Id, TaxonomyTerm = term,
    });

    private static Guid TermId(bool isArea, string code) => HsdsId.Of("taxonomy_term", (isArea ? "areas/" : "needs/") + code);

    private static Term Make(CountryWords words, TaxonomyDocument taxonomy, string code, string? parent, bool isArea)
    {
        var word = words.Of(code);
        return new Term(new TaxonomyTermDocument
        {
            Id = TermId(isArea, code), Code = code, Name = word.Name, Description = word.English, ParentId = parent is null ? null : TermId(isArea, parent),
            Taxonomy = taxonomy.Name, TaxonomyDetail = taxonomy, TaxonomyId = taxonomy.Id, Language = word.Name == word.English && !isArea ? "en" : words.Language,
        }, code, isArea);
    }
}
