using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Identification.V1;

/// <summary>Something that must not stay open has been open for longer than the country allows.</summary>
[MessageUrn("urn:tiltas:identification:gap-opened:v1", useDefaultPrefix: false), EntityName("tiltas.identification.v1.gap-opened")]
public sealed record GapOpened
{
    /// <summary>The gap.</summary>
    public required GapId Gap { get; init; }
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>What is missing.</summary>
    public required GapKind Kind { get; init; }
    /// <summary>The agency that is to close it.</summary>
    public required AgencyId OwedBy { get; init; }
    /// <summary>The agencies that are told of it; the one that owes is among them.</summary>
    public required AgencyId[] Concerns { get; init; }
    /// <summary>Since when it is missing, UTC.</summary>
    public required DateTimeOffset Since { get; init; }
    /// <summary>Version of the country's rules by which it counts as open.</summary>
    public required int RuleVersion { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
