using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;

namespace Tiltas.Identification.Storage;

/// <summary>One screening; what was said is read by the agency that made it and by nobody else.</summary>
public sealed record ScreeningRow
{
    public required ScreeningId Id { get; init; }
    public required SubjectRef Subject { get; init; }
    public required AgencyId Agency { get; init; }
    public required string SetId { get; init; }
    public required int SetVersion { get; init; }

    /// <summary>Holds the screening to the very content it used; see the foreign key.</summary>
    public required string SetHash { get; init; }
    public required AgeBand AgeBand { get; init; }
    public required string? Place { get; init; }
    public required string? Language { get; init; }
    public required bool? Interpreter { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Indicators that were observed.</summary>
    public required string[] Observed { get; init; }

    /// <summary>Indicators that were looked for and not observed. All others were not asked.</summary>
    public required string[] NotObserved { get; init; }

    internal static void Map(ModelBuilder model) => model.Entity<ScreeningRow>(row =>
    {
        row.ToTable("screenings");
        row.HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.Subject).HasColumnName("subject");
        row.Property(r => r.Agency).HasColumnName("agency");
        row.Property(r => r.SetId).HasColumnName("set_id");
        row.Property(r => r.SetVersion).HasColumnName("set_version");
        row.Property(r => r.SetHash).HasColumnName("set_hash");
        row.Property(r => r.AgeBand).HasColumnName("age_band");
        row.Property(r => r.Place).HasColumnName("place");
        row.Property(r => r.Language).HasColumnName("language");
        row.Property(r => r.Interpreter).HasColumnName("interpreter");
        row.Property(r => r.At).HasColumnName("at");
        row.Property(r => r.Observed).HasColumnName("observed");
        row.Property(r => r.NotObserved).HasColumnName("not_observed");
    });
}
