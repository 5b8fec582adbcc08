using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Referral.V1;

/// <summary>One need of one subject was offered to an agency. Version is 1.</summary>
[MessageUrn("urn:tiltas:referral:referral-submitted:v1", useDefaultPrefix: false), EntityName("tiltas.referral.v1.referral-submitted")]
public sealed record ReferralSubmitted
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
    /// <summary>The help asked for.</summary>
    public required Need Need { get; init; }
    /// <summary>What the data may be used for.</summary>
    public required Purpose Purpose { get; init; }
    /// <summary>How soon help is needed.</summary>
    public required Urgency Urgency { get; init; }
    /// <summary>First sign of receipt is due by then.</summary>
    public required DateTimeOffset AcknowledgeBy { get; init; }
    /// <summary>The decision is due by then.</summary>
    public required DateTimeOffset DecideBy { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Last day on which the person's consent covers it, the country's calendar; absent when that has no end.</summary>
    public DateOnly? CoveredUntil { get; init; }
    /// <summary>Data classes that the person's consent lets the recipient have for this purpose; absent in messages of before there was this member.</summary>
    public CoveredClass[]? Classes { get; init; }
}
