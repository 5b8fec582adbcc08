using Microsoft.EntityFrameworkCore;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Services;

namespace Tiltas.Directory.OpenReferral;

/// <summary>Locations, and services at them. Whoever calls has asked the viewer before.</summary>
internal static class ShowLocations
{
    public static LocationDocument Of(Desk desk, Location location, bool full)
    {
        var id = HsdsId.Location(location.Id.Value);
        var (name, alternate) = desk.Words.Names(location.Name);
        var place = desk.Words.Of(location.Municipality).Name;
        var type = location.Type.ToString().ToLowerInvariant();
        var flat = new LocationDocument
        {
            Id = id, LocationType = type, Url = location.Url, OrganizationId = HsdsId.Organization(location.Agency.Value), Name = name, AlternateName = alternate,
            Description = ShowOrganizations.Joined(place, location.Illustrative is { } made ? "Illustrative: " + made : null),
            Latitude = location.Latitude, Longitude = location.Longitude, ExternalIdentifier = location.Id.Value, ExternalIdentifierType = "Identifier in Tiltas",
        };
        if (!full) return flat;
        var county = desk.Words.Of(desk.Words.Parent(location.Municipality) ?? location.Municipality).Name;
        return flat with
        {
            // HSDS has no address without street and postcode; then the description names the municipality.
            Addresses = location is { AddressLines: [var first, .. var rest], PostalCode: { } code } ?
            [
                new AddressDocument
                {
                    Id = HsdsId.Of("address", location.Id.Value), LocationId = id, Line1 = first, Line2 = rest.Length > 0 ? string.Join(", ", rest) : null, City = place, Region = county, StateProvince = county,
                    PostalCode = code, Country = desk.Words.Country.Code, AddressType = type,
                },
            ] : [],
            Phones = location.Phone is { } number ? [new PhoneDocument { Id = HsdsId.Of("phone", "location/" + location.Id), LocationId = id, Number = number, Type = "voice" }] : [],
        };
    }

    public static async Task<IReadOnlyList<ServiceAtLocationDocument>> Of(Desk desk, IReadOnlyList<ServiceLocation> links, Detail detail, CancellationToken stop)
    {
        var serviceIds = links.Select(link => link.Service).Distinct().ToList();
        var locationIds = links.Select(link => link.Location).Distinct().ToList();
        var services = await desk.Db.Services.AsNoTracking().Where(service => serviceIds.Contains(service.Id)).ToDictionaryAsync(service => service.Id, stop);
        var locations = await desk.Viewer.Locations(desk.Db).Where(location => locationIds.Contains(location.Id)).ToDictionaryAsync(location => location.Id, stop);
        var agencyIds = services.Values.Select(service => service.Agency).Distinct().ToList();
        var agencies = await desk.Db.Agencies.AsNoTracking().Where(agency => agencyIds.Contains(agency.Id)).ToDictionaryAsync(agency => agency.Id, stop);
        // What was hidden between the two questions is not told any more.
        return [.. links.Where(link => locations.ContainsKey(link.Location) && services.ContainsKey(link.Service)).Select(link =>
        {
            var (service, location) = (services[link.Service], locations[link.Location]);
            var agency = agencies[service.Agency];
            var changed = new[] { service.ChangedAt, location.ChangedAt, agency.ChangedAt }.Max();
            var flat = new ServiceAtLocationDocument { Id = link.HsdsId, LastModified = HsdsJson.Moment(changed) };
            if (detail == Detail.Minimal) return flat;
            flat = Link(desk, link, service, location, detail == Detail.Full) with { LastModified = flat.LastModified };
            return detail == Detail.Full ? flat with { Service = ShowServices.OneToOne(desk, service, agency, null) } : flat;
        })];
    }

    public static ServiceAtLocationDocument Link(Desk desk, ServiceLocation link, Service service, Location location, bool full)
    {
        var id = HsdsId.Service(service.Id.Value);
        var place = Of(desk, location, full);
        var flat = new ServiceAtLocationDocument { Id = link.HsdsId, ServiceId = id, LocationId = place.Id, Location = place };
        return full ? flat with { Schedules = desk.Schedules.Of(id, service.Hours), ServiceAreas = [.. ShowServices.Areas(desk, service)], Phones = place.Phones } : flat;
    }
}
