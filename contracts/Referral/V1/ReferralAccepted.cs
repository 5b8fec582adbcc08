using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Referral.V1;

/// <summary>The recipient will help.</summary>
[MessageUrn("urn:tiltas:referral:referral-accepted:v1", useDefaultPrefix: false), EntityName("tiltas.referral.v1.referral-accepted")]
public sealed record ReferralAccepted
{
    /// <summary>The referral.</summary>
    public required ReferralId Referral { get; init; }
    /// <summary>Rises by one with each change of the aggregate; an older version never overwrites a newer one.</summary>
    public required int Version { get; init; }
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>The agency that referred.</summary>
    public required AgencyId From { get; init; }
    /// <summary>The agency that was asked.</summary>
    public required AgencyId To { get; init; }
    /// <summary>How soon help is needed.</summary>
    public required Urgency Urgency { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
