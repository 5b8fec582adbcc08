using System.Globalization;
using System.Text.RegularExpressions;
using Tiltas.Hosting.Problems;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Tiltas.Identification.Country;

/// <summary>One place of a YAML file, read strictly: what is wrong is said with file, line and field.</summary>
public sealed partial class YamlPlace
{
    private readonly string _file;
    private readonly string _path;
    private readonly YamlNode _node;

    private YamlPlace(string file, string path, YamlNode node) => (_file, _path, _node) = (file, path, node);

    [GeneratedRegex("^[a-z]{2}\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex LanguageCode();

    /// <summary>The root of a file's only document, which must be a mapping.</summary>
    /// <exception cref="CountryDataException">No such file, not UTF-8 YAML, or not one document.</exception>
    public static YamlPlace Read(string path)
    {
        var file = Path.GetFileName(path);
        try
        {
            using var reader = new StreamReader(path, new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true));
            var yaml = new YamlStream();
            yaml.Load(reader);
            if (yaml.Documents.Count != 1) throw new CountryDataException($"{file}: one YAML document is expected.");
            return new YamlPlace(file, "", yaml.Documents[0].RootNode);
        }
        catch (YamlException exception)
        {
            throw new CountryDataException($"{file}, line {exception.Start.Line}: not valid YAML: {exception.Message}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException and not System.Text.DecoderFallbackException)
        {
            // The parser itself gives up on some broken files without a place.
            throw new CountryDataException($"{file}: not valid YAML.");
        }
        catch (System.Text.DecoderFallbackException)
        {
            throw new CountryDataException($"{file}: the file is not UTF-8.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CountryDataException($"{file}: the file cannot be read ({exception.GetType().Name}).");
        }
    }

    /// <summary>The error to throw about this place.</summary>
    public CountryDataException Wrong(string what) =>
        new($"{_file}, line {_node.Start.Line.ToString(CultureInfo.InvariantCulture)}, field {(_path.Length == 0 ? "(root)" : _path)}: {what}.");

    /// <summary>The members of a mapping; others than these are refused.</summary>
    public void OnlyHas(params string[] names)
    {
        foreach (var (key, value) in Members())
            if (!names.Contains(key)) throw Child(key, value).Wrong("is not known here; known are " + string.Join(", ", names));
    }

    /// <summary>A member that must be there.</summary>
    public YamlPlace Get(string name) => Find(name) ?? throw Wrong($"\"{name}\" is missing");

    /// <summary>A member that may be there.</summary>
    public YamlPlace? Find(string name) => Members().TryGetValue(name, out var value) ? Child(name, value) : null;

    /// <summary>Names and places of a mapping whose names are data.</summary>
    public IEnumerable<(string Name, YamlPlace Place)> Each() => Members().Select(pair => (pair.Key, Child(pair.Key, pair.Value)));

    /// <summary>The items of a list.</summary>
    public List<YamlPlace> Items() => _node is YamlSequenceNode list
        ? [.. list.Select((node, i) => new YamlPlace(_file, $"{_path}[{i.ToString(CultureInfo.InvariantCulture)}]", node))]
        : throw Wrong("a list is expected");

    /// <summary>Text of 1 to 2 000 characters.</summary>
    public string Text() => _node is YamlScalarNode { Value: { Length: >= 1 and <= 2000 } value } && SafeTextConverter.IsSafe(value)
        ? value
        : throw Wrong("a text of 1 to 2000 characters is expected");

    /// <summary>A whole number from 1.</summary>
    public int Positive() => int.TryParse(Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1
        ? value
        : throw Wrong("a whole number from 1 is expected");

    /// <summary>1 to 3650 days, as an ISO 8601 duration such as P30D.</summary>
    public int Days() => Text() is ['P', .. var number, 'D'] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 3650
        ? days
        : throw Wrong("1 to 3650 days are expected, such as P30D");

    /// <summary>A time above zero and up to ten years, as an ISO 8601 duration of days, hours, minutes or seconds, such as P30D or PT36H.</summary>
    public TimeSpan Period()
    {
        const string Expected = "a time above zero and up to ten years is expected, such as P30D or PT36H";
        try
        {
            return Text() is var text && text.AsSpan().IndexOfAny('Y', 'W') < 0 && !text.Split('T')[0].Contains('M', StringComparison.Ordinal)
                && System.Xml.XmlConvert.ToTimeSpan(text) is var period && period > TimeSpan.Zero && period <= TimeSpan.FromDays(3650) ? period : throw Wrong(Expected);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw Wrong(Expected);
        }
    }

    /// <summary>A day such as 2023-12-10.</summary>
    public DateOnly Day() => DateOnly.TryParseExact(Text(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day
        : throw Wrong("a date such as 2023-12-10 is expected");

    /// <summary>True or false.</summary>
    public bool Flag() => Text() switch { "true" => true, "false" => false, _ => throw Wrong("true or false is expected") };

    /// <summary>One or more codes, each once.</summary>
    public T[] Codes<T>() where T : struct, Enum =>
        Items() is { Count: > 0 } items && items.ConvertAll(item => item.Code<T>()) is var codes && codes.Distinct().Count() == codes.Count ? [.. codes] : throw Wrong("one or more codes are expected, each once");

    /// <summary>A code by its exact name.</summary>
    public T Code<T>() where T : struct, Enum
    {
        var text = Text();
        foreach (var value in Enum.GetValues<T>())
            if (value.ToString() == text) return value;
        throw Wrong($"a code of {typeof(T).Name} is expected: {string.Join(", ", Enum.GetNames<T>())}");
    }

    /// <summary>A text by language code; Lithuanian and English must be there.</summary>
    public SortedDictionary<string, string> Languages()
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (language, place) in Each())
        {
            if (!LanguageCode().IsMatch(language)) throw place.Wrong("a language is named by two small letters (ISO 639-1)");
            texts.Add(language, place.Text());
        }
        foreach (var needed in (ReadOnlySpan<string>)["lt", "en"])
            if (!texts.ContainsKey(needed)) throw Wrong($"\"{needed}\" is missing");
        return texts;
    }

    /// <summary>A source: title, date and, if there is one, address.</summary>
    public DataSource Source()
    {
        OnlyHas("title", "date", "url");
        return new DataSource { Title = Get("title").Text(), Date = Get("date").Day(), Url = Find("url")?.Text() };
    }

    private YamlPlace Child(string name, YamlNode node) => new(_file, _path.Length == 0 ? name : $"{_path}.{name}", node);

    private Dictionary<string, YamlNode> Members()
    {
        if (_node is not YamlMappingNode mapping) throw Wrong("named fields are expected");
        var members = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Children)
            members.Add(key is YamlScalarNode { Value: { Length: > 0 } name } ? name : throw Wrong("a field's name must be a text"), value);
        return members;
    }
}
