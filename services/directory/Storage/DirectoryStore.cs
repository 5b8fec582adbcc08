using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tiltas.Contracts;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Capacity;
using Tiltas.Directory.Clients;
using Tiltas.Directory.History;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Memoranda;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Services;
using Tiltas.Directory.Staff;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;

namespace Tiltas.Directory.Storage;

/// <summary>The directory's database.</summary>
public sealed class DirectoryStore(DbContextOptions<DirectoryStore> options) : DbContext(options)
{
    private bool _isOnRecord;

    /// <summary>Agencies and organisations.</summary>
    public DbSet<Agency> Agencies => Set<Agency>();

    /// <summary>Services, withdrawn ones too.</summary>
    public DbSet<Service> Services => Set<Service>();

    /// <summary>How many places services have.</summary>
    public DbSet<ServiceCapacity> Capacities => Set<ServiceCapacity>();

    /// <summary>Places kept for a short while.</summary>
    public DbSet<Hold> Holds => Set<Hold>();

    /// <summary>Memoranda, ended ones too.</summary>
    public DbSet<Memorandum> Memoranda => Set<Memorandum>();

    /// <summary>Each version of each memorandum, as it was.</summary>
    public DbSet<MemorandumVersion> MemorandumVersions => Set<MemorandumVersion>();

    /// <summary>Memoranda, and new versions of them, that wait for signatures.</summary>
    public DbSet<Draft> Drafts => Set<Draft>();

    /// <summary>Locations, of every visibility: what a caller may see of them, <see cref="Viewer"/> says.</summary>
    public DbSet<Location> Locations => Set<Location>();

    /// <summary>Which service is given at which location.</summary>
    public DbSet<ServiceLocation> ServiceLocations => Set<ServiceLocation>();

    /// <summary>Whom everybody may ask about a service.</summary>
    public DbSet<FrontDoor> FrontDoors => Set<FrontDoor>();

    /// <summary>When what is shown of services' locations changed.</summary>
    public DbSet<ServiceShown> ServicesShown => Set<ServiceShown>();

    /// <summary>Systems of agencies that may sign in, removed ones too.</summary>
    public DbSet<ApiClient> Clients => Set<ApiClient>();

    /// <summary>Who of an agency's staff may do what.</summary>
    public DbSet<StaffMember> Staff => Set<StaffMember>();

    /// <summary>Each change of each field.</summary>
    public DbSet<HistoryEntry> History => Set<HistoryEntry>();

    /// <summary>Saves, with an entry in the history for each field of a record that changes.</summary>
    public async Task Save(Caller by, TimeProvider time, CancellationToken stop)
    {
        History.AddRange(Recorder.Find(ChangeTracker, by, time.Moment()).ToList());
        _isOnRecord = true;
        try
        {
            await SaveChangesAsync(stop);
        }
        finally
        {
            _isOnRecord = false;
        }
    }

