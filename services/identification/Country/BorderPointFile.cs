using System.Text.RegularExpressions;

namespace Tiltas.Identification.Country;

/// <summary>A place at the border where people are met and screened: a road, a railway station, an airport, a harbour.</summary>
public sealed record BorderPoint
{
    public required string Id { get; init; }
    public required SortedDictionary<string, string> Name { get; init; }
    public required DataSource Source { get; init; }

    /// <summary>What is not from the source, in words.</summary>
    public required string? Illustrative { get; init; }
}

/// <summary>Reads <c>border-points.yaml</c>. A country that screens nobody at its borders has no such file.</summary>
public static partial class BorderPointFile
{
    // Never the form of an ISO 3166-2 code: wherever a place is named, it is the one or the other.
    [GeneratedRegex("^[A-Z]{2}-BP(-[A-Z0-9]+)+\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex PointId();

    public static IReadOnlyList<BorderPoint> Read(string path)
    {
        if (!File.Exists(path)) return [];
        var root = YamlPlace.Read(path);
        root.OnlyHas("points");
        var list = root.Get("points");
        var items = list.Items();
        if (items.Count is 0 or > 200) throw list.Wrong("1 to 200 border points are expected");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. items.Select(item => ReadPoint(item, seen))];
    }

    private static BorderPoint ReadPoint(YamlPlace place, HashSet<string> seen)
    {
        place.OnlyHas("id", "name", "source", "illustrative");
        var id = place.Get("id");
        if (id.Text() is not { Length: <= 40 } name || !PointId().IsMatch(name)) throw id.Wrong("up to 40 characters such as LT-BP-MEDININKAI are expected");
        if (!seen.Add(name)) throw id.Wrong("the border point stands twice");
        return new BorderPoint { Id = name, Name = place.Get("name").Languages(), Source = place.Get("source").Source(), Illustrative = place.Find("illustrative")?.Text() };
    }
}
