using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tiltas.Directory.Storage;

namespace Tiltas.Directory.Locations;

/// <summary>How locations lie in the database.</summary>
internal static class LocationTables
{
    public static void AddLocations(this ModelBuilder model)
    {
        model.Entity<Location>(Map);
        model.Entity<ServiceLocation>(link =>
        {
            link.ToTable("service_locations");
            link.HasKey(l => new { l.Service, l.Location });
            link.Property(l => l.Service).HasColumnName("service");
            Id(link.Property(l => l.Location)).HasColumnName("location");
            link.Property(l => l.HsdsId).HasColumnName("hsds_id");
            // So that a new location is written before what points to it.
            link.HasOne<Location>().WithMany().HasForeignKey(l => l.Location);
        });
        model.Entity<FrontDoor>(door =>
        {
            door.ToTable("front_doors");
            door.HasKey(d => new { d.Service, d.Location });
            door.Property(d => d.Service).HasColumnName("service");
            Id(door.Property(d => d.Location)).HasColumnName("location");
            DirectoryStore.Json(door.Property(d => d.Contact).HasColumnName("contact"));
            door.HasOne<Location>().WithMany().HasForeignKey(d => d.Location);
        });
        model.Entity<ServiceShown>(shown =>
        {
            shown.ToTable("services_shown");
            shown.HasKey(s => s.Service);
            shown.Property(s => s.Service).HasColumnName("service");
            shown.Property(s => s.ForAll).HasColumnName("for_all");
            shown.Property(s => s.ForPartners).HasColumnName("for_partners");
            shown.Property(s => s.ForOwner).HasColumnName("for_owner");
        });
    }

    private static void Map(EntityTypeBuilder<Location> location)
    {
        location.ToTable("locations");
        location.HasKey(l => l.Id);
        Id(location.Property(l => l.Id)).HasColumnName("id");
        location.Property(l => l.Version).HasColumnName("version").IsConcurrencyToken();
        location.Property(l => l.Agency).HasColumnName("agency");
        location.Property(l => l.Type).HasColumnName("type");
        location.Property(l => l.Visibility).HasColumnName("visibility");
        DirectoryStore.Json(location.Property(l => l.Name).HasColumnName("name"));
        location.Property(l => l.Municipality).HasColumnName("municipality");
        location.Property(l => l.AddressLines).HasColumnName("address_lines");
        location.Property(l => l.PostalCode).HasColumnName("postal_code");
        location.Property(l => l.Latitude).HasColumnName("latitude");
        location.Property(l => l.Longitude).HasColumnName("longitude");
        location.Property(l => l.Phone).HasColumnName("phone");
        location.Property(l => l.Url).HasColumnName("url");
        DirectoryStore.Json(location.Property(l => l.FrontDoor!).HasColumnName("front_door"));
        location.Property(l => l.FrontDoor).IsRequired(false);
        location.Property(l => l.Services).HasColumnName("services");
        location.Property(l => l.Illustrative).HasColumnName("illustrative");
        location.Property(l => l.ChangedAt).HasColumnName("changed_at");
        location.Property(l => l.WithdrawnAt).HasColumnName("withdrawn_at");
    }

    private static PropertyBuilder<LocationId> Id(PropertyBuilder<LocationId> property) => property.HasConversion(id => id.Value, text => LocationId.From(text));
}
