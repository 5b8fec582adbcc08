using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Identification.V1;

/// <summary>A person's standing changed.</summary>
[MessageUrn("urn:tiltas:identification:victim-status-changed:v1", useDefaultPrefix: false), EntityName("tiltas.identification.v1.victim-status-changed")]
public sealed record VictimStatusChanged
{
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>Rises by one with each change of the aggregate; an older version never overwrites a newer one.</summary>
    public required int Version { get; init; }
    /// <summary>The standing from now on.</summary>
    public required VictimStatus Status { get; init; }
    /// <summary>The agency that conferred it.</summary>
    public required AgencyId By { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
