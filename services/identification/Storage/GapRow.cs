using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;

namespace Tiltas.Identification.Storage;

/// <summary>Who may know of a gap: all parties; who owes and the owner, where it follows from the right to stay; who owes alone, where its own screening says so and nothing else.</summary>
public enum GapSeenBy { Parties, Owner, OwedBy }

/// <summary>Something that stayed open too long, from when it was noticed until it was closed.</summary>
public sealed record GapRow
{
    public required GapId Gap { get; init; }
    public required SubjectRef Subject { get; init; }
    public required GapKind Kind { get; init; }
    public required AgencyId OwedBy { get; init; }

    public required GapSeenBy SeenBy { get; init; }
    public required DateTimeOffset Since { get; init; }
    public required int RuleVersion { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    internal static void Map(ModelBuilder model) => model.Entity<GapRow>(row =>
    {
        row.ToTable("gaps");
        row.HasKey(r => r.Gap);
        row.Property(r => r.Gap).HasColumnName("gap").ValueGeneratedNever();
        row.Property(r => r.Subject).HasColumnName("subject");
        row.Property(r => r.Kind).HasColumnName("kind");
        row.Property(r => r.OwedBy).HasColumnName("owed_by");
        row.Property(r => r.SeenBy).HasColumnName("seen_by");
        row.Property(r => r.Since).HasColumnName("since");
        row.Property(r => r.RuleVersion).HasColumnName("rule_version");
        row.Property(r => r.OpenedAt).HasColumnName("opened_at");
        row.Property(r => r.ClosedAt).HasColumnName("closed_at");
    });
}
