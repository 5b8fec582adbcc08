using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;

namespace Tiltas.Identification.Storage;

/// <summary>One sending of a form under one referral; rows are only added.</summary>
public sealed record FormSendingRow
{
    public required FormId Form { get; init; }

    /// <summary>Rises by one with each referral under which the form is sent.</summary>
    public required int Number { get; init; }
    public required ReferralId Referral { get; init; }
    public required AgencyId To { get; init; }
    public required DateTimeOffset At { get; init; }

    internal static void Map(ModelBuilder model) => model.Entity<FormSendingRow>(row =>
    {
        row.ToTable("form_sendings");
        row.HasKey(r => new { r.Form, r.Number });
        row.Property(r => r.Form).HasColumnName("form").ValueGeneratedNever();
        row.Property(r => r.Number).HasColumnName("number").ValueGeneratedNever();
        row.Property(r => r.Referral).HasColumnName("referral");
        row.Property(r => r.To).HasColumnName("to_agency");
        row.Property(r => r.At).HasColumnName("at");
    });
}

/// <summary>One reading of a form by its recipient, allowed or refused; rows are only added.</summary>
public sealed record FormReadRow
{
    public required Guid Id { get; init; }
    public required FormId Form { get; init; }
    public required ReferralId Referral { get; init; }
    public required AgencyId Agency { get; init; }
    public required string Client { get; init; }
    public required bool Allowed { get; init; }

    /// <summary>What it was allowed or refused by.</summary>
    public required string Rule { get; init; }

    /// <summary>Fields that were given.</summary>
    public required string[] Given { get; init; }
    public required string[] Withheld { get; init; }
    public required DateTimeOffset At { get; init; }

    internal static void Map(ModelBuilder model) => model.Entity<FormReadRow>(row =>
    {
        row.ToTable("form_reads");
        row.HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.Form).HasColumnName("form");
        row.Property(r => r.Referral).HasColumnName("referral");
        row.Property(r => r.Agency).HasColumnName("agency");
        row.Property(r => r.Client).HasColumnName("client");
        row.Property(r => r.Allowed).HasColumnName("allowed");
        row.Property(r => r.Rule).HasColumnName("rule");
        row.Property(r => r.Given).HasColumnName("given");
        row.Property(r => r.Withheld).HasColumnName("withheld");
        row.Property(r => r.At).HasColumnName("at");
    });
}
