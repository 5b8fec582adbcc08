using System.Text.RegularExpressions;
using Tiltas.Contracts.Codes;

namespace Tiltas.Identification.Country;

/// <summary>Reads indicator sets from files; adding a set needs no release.</summary>
public static partial class IndicatorFiles
{
    [GeneratedRegex("^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex SetId();

    [GeneratedRegex("^[A-Z][A-Z0-9]{0,15}\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex IndicatorCode();

    /// <summary>All sets of a folder.</summary>
    /// <exception cref="CountryDataException">A file is wrong, two files hold the same version of one set, or there is none.</exception>
    public static IReadOnlyList<IndicatorSet> ReadAll(string folder)
    {
        if (!System.IO.Directory.Exists(folder)) throw new CountryDataException("Country:Path has no folder \"indicators\".");
        var sets = new Dictionary<(string Id, int Version), (IndicatorSet Set, string File)>();
        foreach (var path in System.IO.Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            var set = Read(path);
            var file = Path.GetFileName(path);
            if (!sets.TryAdd((set.Id, set.Version), (set, file)))
                throw new CountryDataException($"{file}: version {set.Version} of {set.Id} already stands in {sets[(set.Id, set.Version)].File}.");
        }
        return sets.Count > 0 ? [.. sets.Values.Select(pair => pair.Set)] : throw new CountryDataException("The folder \"indicators\" holds no .yaml file.");
    }

    /// <summary>One set.</summary>
    public static IndicatorSet Read(string path)
    {
        var root = YamlPlace.Read(path);
        root.OnlyHas("id", "version", "title", "population", "source", "indicators");
        var id = root.Get("id");
        if (id.Text() is not { Length: <= 40 } name || !SetId().IsMatch(name))
            throw id.Wrong("up to 40 characters A-Z, 0-9 and single hyphens are expected, such as LT-CHILD-S0");

        var list = root.Get("indicators");
        var items = list.Items();
        if (items.Count is 0 or > 500) throw list.Wrong("1 to 500 indicators are expected");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return new IndicatorSet
        {
            Id = name,
            Version = root.Get("version").Positive(),
            Title = root.Get("title").Languages(),
            Population = root.Get("population").Code<Population>(),
            Source = root.Get("source").Source(),
            Indicators = [.. items.Select(item => ReadIndicator(item, seen))],
        };
    }

    private static Indicator ReadIndicator(YamlPlace place, HashSet<string> seen)
    {
        place.OnlyHas("code", "element", "exploitation", "text");
        var code = place.Get("code");
        if (!IndicatorCode().IsMatch(code.Text())) throw code.Wrong("up to 16 characters A-Z and 0-9 are expected, such as C01");
        if (!seen.Add(code.Text())) throw code.Wrong("the code stands twice in this set");
        return new Indicator
        {
            Code = code.Text(),
            Element = place.Get("element").Code<DefinitionElement>(),
            Exploitation = place.Find("exploitation") is { } types ? [.. types.Items().Select(type => type.Code<ExploitationType>())] : [],
            Text = place.Get("text").Languages(),
        };
    }
}
