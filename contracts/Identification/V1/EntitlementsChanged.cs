using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Identification.V1;

/// <summary>What a person is entitled to changed with the standing.</summary>
[MessageUrn("urn:tiltas:identification:entitlements-changed:v1", useDefaultPrefix: false), EntityName("tiltas.identification.v1.entitlements-changed")]
public sealed record EntitlementsChanged
{
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>Rises by one with each change of the aggregate; an older version never overwrites a newer one.</summary>
    public required int Version { get; init; }
    /// <summary>All that hold now.</summary>
    public required Entitlement[] Entitlements { get; init; }
    /// <summary>New since the version before.</summary>
    public required Entitlement[] Gained { get; init; }
    /// <summary>No longer given; help already running does not stop.</summary>
    public required Entitlement[] Lost { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
