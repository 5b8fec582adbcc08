using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Storage;

namespace Tiltas.Notification.Storage;

internal sealed class NotificationStore(DbContextOptions<NotificationStore> options) : DbContext(options)
{
    public DbSet<Notice> Notices => Set<Notice>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => configurationBuilder.AddPlatform();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatform();
        modelBuilder.Entity<Notice>(notice =>
        {
            notice.ToTable("notices");
            notice.HasKey(n => new { n.Agency, n.Seq });
            notice.Property(n => n.Agency).HasColumnName("agency");
            notice.Property(n => n.Seq).HasColumnName("seq").ValueGeneratedNever();
            notice.Property(n => n.Id).HasColumnName("id");
            notice.Property(n => n.Kind).HasColumnName("kind");
            notice.Property(n => n.Reference).HasColumnName("reference");
            notice.Property(n => n.Version).HasColumnName("version");
            notice.Property(n => n.Urgency).HasColumnName("urgency");
            notice.Property(n => n.At).HasColumnName("at");
            notice.Property(n => n.Clock).HasColumnName("clock");
            notice.Property(n => n.ReliedReferral).HasColumnName("referral");
            notice.Property(n => n.Covered).HasColumnName("covered");
            notice.Ignore(n => n.Referral);
            notice.Ignore(n => n.Form);
            notice.Ignore(n => n.Gap);
            notice.Property(n => n.Subject).HasColumnName("subject");
            notice.Property(n => n.DeliveredAt).HasColumnName("delivered_at");
            // Of two that mark at the same moment one wins, so that the mark is announced once.
            notice.Property(n => n.SeenAt).HasColumnName("seen_at").IsConcurrencyToken();
            notice.Property(n => n.ActedAt).HasColumnName("acted_at").IsConcurrencyToken();
        });
    }
}

/// <summary>A content-free entry on an agency's feed. Written in bulk by <see cref="Feeds.FeedWriter"/>; only its marks change.</summary>
internal sealed class Notice
{
    public required AgencyId Agency { get; init; }
    public required long Seq { get; init; }
    public required Guid Id { get; init; }
    public required NoticeKind Kind { get; init; }
    public required Guid Reference { get; init; }
    public required int Version { get; init; }
    public required Urgency? Urgency { get; init; }
    public required DateTimeOffset At { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public DateTimeOffset? SeenAt { get; set; }
    public DateTimeOffset? ActedAt { get; set; }

    public Clock? Clock { get; init; }

    /// <summary>Where the reference is a consent: the referral that relied on it, and whether another consent covers that still. Where it is a form: the referral under which it was sent.</summary>
    public ReferralId? ReliedReferral { get; init; }
    public bool? Covered { get; init; }

    public bool IsOfConsent => Kind == NoticeKind.ConsentWithdrawn;

    public bool IsOfReferral => Kind is not (NoticeKind.ConsentWithdrawn or NoticeKind.FormSent or NoticeKind.GapOpened or NoticeKind.ReflectionPeriodEndsSoon);

    public ReferralId? Referral => IsOfReferral ? new ReferralId(Reference) : ReliedReferral;

    public FormId? Form => Kind == NoticeKind.FormSent ? new FormId(Reference) : null;

    public GapId? Gap => Kind == NoticeKind.GapOpened ? new GapId(Reference) : null;

    /// <summary>Of whom a gap or a warning is.</summary>
    public SubjectRef? Subject { get; init; }
}
