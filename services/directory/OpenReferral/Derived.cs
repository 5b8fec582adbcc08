using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Services;
using Tiltas.Directory.Storage;

namespace Tiltas.Directory.OpenReferral;

/// <summary>What is worked out from a record whenever it is written: its UUID and the words it is found by. No answer shows it as such.</summary>
internal static class Derived
{
    private const string Id = "HsdsId";
    private const string Words = "Search";

    public static void AddTo(ModelBuilder model)
    {
        foreach (var type in new[] { typeof(Agency), typeof(Service), typeof(Location) })
        {
            model.Entity(type).Property<Guid?>(Id).HasColumnName("hsds_id");
            model.Entity(type).Property<string[]?>(Words).HasColumnName("search");
        }
    }

    /// <summary>Before changes are saved.</summary>
    public static void Stamp(ChangeTracker tracker)
    {
        foreach (var entry in tracker.Entries())
            if (entry.State is EntityState.Added or EntityState.Modified) Stamp(entry);
    }

    /// <summary>Brings every row up to date, after migrations.</summary>
    public static async Task Fill(DirectoryStore db)
    {
        await db.Agencies.LoadAsync();
        await db.Services.LoadAsync();
        await db.Locations.LoadAsync();
        foreach (var entry in db.ChangeTracker.Entries()) Stamp(entry);
        await db.SaveChangesAsync();
    }

    private static void Stamp(EntityEntry entry)
    {
        switch (entry.Entity)
        {
            case Agency agency: Set(entry, HsdsId.Organization(agency.Id.Value), agency.Name.Values.Append(agency.Id.Value)); break;
            case Service service: Set(entry, HsdsId.Service(service.Id.Value), service.Name.Values.Append(service.Id.Value)); break;
            case Location location: Set(entry, HsdsId.Location(location.Id.Value), location.Name.Values.Concat(location.AddressLines)); break;
        }
    }

    private static void Set(EntityEntry entry, Guid id, IEnumerable<string> texts)
    {
        entry.Property(Id).CurrentValue = id;
        var words = SearchWords.Of(texts);
        if (entry.Property(Words).CurrentValue is not string[] old || !old.AsSpan().SequenceEqual(words)) entry.Property(Words).CurrentValue = words;
    }
}
