using MassTransit;

namespace Tiltas.Contracts.Referral.V1;

/// <summary>The person withdrew consent; nothing is disclosed under it any more.</summary>
[MessageUrn("urn:tiltas:referral:consent-withdrawn:v1", useDefaultPrefix: false), EntityName("tiltas.referral.v1.consent-withdrawn")]
public sealed record ConsentWithdrawn
{
    /// <summary>The consent.</summary>
    public required ConsentId Consent { get; init; }
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>The agency that recorded it.</summary>
    public required AgencyId Owner { get; init; }
    /// <summary>Agencies with a referral that relied on it.</summary>
    public required AgencyId[] Recipients { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>The referrals that relied on it, in a fixed order; absent in messages of before there was this member.</summary>
    public ReliantReferral[]? Referrals { get; init; }
}
