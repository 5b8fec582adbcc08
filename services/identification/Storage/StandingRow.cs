using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Statuses;

namespace Tiltas.Identification.Storage;

/// <summary>One version of one person's standing. Rows are only added; the highest version is the present.</summary>
public sealed record StandingRow
{
    public required SubjectRef Subject { get; init; }
    public required int Version { get; init; }
    public required VictimStatus Status { get; init; }
    public required AgencyId By { get; init; }
    public required AgencyId? InformallyBy { get; init; }
    public required string? DecisionReference { get; init; }
    public required DateOnly? DecidedOn { get; init; }
    public required EndReason? Reason { get; init; }
    public required AgeBand AgeBand { get; init; }
    public required ResidenceStatus Residence { get; init; }

    /// <summary>Who told of the right to stay; nobody while it is not known.</summary>
    public required AgencyId? ResidenceBy { get; init; }

    /// <summary>False when this version conferred no status: circumstances came to be known, or the country's table changed. Then status, conferrer, decision and reason are those of the version before.</summary>
    public bool Confers { get; init; } = true;

    /// <summary>Who told of new circumstances, if somebody did.</summary>
    public AgencyId? ToldBy { get; init; }

    /// <summary>Version of the country's table by which the entitlements were worked out; 0 for those of before it was kept.</summary>
    public int TableVersion { get; init; }

    /// <summary>What was told to hold from this version on.</summary>
    public required string[] Entitlements { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The standing this row stands for.</summary>
    public VictimStanding ToStanding() => Status switch
    {
        VictimStatus.Suspected => new VictimStanding.Suspected(InformallyBy!.Value),
        VictimStatus.Presumed => new VictimStanding.Presumed(InformallyBy!.Value, ToDecisionOrNone()),
        VictimStatus.Recognised => new VictimStanding.Recognised(ToDecision(), InformallyBy),
        VictimStatus.NotConfirmed => new VictimStanding.NotConfirmed(ToDecision()),
        VictimStatus.Ended => new VictimStanding.Ended(Reason!.Value, ToDecisionOrNone()),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <inheritdoc/>
    public override string ToString() => $"standing {Version}";

    private Decision? ToDecisionOrNone() => DecisionReference is null ? null : ToDecision();

    private Decision ToDecision() => Decision.Stored(DecisionReference!, DecidedOn!.Value);

    internal static void Map(ModelBuilder model) => model.Entity<StandingRow>(row =>
    {
        row.ToTable("standings");
        row.HasKey(r => new { r.Subject, r.Version });
        row.Property(r => r.Subject).HasColumnName("subject");
        row.Property(r => r.Version).HasColumnName("version").ValueGeneratedNever();
        row.Property(r => r.Status).HasColumnName("status");
        row.Property(r => r.By).HasColumnName("conferred_by");
        row.Property(r => r.InformallyBy).HasColumnName("informally_by");
        row.Property(r => r.DecisionReference).HasColumnName("decision_reference");
        row.Property(r => r.DecidedOn).HasColumnName("decided_on");
        row.Property(r => r.Reason).HasColumnName("reason");
        row.Property(r => r.AgeBand).HasColumnName("age_band");
        row.Property(r => r.Residence).HasColumnName("residence");
        row.Property(r => r.ResidenceBy).HasColumnName("residence_by");
        row.Property(r => r.Confers).HasColumnName("confers").ValueGeneratedNever();
        row.Property(r => r.ToldBy).HasColumnName("told_by");
        row.Property(r => r.TableVersion).HasColumnName("table_version").ValueGeneratedNever();
        row.Property(r => r.Entitlements).HasColumnName("entitlements");
        row.Property(r => r.At).HasColumnName("at");
    });
}
