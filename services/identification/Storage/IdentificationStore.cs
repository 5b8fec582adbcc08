using Microsoft.EntityFrameworkCore;
using Tiltas.Hosting.Storage;

namespace Tiltas.Identification.Storage;

/// <summary>The database of identification: no name, no address, no free text; pseudonyms and codes only.</summary>
public sealed class IdentificationStore(DbContextOptions<IdentificationStore> options) : DbContext(options)
{
    public DbSet<ScreeningRow> Screenings => Set<ScreeningRow>();
    public DbSet<StandingRow> Standings => Set<StandingRow>();
    public DbSet<EntitlementChangeRow> EntitlementChanges => Set<EntitlementChangeRow>();
    public DbSet<InformationRow> Information => Set<InformationRow>();
    public DbSet<GapRow> Gaps => Set<GapRow>();
    public DbSet<ReflectionRow> Reflections => Set<ReflectionRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatform();
        ScreeningRow.Map(modelBuilder);
        StandingRow.Map(modelBuilder);
        ReflectionRow.Map(modelBuilder);
        EntitlementChangeRow.Map(modelBuilder);
        InformationRow.Map(modelBuilder);
        GapRow.Map(modelBuilder);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => configurationBuilder.AddPlatform();
}