    /// <inheritdoc/>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (!_isOnRecord && Recorder.IsNeeded(ChangeTracker)) throw new InvalidOperationException("A record changes and nobody says by whom; use Save.");
        Derived.Stamp(ChangeTracker);
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => configurationBuilder.AddPlatform();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatform();
        modelBuilder.Entity<Agency>(Map);
        modelBuilder.Entity<Service>(Map);
        MemorandumTables.AddTo(modelBuilder);
        modelBuilder.Entity<ServiceCapacity>(Map);
        modelBuilder.Entity<Hold>(Map);
        modelBuilder.AddLocations();
        modelBuilder.AddClients();
        modelBuilder.AddStaff();
        modelBuilder.AddHistory();
        Derived.AddTo(modelBuilder);
    }

    private static void Map(EntityTypeBuilder<Agency> agency)
    {
        agency.ToTable("agencies");
        agency.HasKey(a => a.Id);
        agency.Property(a => a.Id).HasColumnName("id");
        agency.Property(a => a.Version).HasColumnName("version").IsConcurrencyToken();
        agency.Property(a => a.Type).HasColumnName("type");
        agency.Property(a => a.Standing).HasColumnName("standing");
        Json(agency.Property(a => a.Name).HasColumnName("name"));
        agency.Property(a => a.Municipality).HasColumnName("municipality");
        agency.Property(a => a.Competence).HasColumnName("competence");
        Json(agency.Property(a => a.Contacts).HasColumnName("contacts"));
        Hours(agency.Property(a => a.Hours).HasColumnName("hours"));
        agency.Property(a => a.Languages).HasColumnName("languages");
        Json(agency.Property(a => a.Source).HasColumnName("source"));
        agency.Property(a => a.Illustrative).HasColumnName("illustrative");
        agency.Property(a => a.ChangedAt).HasColumnName("changed_at");
    }

    private static void Map(EntityTypeBuilder<Service> service)
    {
        service.ToTable("services");
        service.HasKey(s => s.Id);
        service.Property(s => s.Id).HasColumnName("id");
        service.Property(s => s.Version).HasColumnName("version").IsConcurrencyToken();
        service.Property(s => s.Agency).HasColumnName("agency");
        service.Property(s => s.Need).HasColumnName("need");
        Json(service.Property(s => s.Name).HasColumnName("name"));
        service.Property(s => s.Areas).HasColumnName("areas");
        Hours(service.Property(s => s.Hours).HasColumnName("hours"));
        service.Property(s => s.Languages).HasColumnName("languages");
        Json(service.Property(s => s.Profile!).HasColumnName("profile"));
        Json(service.Property(s => s.Source).HasColumnName("source"));
        service.Property(s => s.Illustrative).HasColumnName("illustrative");
        service.Property(s => s.ChangedAt).HasColumnName("changed_at");
        service.Property(s => s.WithdrawnAt).HasColumnName("withdrawn_at");
    }

    private static void Map(EntityTypeBuilder<ServiceCapacity> capacity)
    {
        capacity.ToTable("capacities");
        capacity.HasKey(c => c.Service);
        capacity.Property(c => c.Service).HasColumnName("service");
        capacity.Property(c => c.Total).HasColumnName("total");
        capacity.Property(c => c.Available).HasColumnName("available");
        capacity.Property(c => c.UpdatedAt).HasColumnName("updated_at");
    }

    private static void Map(EntityTypeBuilder<Hold> hold)
    {
        hold.ToTable("holds");
        hold.HasKey(h => h.Id);
        hold.Property(h => h.Id).HasColumnName("id");
        hold.Property(h => h.Service).HasColumnName("service");
        hold.Property(h => h.Agency).HasColumnName("agency");
        hold.Property(h => h.TakenAt).HasColumnName("taken_at");
        hold.Property(h => h.ExpiresAt).HasColumnName("expires_at");
        hold.Property(h => h.ReleasedAt).HasColumnName("released_at");
    }

    internal static void Hours(PropertyBuilder<OpeningHours> property) => property.HasConversion(hours => hours.Text, text => ReadHours(text));

    private static OpeningHours ReadHours(string text) =>
        OpeningHours.TryParse(text, out var hours) ? hours : throw new InvalidDataException("Stored hours cannot be read.");

    internal static void Codes<T>(PropertyBuilder<T[]> property) where T : struct, Enum => Names(property, code => code.ToString(), Enum.Parse<T>);

    internal static void Names<T>(PropertyBuilder<T[]> property, Func<T, string> write, Func<string, T> read) where T : struct => property
        .HasColumnType("text[]")
        .HasConversion(
            values => Array.ConvertAll(values, value => write(value)),
            names => Array.ConvertAll(names, name => read(name)),
            new ValueComparer<T[]>((a, b) => a!.SequenceEqual(b!), values => values.Length, values => values));

    internal static void Json<T>(PropertyBuilder<T> property) where T : class => property
        .HasColumnType("jsonb")
        .HasConversion(value => Write(value), text => Read<T>(text), new ValueComparer<T>((a, b) => Write(a!) == Write(b!), value => Write(value).Length, value => value));

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, TiltasJson.Messages);

    private static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, TiltasJson.Messages) ?? throw new InvalidDataException("A stored value is empty.");
}
