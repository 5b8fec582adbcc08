using MassTransit;

namespace Tiltas.Contracts.Identification.V1;

/// <summary>Somebody recorded which indicators were observed. That a topic was covered, never what was said.</summary>
[MessageUrn("urn:tiltas:identification:screening-recorded:v1", useDefaultPrefix: false), EntityName("tiltas.identification.v1.screening-recorded")]
public sealed record ScreeningRecorded
{
    /// <summary>The screening.</summary>
    public required ScreeningId Screening { get; init; }
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>Who screened.</summary>
    public required AgencyId Agency { get; init; }
    /// <summary>Indicator set, for example LT-CHILD-S0.</summary>
    public required string Set { get; init; }
    /// <summary>The set's version that was used.</summary>
    public required int SetVersion { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
