using Microsoft.EntityFrameworkCore;
using Tiltas.Hosting.Storage;

namespace Tiltas.Identification.Storage;

/// <summary>The database of identification: no name, no address, no free text but what is sealed; pseudonyms and codes only.</summary>
public sealed class IdentificationStore(DbContextOptions<IdentificationStore> options) : DbContext(options)
{
    public DbSet<ScreeningRow> Screenings => Set<ScreeningRow>();
    public DbSet<StandingRow> Standings => Set<StandingRow>();
    public DbSet<EntitlementChangeRow> EntitlementChanges => Set<EntitlementChangeRow>();
    public DbSet<InformationRow> Information => Set<InformationRow>();
    public DbSet<GapRow> Gaps => Set<GapRow>();
    public DbSet<ReflectionRow> Reflections => Set<ReflectionRow>();
    public DbSet<FormRow> Forms => Set<FormRow>();
    public DbSet<FormKeyRow> FormKeys => Set<FormKeyRow>();
    public DbSet<FormNoteRow> FormNotes => Set<FormNoteRow>();
    public DbSet<FormSendingRow> FormSendings => Set<FormSendingRow>();
    public DbSet<FormReadRow> FormReads => Set<FormReadRow>();
    public DbSet<NegativeRow> NegativeAssessments => Set<NegativeRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatform();
        ScreeningRow.Map(modelBuilder);
        StandingRow.Map(modelBuilder);
        ReflectionRow.Map(modelBuilder);
        EntitlementChangeRow.Map(modelBuilder);
        InformationRow.Map(modelBuilder);
        GapRow.Map(modelBuilder);
        FormRow.Map(modelBuilder);
        FormKeyRow.Map(modelBuilder);
        FormNoteRow.Map(modelBuilder);
        FormSendingRow.Map(modelBuilder);
        FormReadRow.Map(modelBuilder);
        NegativeRow.Map(modelBuilder);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => configurationBuilder.AddPlatform();
}
