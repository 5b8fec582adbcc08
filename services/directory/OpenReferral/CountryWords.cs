using System.Collections.Frozen;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Coverage;

namespace Tiltas.Directory.OpenReferral;

/// <summary>What the country calls its places and the kinds of help, in which time it lives, which language comes first. Read once at start.</summary>
internal sealed class CountryWords
{
    private readonly FrozenDictionary<string, Word> _words;
    private readonly FrozenDictionary<string, string[]> _search;

    private CountryWords(Country country, string language, TimeZoneInfo timeZone, Dictionary<string, Word> words)
    {
        (Country, Language, TimeZone, _words) = (country, language, timeZone, words.ToFrozenDictionary(StringComparer.Ordinal));
        _search = words.ToFrozenDictionary(pair => pair.Key, pair => SearchWords.Of([pair.Value.Name, pair.Value.English]), StringComparer.Ordinal);
        Areas = [country.Code, .. words.Keys.Where(code => code != country.Code && country.IsArea(code)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The country's places.</summary>
    public Country Country { get; }

    /// <summary>The language that names are given in first, ISO 639-1.</summary>
    public string Language { get; }

    /// <summary>The time of all opening hours.</summary>
    public TimeZoneInfo TimeZone { get; }

    /// <summary>Every area, the country first, then by code.</summary>
    public IReadOnlyList<string> Areas { get; }

    /// <summary>What an area or a need is called.</summary>
    public Word Of(string code) => _words.TryGetValue(code, out var word) ? word : new Word(code, code);

    /// <summary>The area that an area lies in; null for the country.</summary>
    public string? Parent(string area) => Country.Around(area) is [_, var parent, ..] ? parent : null;

    /// <summary>The areas with a word that begins so, and all that those lie in.</summary>
    public string[] AreasAround(string beginning) =>
        [.. Areas.Where(area => Begins(area, beginning)).SelectMany(Country.Around).Distinct(StringComparer.Ordinal)];

    /// <summary>The needs with a word that begins so.</summary>
    public string[] Needs(string beginning) => [.. Enum.GetNames<Need>().Where(need => Begins(need, beginning))];

    /// <summary>A record's name: in the country's first language, and in English if that is another text.</summary>
    public (string Name, string? Alternate) Names(IReadOnlyDictionary<string, string> name)
    {
        var english = name.TryGetValue("en", out var text) ? text : null;
        var first = name.TryGetValue(Language, out var own) ? own : english ?? name.Values.First();
        return (first, english == first ? null : english);
    }

    /// <summary>
    /// Reads <c>country.yaml</c> for time zone and first language, <c>counties.csv</c> and <c>municipalities.csv</c> for names of places and,
    /// if it is there, <c>words.csv</c> (code, name, english) for the country's own name and those of the needs.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is not what it should be; the service must not start on it.</exception>
    public static CountryWords Load(string folder, Country country)
    {
        var words = Enum.GetNames<Need>().Append(country.Code).ToDictionary(code => code, code => new Word(code, code), StringComparer.Ordinal);
        foreach (var file in new[] { "counties.csv", "municipalities.csv" })
            foreach (var row in CsvFile.Read(Path.Combine(folder, file), "iso_3166_2", "name")) words[row[0]] = new Word(row[1], row[1]);
        if (File.Exists(Path.Combine(folder, "words.csv")))
        {
            foreach (var row in CsvFile.Read(Path.Combine(folder, "words.csv"), "code", "name", "english"))
                words[row[0]] = words.ContainsKey(row[0]) ? new Word(row[1], row[2]) : throw new InvalidDataException("words.csv names a code that is neither an area nor a need.");
        }
        var (zone, languages) = CountryYaml.ReadCountry(folder);
        var language = languages is [var first, ..] ? first : "";
        return Languages.Contains(language) ? new CountryWords(country, language, zone, words) : throw new InvalidDataException("country.yaml must list languages of ISO 639-1.");
    }

    private bool Begins(string code, string beginning) => _search[code].Any(word => word.StartsWith(beginning, StringComparison.Ordinal));
}

/// <summary>A name in the country's first language and in English.</summary>
internal sealed record Word(string Name, string English);
