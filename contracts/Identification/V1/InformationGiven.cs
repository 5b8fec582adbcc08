using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Identification.V1;

/// <summary>A person, or the guardian, was told of rights.</summary>
[MessageUrn("urn:tiltas:identification:information-given:v1", useDefaultPrefix: false), EntityName("tiltas.identification.v1.information-given")]
public sealed record InformationGiven
{
    /// <summary>The record of it.</summary>
    public required InformationId Information { get; init; }
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>Version of the standing that was told of.</summary>
    public required int Version { get; init; }
    /// <summary>The agency that told.</summary>
    public required AgencyId By { get; init; }
    /// <summary>Of which.</summary>
    public required Entitlement[] Entitlements { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
