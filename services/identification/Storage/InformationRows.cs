using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;

namespace Tiltas.Identification.Storage;

/// <summary>One right that came or went with one version of a standing, and who is to tell the person. Rows are only added.</summary>
public sealed record EntitlementChangeRow
{
    public required SubjectRef Subject { get; init; }
    public required int Version { get; init; }
    public required Entitlement Entitlement { get; init; }

    /// <summary>True when it came.</summary>
    public required bool Held { get; init; }

    /// <summary>Whether it depends on the right to stay, so that not everybody may read of it.</summary>
    public required bool ByResidence { get; init; }
    public required AgencyId OwedBy { get; init; }
    public required DateTimeOffset DueBy { get; init; }
    public required DateTimeOffset At { get; init; }

    internal static void Map(ModelBuilder model) => model.Entity<EntitlementChangeRow>(row =>
    {
        row.ToTable("entitlement_changes");
        row.HasKey(r => new { r.Subject, r.Entitlement, r.Version });
        row.HasOne<StandingRow>().WithMany().HasForeignKey(r => new { r.Subject, r.Version });
        row.Property(r => r.Subject).HasColumnName("subject");
        row.Property(r => r.Version).HasColumnName("version").ValueGeneratedNever();
        row.Property(r => r.Entitlement).HasColumnName("entitlement");
        row.Property(r => r.Held).HasColumnName("held");
        row.Property(r => r.ByResidence).HasColumnName("by_residence");
        row.Property(r => r.OwedBy).HasColumnName("owed_by");
        row.Property(r => r.DueBy).HasColumnName("due_by");
        row.Property(r => r.At).HasColumnName("at");
    });
}

/// <summary>One time that a person was told of rights. Rows are only added.</summary>
public sealed record InformationRow
{
    public required InformationId Id { get; init; }
    public required SubjectRef Subject { get; init; }

    /// <summary>Version of the standing that was told of.</summary>
    public required int Version { get; init; }
    public required AgencyId Agency { get; init; }
    public required string[] Entitlements { get; init; }
    public required string Language { get; init; }
    public required bool Interpreter { get; init; }
    public required InformationForm Form { get; init; }
    public required InformedParty To { get; init; }
    public required DateTimeOffset At { get; init; }

    internal static void Map(ModelBuilder model) => model.Entity<InformationRow>(row =>
    {
        row.ToTable("information");
        row.HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.Subject).HasColumnName("subject");
        row.Property(r => r.Version).HasColumnName("version");
        row.Property(r => r.Agency).HasColumnName("agency");
        row.Property(r => r.Entitlements).HasColumnName("entitlements");
        row.Property(r => r.Language).HasColumnName("language");
        row.Property(r => r.Interpreter).HasColumnName("interpreter");
        row.Property(r => r.Form).HasColumnName("form");
        row.Property(r => r.To).HasColumnName("told");
        row.Property(r => r.At).HasColumnName("at");
    });
}
