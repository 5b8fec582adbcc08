using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Storage;
using Tiltas.Referral.Consents;
using Tiltas.Referral.Dossiers;
using Tiltas.Referral.Referrals;
using Tiltas.Referral.Routing;
using Tiltas.Referral.Subjects;

namespace Tiltas.Referral.Storage;

public sealed class ReferralStore(DbContextOptions<ReferralStore> options) : DbContext(options)
{
    public DbSet<Subject> Subjects => Set<Subject>();
    public DbSet<Consent> Consents => Set<Consent>();
    public DbSet<DossierKey> DossierKeys => Set<DossierKey>();
    public DbSet<DossierPart> DossierParts => Set<DossierPart>();
    public DbSet<ReferralRow> Referrals => Set<ReferralRow>();
    public DbSet<Move> Moves => Set<Move>();
    public DbSet<Decision> Decisions => Set<Decision>();
    public DbSet<KnownAgency> Agencies => Set<KnownAgency>();
    public DbSet<KnownService> Services => Set<KnownService>();
    public DbSet<KnownMemorandum> Memoranda => Set<KnownMemorandum>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.AddPlatform();
        configurationBuilder.Properties<DataClass[]>().HaveConversion<CodesConverter<DataClass>, CodesComparer<DataClass>>();
        configurationBuilder.Properties<Purpose[]>().HaveConversion<CodesConverter<Purpose>, CodesComparer<Purpose>>();
        configurationBuilder.Properties<Need[]>().HaveConversion<CodesConverter<Need>, CodesComparer<Need>>();
        configurationBuilder.Properties<AgencyType[]>().HaveConversion<CodesConverter<AgencyType>, CodesComparer<AgencyType>>();
        configurationBuilder.Properties<AgencyId[]>().HaveConversion<AgenciesConverter, AgenciesComparer>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatform();
        modelBuilder.Entity<Subject>().ToTable("subjects").HasKey(s => s.Ref);
        modelBuilder.Entity<Subject>().Property(s => s.Ref).HasColumnName("subject");
        modelBuilder.Entity<Consent>().ToTable("consents").HasKey(c => c.Id);
        modelBuilder.Entity<Consent>().Property(c => c.Id).HasColumnName("consent");
        modelBuilder.Entity<Consent>().Property(c => c.WithdrawnAt).IsConcurrencyToken();
        modelBuilder.Entity<DossierKey>().ToTable("dossier_keys").HasKey(k => new { k.Subject, k.DataClass });
        modelBuilder.Entity<DossierPart>().ToTable("dossier_parts").HasKey(p => new { p.Subject, p.DataClass });
        modelBuilder.Entity<DossierPart>().Property(p => p.Version).IsConcurrencyToken();
        modelBuilder.Entity<ReferralRow>().ToTable("referrals").HasKey(r => r.Referral);
        modelBuilder.Entity<ReferralRow>().Property(r => r.Version).IsConcurrencyToken();
        modelBuilder.Entity<Move>().ToTable("referral_moves").HasKey(m => new { m.Referral, m.Version });
        modelBuilder.Entity<Move>().Property(m => m.What).HasColumnName("move");
        modelBuilder.Entity<Decision>().ToTable("decisions").HasKey(d => d.Id);
        modelBuilder.Entity<Decision>().Property(d => d.Id).HasColumnName("decision");
        modelBuilder.Entity<KnownAgency>().ToTable("agencies").HasKey(a => a.Agency);
        modelBuilder.Entity<KnownService>().ToTable("services").HasKey(s => s.Service);
        modelBuilder.Entity<KnownMemorandum>().ToTable("memoranda").HasKey(m => m.Memorandum);
        modelBuilder.Entity<KnownMemorandum>().Property(m => m.Agreement).HasColumnType("jsonb");
        UseSnakeCase(modelBuilder);
    }

    private static void UseSnakeCase(ModelBuilder model)
    {
        foreach (var property in model.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
        {
            if (property.GetColumnName() != property.Name) continue;
            property.SetColumnName(string.Concat(property.Name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString())));
        }
    }
}
