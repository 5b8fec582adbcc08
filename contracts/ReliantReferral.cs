namespace Tiltas.Contracts;

/// <summary>A referral that relied on a consent, and what covers it now that the consent is gone.</summary>
public readonly record struct ReliantReferral
{
    /// <summary>The referral.</summary>
    public required ReferralId Referral { get; init; }
    /// <summary>The agency that was asked.</summary>
    public required AgencyId Recipient { get; init; }
    /// <summary>True when another consent covers it still.</summary>
    public required bool Covered { get; init; }
    /// <summary>Last day on which one does, the country's calendar; absent when not covered, or covered until further notice.</summary>
    public DateOnly? CoveredUntil { get; init; }
    /// <summary>Data classes that other consents still let the recipient have; absent in messages of before there was this member.</summary>
    public CoveredClass[]? Classes { get; init; }
}
