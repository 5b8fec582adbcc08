using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Identification.V1;

/// <summary>What was missing is there, or is not needed any more.</summary>
[MessageUrn("urn:tiltas:identification:gap-closed:v1", useDefaultPrefix: false), EntityName("tiltas.identification.v1.gap-closed")]
public sealed record GapClosed
{
    /// <summary>The gap.</summary>
    public required GapId Gap { get; init; }
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>What was missing.</summary>
    public required GapKind Kind { get; init; }
    /// <summary>The agency that was to close it.</summary>
    public required AgencyId OwedBy { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
