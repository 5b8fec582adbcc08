using System.Collections.Immutable;
using System.Diagnostics;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.ReflectionPeriods;

/// <summary>The country's rules for reflection periods.</summary>
public sealed record ReflectionRules
{
    public required int Version { get; init; }
    public required DataSource Source { get; init; }

    /// <summary>What of it is made up for the example, if anything.</summary>
    public required string? Illustrative { get; init; }

    /// <summary>Days that a period is given when it begins.</summary>
    public required int Length { get; init; }

    /// <summary>Days that it may be given altogether.</summary>
    public required int Longest { get; init; }

    /// <summary>So many days before the last one a warning goes out; the longest first.</summary>
    public required ImmutableArray<int> Warnings { get; init; }

    public required ImmutableArray<AgencyType> MayStart { get; init; }
    public required ImmutableArray<AgencyType> MayPause { get; init; }
    public required ImmutableArray<AgencyType> MayExtend { get; init; }
    public required ImmutableArray<AgencyType> MayEnd { get; init; }

    /// <summary>Who may decide on such a move; who pauses also resumes.</summary>
    public ImmutableArray<AgencyType> MayDecide(ReflectionMove move) => move switch
    {
        ReflectionMove.Start => MayStart,
        ReflectionMove.Pause or ReflectionMove.Resume => MayPause,
        ReflectionMove.Extend => MayExtend,
        ReflectionMove.End => MayEnd,
        _ => throw new UnreachableException(),
    };

    /// <summary>Reads reflection.yaml.</summary>
    /// <exception cref="CountryDataException">Something in it is wrong; the message says what and where.</exception>
    public static ReflectionRules Read(string path)
    {
        var root = YamlPlace.Read(path);
        root.OnlyHas("version", "source", "illustrative", "length", "longest", "warnings", "by");
        var (length, longest, by) = (root.Get("length"), root.Get("longest"), root.Get("by"));
        if (longest.Days() < length.Days()) throw longest.Wrong("is less than \"length\"");
        by.OnlyHas("start", "pause", "extend", "end");
        return new ReflectionRules
        {
            Version = root.Get("version").Positive(),
            Source = root.Get("source").Source(),
            Illustrative = root.Find("illustrative")?.Text(),
            Length = length.Days(),
            Longest = longest.Days(),
            Warnings = [.. root.Get("warnings").Items().Select(item => item.Days()).Distinct().OrderDescending()],
            MayStart = Types(by.Get("start")),
            MayPause = Types(by.Get("pause")),
            MayExtend = Types(by.Get("extend")),
            MayEnd = Types(by.Get("end")),
        };
    }

    private static ImmutableArray<AgencyType> Types(YamlPlace list) =>
        list.Items() is { Count: > 0 } items ? [.. items.Select(item => item.Code<AgencyType>()).Distinct()] : throw list.Wrong("at least one kind of agency is expected");
}
