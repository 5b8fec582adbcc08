using System.Collections.Immutable;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary>
/// The agreement that lets agencies exchange named data classes for named purposes. Whether it is in force on a day follows
/// from its dates, which everybody evaluates for the day in question.
/// </summary>
public sealed record Memorandum
{
    /// <summary>Readable identifier.</summary>
    public required MemorandumId Id { get; init; }
    /// <summary>Rises by one with each change.</summary>
    public required int Version { get; init; }
    /// <summary>Two or more agencies bound by it.</summary>
    public required AgencyId[] Parties { get; init; }
    /// <summary>What may be exchanged.</summary>
    public required DataClass[] DataClasses { get; init; }
    /// <summary>What for.</summary>
    public required Purpose[] Purposes { get; init; }
    /// <summary>For which help; empty means any.</summary>
    public required Need[] Needs { get; init; }
    /// <summary>First day in force.</summary>
    public required DateOnly ValidFrom { get; init; }
    /// <summary>Last day in force; absent while open-ended. Once it was ended, the day it was ended on.</summary>
    public required DateOnly? ValidTo { get; init; }
    /// <summary>Title by language.</summary>
    public required ImmutableSortedDictionary<string, string> Title { get; init; }
    /// <summary>Where this was taken from.</summary>
    public required Source Source { get; init; }
    /// <summary>What of it is made up for the example, if anything.</summary>
    public required string? Illustrative { get; init; }
    /// <summary>When this version came to be, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
    /// <summary>The day it was ended on; absent unless it was. What has ended stays so.</summary>
    public required DateOnly? EndedOn { get; init; }

    /// <summary>True when the two say the same, whatever their versions.</summary>
    public bool SaysTheSameAs(Memorandum other) => Content(this) == Content(other);

    private static string Content(Memorandum memorandum) =>
        JsonSerializer.Serialize(memorandum with { Version = 0, ChangedAt = default }, TiltasJson.Api);
}
