using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Notification.V1;

/// <summary>An agency's system fetched the notice for the first time.</summary>
[MessageUrn("urn:tiltas:notification:notice-delivered:v1", useDefaultPrefix: false), EntityName("tiltas.notification.v1.notice-delivered")]
public sealed record NoticeDelivered
{
    /// <summary>The notice.</summary>
    public required Guid Notice { get; init; }
    /// <summary>Whose feed it is on.</summary>
    public required AgencyId Agency { get; init; }
    /// <summary>Its number on that feed.</summary>
    public required long Sequence { get; init; }
    /// <summary>What it told.</summary>
    public required NoticeKind Kind { get; init; }
    /// <summary>The referral it told of, if it was one; with a form, the one under which it came.</summary>
    public ReferralId? Referral { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>The form it told of, if it was one.</summary>
    public FormId? Form { get; init; }
}
