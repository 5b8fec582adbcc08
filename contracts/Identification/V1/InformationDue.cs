using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Identification.V1;

/// <summary>Rights came or went with a change of standing: the person is owed to be told.</summary>
[MessageUrn("urn:tiltas:identification:information-due:v1", useDefaultPrefix: false), EntityName("tiltas.identification.v1.information-due")]
public sealed record InformationDue
{
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>Version of the standing by which they changed.</summary>
    public required int Version { get; init; }
    /// <summary>Of which the person is to be told.</summary>
    public required Entitlement[] Entitlements { get; init; }
    /// <summary>The agency that is to tell.</summary>
    public required AgencyId OwedBy { get; init; }
    /// <summary>Until when, UTC.</summary>
    public required DateTimeOffset DueBy { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
