using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;

namespace Tiltas.Identification.Storage;

/// <summary>A form as it was filled in; rows are only added. What was written freely is not here but sealed beside it.</summary>
public sealed record FormRow
{
    public required FormId Id { get; init; }
    public required string SchemaId { get; init; }
    public required int SchemaVersion { get; init; }

    /// <summary>Holds the form to the very schema it was filled in by; see the foreign key.</summary>
    public required string SchemaHash { get; init; }
    public required SubjectRef Subject { get; init; }
    public required AgencyId Agency { get; init; }

    /// <summary>Codes, days and numbers by field, as JSON.</summary>
    public required string Answers { get; init; }

    /// <summary>How an assessment ended; null for any other form.</summary>
    public required string? Result { get; init; }

    /// <summary>Of an assessment its own day, of any other form the day it was filled in.</summary>
    public required DateOnly Day { get; init; }
    public required string? Place { get; init; }
    public required string Salt { get; init; }
    public required string ContentHash { get; init; }
    public required FormId? Replaces { get; init; }
    public required DateTimeOffset At { get; init; }

    internal static void Map(ModelBuilder model) => model.Entity<FormRow>(row =>
    {
        row.ToTable("forms");
        row.HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.SchemaId).HasColumnName("schema_id");
        row.Property(r => r.SchemaVersion).HasColumnName("schema_version");
        row.Property(r => r.SchemaHash).HasColumnName("schema_hash");
        row.Property(r => r.Subject).HasColumnName("subject");
        row.Property(r => r.Agency).HasColumnName("agency");
        row.Property(r => r.Answers).HasColumnName("answers").HasColumnType("jsonb");
        row.Property(r => r.Result).HasColumnName("result");
        row.Property(r => r.Day).HasColumnName("day");
        row.Property(r => r.Place).HasColumnName("place");
        row.Property(r => r.Salt).HasColumnName("salt");
        row.Property(r => r.ContentHash).HasColumnName("content_hash");
        row.Property(r => r.Replaces).HasColumnName("replaces");
        row.Property(r => r.At).HasColumnName("at");
    });
}

/// <summary>The key of a form's notes, sealed under the owner's key; without it they are noise.</summary>
public sealed record FormKeyRow
{
    public required FormId Form { get; init; }
    public required byte[] WrappedKey { get; init; }

    internal static void Map(ModelBuilder model) => model.Entity<FormKeyRow>(row =>
    {
        row.ToTable("form_keys");
        row.HasKey(r => r.Form);
        // Told, so that the form is written before what refers to it.
        row.HasOne<FormRow>().WithOne().HasForeignKey<FormKeyRow>(r => r.Form);
        row.Property(r => r.Form).HasColumnName("form").ValueGeneratedNever();
        row.Property(r => r.WrappedKey).HasColumnName("wrapped_key");
    });
}

/// <summary>What was written freely into one field, sealed.</summary>
public sealed record FormNoteRow
{
    public required FormId Form { get; init; }
    public required string Field { get; init; }
    public required byte[] Sealed { get; init; }

    internal static void Map(ModelBuilder model) => model.Entity<FormNoteRow>(row =>
    {
        row.ToTable("form_notes");
        row.HasKey(r => new { r.Form, r.Field });
        row.HasOne<FormRow>().WithMany().HasForeignKey(r => r.Form);
        row.Property(r => r.Form).HasColumnName("form").ValueGeneratedNever();
        row.Property(r => r.Field).HasColumnName("field");
        row.Property(r => r.Sealed).HasColumnName("sealed");
    });
}

/// <summary>An assessment that found nothing to pass on: counted, and nothing of it is kept that could lead to a person, not even the time.</summary>
public sealed record NegativeRow
{
    public long Id { get; init; }
    public required string SchemaId { get; init; }
    public required int SchemaVersion { get; init; }
    public required string SchemaHash { get; init; }
    public required AgencyId Agency { get; init; }
    public required string Result { get; init; }
    public required DateOnly Day { get; init; }
    public required string Place { get; init; }

    internal static void Map(ModelBuilder model) => model.Entity<NegativeRow>(row =>
    {
        row.ToTable("negative_assessments");
        row.HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedOnAdd();
        row.Property(r => r.SchemaId).HasColumnName("schema_id");
        row.Property(r => r.SchemaVersion).HasColumnName("schema_version");
        row.Property(r => r.SchemaHash).HasColumnName("schema_hash");
        row.Property(r => r.Agency).HasColumnName("agency");
        row.Property(r => r.Result).HasColumnName("result");
        row.Property(r => r.Day).HasColumnName("day");
        row.Property(r => r.Place).HasColumnName("place");
    });
}
