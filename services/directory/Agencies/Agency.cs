using System.Collections.Immutable;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Agencies;

/// <summary>An agency as the directory knows it; the row, the record and the answer are the same, because all of it is public.</summary>
public sealed record Agency
{
    /// <summary>Readable identifier.</summary>
    public required AgencyId Id { get; init; }
    /// <summary>Rises by one with each change.</summary>
    public required int Version { get; init; }
    /// <summary>Decides which victim status it may confer.</summary>
    public required AgencyType Type { get; init; }
    /// <summary>Whether it takes part today.</summary>
    public required AgencyStanding Standing { get; init; }
    /// <summary>Name by language.</summary>
    public required ImmutableSortedDictionary<string, string> Name { get; init; }
    /// <summary>Seat.</summary>
    public required string Municipality { get; init; }
    /// <summary>Where it is competent.</summary>
    public required string[] Competence { get; init; }
    /// <summary>How it is reached.</summary>
    public required Contact[] Contacts { get; init; }
    /// <summary>When it works.</summary>
    public required OpeningHours Hours { get; init; }
    /// <summary>What it speaks, the likeliest first.</summary>
    public required string[] Languages { get; init; }
    /// <summary>Where this was taken from.</summary>
    public required Source Source { get; init; }
    /// <summary>What of it is made up for the example, if anything.</summary>
    public required string? Illustrative { get; init; }
    /// <summary>When this version came to be, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>True when the two say the same, whatever their versions.</summary>
    public bool SaysTheSameAs(Agency other) => Content(this) == Content(other);

    private static string Content(Agency agency) =>
        JsonSerializer.Serialize(agency with { Version = 0, ChangedAt = default }, TiltasJson.Api);
}
