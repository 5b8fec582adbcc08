using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Services;
using Tiltas.Directory.Values;

namespace Tiltas.Directory.OpenReferral;

/// <summary>Services. One that was withdrawn, or whose agency takes no part today, is inactive.</summary>
internal static class ShowServices
{
    public static async Task<IReadOnlyList<ServiceDocument>> Of(Desk desk, IReadOnlyList<Service> services, Detail detail, bool organization, CancellationToken stop)
    {
        var ids = services.Select(service => service.Id).ToList();
        var agencyIds = services.Select(service => service.Agency).Distinct().ToList();
        var agencies = await desk.Db.Agencies.AsNoTracking().Where(agency => agencyIds.Contains(agency.Id)).ToListAsync(stop);
        var byId = agencies.ToDictionary(agency => agency.Id);
        var shown = await desk.Db.ServicesShown.AsNoTracking().Where(row => ids.Contains(row.Service)).ToDictionaryAsync(row => row.Service, stop);
        if (detail == Detail.Minimal)
            return [.. services.Select(service => new ServiceDocument { Id = HsdsId.Service(service.Id.Value), LastModified = LastModified(desk, service, byId[service.Agency], shown.GetValueOrDefault(service.Id)) })];
        if (detail == Detail.OneToOne) return [.. services.Select(service => OneToOne(desk, service, byId[service.Agency], shown.GetValueOrDefault(service.Id)))];

        var links = (await desk.Db.ServiceLocations.AsNoTracking().Where(link => ids.Contains(link.Service)).OrderBy(link => link.Location).ToListAsync(stop)).ToLookup(link => link.Service);
        var locations = await desk.Viewer.Locations(desk.Db).Where(location => agencyIds.Contains(location.Agency)).ToDictionaryAsync(location => location.Id, stop);
        var doors = (await desk.Db.FrontDoors.AsNoTracking().Where(door => ids.Contains(door.Service)).ToListAsync(stop)).ToLookup(door => door.Service, door => door.Contact);
        var organizations = organization ? (await ShowOrganizations.Alone(desk, agencies, locations.Values, stop)).ToDictionary(one => one.Id) : null;
        return [.. services.Select(service =>
        {
            var document = Full(desk, service, byId[service.Agency], shown.GetValueOrDefault(service.Id),
                [.. links[service.Id].Where(link => locations.ContainsKey(link.Location)).Select(link => ShowLocations.Link(desk, link, service, locations[link.Location], full: true))], [.. doors[service.Id]]);
            return document with { Organization = organizations?[document.OrganizationId!.Value] };
        })];
    }

    public static bool IsActive(Service service, Agency agency) => service.WithdrawnAt is null && agency.Standing == AgencyStanding.Active;

    /// <summary>Id, name and status, as an organization lists them.</summary>
    public static ServiceDocument Name(Desk desk, Service service, Agency agency) => new()
    {
        Id = HsdsId.Service(service.Id.Value), Name = desk.Words.Names(service.Name).Name, Status = Status(service, agency),
    };

    public static ServiceDocument OneToOne(Desk desk, Service service, Agency agency, ServiceShown? shown)
    {
        var (name, alternate) = desk.Words.Names(service.Name);
        return new ServiceDocument
        {
            Id = HsdsId.Service(service.Id.Value), OrganizationId = HsdsId.Organization(agency.Id.Value), Name = name, AlternateName = alternate,
            Description = string.Join(". ", new[]
            {
                desk.Words.Of(service.Need.ToString()).English, $"Source: {service.Source.Title}, {service.Source.Date:yyyy-MM-dd}", service.Illustrative is { } made ? "Illustrative: " + made.TrimEnd('.') : null,
            }.Where(part => part is not null)) + ".",
            Url = ShowOrganizations.First(agency, ContactKind.Web), Email = ShowOrganizations.First(agency, ContactKind.Email), Status = Status(service, agency),
            AssuredDate = service.Source.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), LastModified = LastModified(desk, service, agency, shown),
            Organization = ShowOrganizations.Of(desk, agency, Detail.OneToOne),
        };
    }

    public static IEnumerable<ServiceAreaDocument> Areas(Desk desk, Service service)
    {
        var id = HsdsId.Service(service.Id.Value);
        return service.Areas.Select(area => new ServiceAreaDocument
        {
            Id = HsdsId.Of("service_area", $"{service.Id}/{area}"), ServiceId = id, Name = desk.Words.Of(area).Name, Description = "ISO 3166-2 " + area, Extent = area, ExtentType = "text",
        });
    }

    public static ServiceDocument Full(
        Desk desk, Service service, Agency agency, ServiceShown? shown, IReadOnlyList<ServiceAtLocationDocument> links, IReadOnlyList<Contact> frontDoors)
    {
        var flat = OneToOne(desk, service, agency, shown);
        var active = IsActive(service, agency);
        // Two places may have one door.
        var doors = frontDoors.Where(_ => active).OrderBy(door => JsonSerializer.Serialize(door, HsdsJson.Options), StringComparer.Ordinal).DistinctBy(door => door.Value).ToList();
        return flat with
        {
            AdditionalUrls =
            [
                new UrlDocument { Id = HsdsId.Of("url", "service/" + service.Id), ServiceId = flat.Id, Url = "urn:tiltas:service:" + service.Id, Label = "Identifier in Tiltas" },
                .. doors.Where(door => door.Kind == ContactKind.Web).Select(door => new UrlDocument { Id = HsdsId.Of("url", $"{service.Id}/{door.Value}"), ServiceId = flat.Id, Url = door.Value }),
            ],
            Phones =
            [
                .. doors.Where(door => door.Kind == ContactKind.Phone).Select(door => ShowOrganizations.Phone(desk, door, agency, flat.Id)),
                .. ShowOrganizations.Phones(desk, agency, flat.Id).Where(phone => active && doors.All(door => door.Value != phone.Number)),
            ],
            Contacts = [.. doors.Where(door => door.Kind == ContactKind.Email).Select(door => new ContactDocument { Id = HsdsId.Of("contact", $"{service.Id}/{door.Value}"), ServiceId = flat.Id, Email = door.Value })],
            Schedules = desk.Schedules.Of(flat.Id, service.Hours),
            ServiceAreas = [.. Areas(desk, service)],
            ServiceAtLocations = active ? links : [],
            Languages = [.. ShowOrganizations.Languages(service.Languages, "service", flat.Id)],
            Attributes =
            [
                .. desk.Taxonomies.Attributes("service", flat.Id, "need", [service.Need.ToString()]),
                .. desk.Taxonomies.Attributes("service", flat.Id, "area", service.Areas),
            ],
        };
    }

    private static string Status(Service service, Agency agency) => IsActive(service, agency) ? "active" : "inactive";

    private static string LastModified(Desk desk, Service service, Agency agency, ServiceShown? shown)
    {
        var places = desk.Viewer.Owns(agency.Id) ? shown?.ForOwner : desk.Viewer.IsPartner ? shown?.ForPartners : shown?.ForAll;
        return HsdsJson.Moment(new[] { service.ChangedAt, agency.ChangedAt, places ?? service.ChangedAt }.Max());
    }
}
