using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Storage;

namespace Tiltas.Directory.Locations;

/// <summary>What follows from a location for its services: the links, the front door, and the moment for each circle that sees a difference.</summary>
internal static class Shown
{
    /// <summary>Adds it to the changes that are about to be saved.</summary>
    public static async Task Write(Location? before, Location after, DirectoryStore db, CancellationToken stop)
    {
        var links = await db.ServiceLocations.Where(link => link.Location == after.Id).ToListAsync(stop);
        var doors = await db.FrontDoors.Where(door => door.Location == after.Id).ToListAsync(stop);
        var inUse = after.WithdrawnAt is null ? after.Services : [];

        db.RemoveRange(links.Where(link => !inUse.Contains(link.Service.Value)));
        foreach (var service in inUse.Where(service => links.All(link => link.Service.Value != service)))
            db.Add(new ServiceLocation { Service = ServiceId.From(service), Location = after.Id, HsdsId = HsdsId.ServiceAtLocation(service, after.Id.Value) });

        var wanted = after.FrontDoor is { } contact ? inUse.Select(service => new FrontDoor { Service = ServiceId.From(service), Location = after.Id, Contact = contact }).ToList() : [];
        db.RemoveRange(doors.Where(door => wanted.All(one => one.Service != door.Service)));
        foreach (var door in wanted)
        {
            if (doors.Find(old => old.Service == door.Service) is { } old) db.Entry(old).CurrentValues.SetValues(door);
            else db.Add(door);
        }

        // The front door is told to everybody, so its changes are everybody's.
        var doorChanged = !SameDoor(before, after);
        var places = (before?.Services ?? []).Union(after.Services).Select(ServiceId.From).ToList();
        var known = await db.ServicesShown.Where(shown => places.Contains(shown.Service)).ToDictionaryAsync(shown => shown.Service, stop);
        foreach (var service in places)
        {
            var old = known.GetValueOrDefault(service);
            var next = new ServiceShown
            {
                Service = service,
                ForAll = doorChanged || Sees(Visibility.Public, before, after) ? after.ChangedAt : old?.ForAll,
                ForPartners = doorChanged || Sees(Visibility.Partner, before, after) ? after.ChangedAt : old?.ForPartners,
                ForOwner = after.ChangedAt,
            };
            if (old is null) db.Add(next);
            else db.Entry(old).CurrentValues.SetValues(next);
        }
    }

    /// <summary>The circle sees the location before or after.</summary>
    private static bool Sees(Visibility circle, Location? before, Location after) => IsFor(circle, before) || IsFor(circle, after);

    private static bool IsFor(Visibility circle, Location? location) => location is { WithdrawnAt: null } && location.Visibility <= circle;

    private static bool SameDoor(Location? before, Location after) => Door(before) == Door(after);

    private static string Door(Location? location) => location is { WithdrawnAt: null, FrontDoor: { } door }
        ? System.Text.Json.JsonSerializer.Serialize(door, HsdsJson.Options) + string.Join(' ', location.Services)
        : "";
}
