using System.Collections.Immutable;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Services;

/// <summary>One kind of help that one agency gives; row, record and answer in one.</summary>
public sealed record Service
{
    /// <summary>Readable identifier.</summary>
    public required ServiceId Id { get; init; }
    /// <summary>Rises by one with each change.</summary>
    public required int Version { get; init; }
    /// <summary>Who gives it; never changes.</summary>
    public required AgencyId Agency { get; init; }
    /// <summary>The help it gives.</summary>
    public required Need Need { get; init; }
    /// <summary>Name by language.</summary>
    public required ImmutableSortedDictionary<string, string> Name { get; init; }
    /// <summary>Where it is given.</summary>
    public required string[] Areas { get; init; }
    /// <summary>When it is given.</summary>
    public required OpeningHours Hours { get; init; }
    /// <summary>In what languages, the likeliest first.</summary>
    public required string[] Languages { get; init; }
    /// <summary>Whom it serves, how well that is assured, who answers out of hours; absent when nothing of it is stated.</summary>
    public required ServiceProfile? Profile { get; init; }
    /// <summary>Where this was taken from.</summary>
    public required Source Source { get; init; }
    /// <summary>What of it is made up for the example, if anything.</summary>
    public required string? Illustrative { get; init; }
    /// <summary>When this version came to be, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
    /// <summary>Since when it is no longer on offer; absent while it is.</summary>
    public required DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>True when the two say the same, whatever their versions.</summary>
    public bool SaysTheSameAs(Service other) => Content(this) == Content(other);

    private static string Content(Service service) =>
        JsonSerializer.Serialize(service with { Version = 0, ChangedAt = default }, TiltasJson.Api);
}
