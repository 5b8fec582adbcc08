using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Notification.Storage;

namespace Tiltas.Notification.Feeds;

/// <summary>A notice as the API shows it.</summary>
internal sealed record NoticeItem
{
    public required long Seq { get; init; }
    public required Guid NoticeId { get; init; }
    public required NoticeKind Kind { get; init; }
    public ReferralId? Referral { get; init; }
    public ConsentId? Consent { get; init; }

    /// <summary>The form that was sent; the referral is the one under which it came.</summary>
    public FormId? Form { get; init; }

    /// <summary>The gap that opened.</summary>
    public GapId? Gap { get; init; }

    /// <summary>With a gap and with a reflection period: of whom.</summary>
    public SubjectRef? Subject { get; init; }
    public int? Version { get; init; }
    public Urgency? Urgency { get; init; }

    /// <summary>Which clock lapsed.</summary>
    public Clock? Clock { get; init; }

    /// <summary>With a consent that was taken back: whether another covers the referral still. If not, its recipient stops.</summary>
    public bool? Covered { get; init; }
    public required DateTimeOffset At { get; init; }
    public DateTimeOffset? Delivered { get; init; }
    public DateTimeOffset? Seen { get; init; }
    public DateTimeOffset? Acted { get; init; }

    public static NoticeItem Of(Notice notice) => new()
    {
        Seq = notice.Seq,
        NoticeId = notice.Id,
        Kind = notice.Kind,
        Referral = notice.Referral,
        Consent = notice.IsOfConsent ? new ConsentId(notice.Reference) : null,
        Form = notice.Form,
        Gap = notice.Gap,
        Subject = notice.Subject,
        Version = notice.IsOfReferral ? notice.Version : null,
        Urgency = notice.Urgency,
        Clock = notice.Clock,
        Covered = notice.Covered,
        At = notice.At,
        Delivered = notice.DeliveredAt,
        Seen = notice.SeenAt,
        Acted = notice.ActedAt,
    };
}
