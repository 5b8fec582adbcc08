using System.Collections.Immutable;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Gaps;

/// <summary>After which time one kind of missing thing counts as a gap, and in which words it is told.</summary>
/// <param name="After">Counted from the moment since when it is missing.</param>
/// <param name="Text">What is missing and what closes it, by language.</param>
/// <param name="Source">Where that is written.</param>
/// <param name="Illustrative">What of it is not from the source, in words.</param>
public sealed record GapRule(TimeSpan After, SortedDictionary<string, string> Text, DataSource Source, string? Illustrative);

/// <summary>The country's rules on what must not stay open.</summary>
public sealed record GapRules
{
    public required int Version { get; init; }
    public required ImmutableDictionary<GapKind, GapRule> Rules { get; init; }

    public GapRule this[GapKind kind] => Rules[kind];

    /// <summary>Reads gaps.yaml. Every kind must stand there: none is forgotten by silence.</summary>
    /// <exception cref="CountryDataException">Something in it is wrong; the message says what and where.</exception>
    public static GapRules Read(string path)
    {
        var root = YamlPlace.Read(path);
        root.OnlyHas("version", "gaps");
        var gaps = root.Get("gaps");
        gaps.OnlyHas(Enum.GetNames<GapKind>());
        return new GapRules { Version = root.Get("version").Positive(), Rules = Enum.GetValues<GapKind>().ToImmutableDictionary(kind => kind, kind => Rule(gaps.Get(kind.ToString()))) };
    }

    private static GapRule Rule(YamlPlace place)
    {
        place.OnlyHas("after", "text", "source", "illustrative");
        return new GapRule(place.Get("after").Period(), place.Get("text").Languages(), place.Get("source").Source(), place.Find("illustrative")?.Text());
    }
}
