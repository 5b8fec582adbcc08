using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Services;
using Tiltas.Directory.Values;

namespace Tiltas.Directory.OpenReferral;

/// <summary>Agencies as organizations. One that takes no part today is told as such, and no way to reach it.</summary>
internal static class ShowOrganizations
{
    /// <summary>Each with its services: their names, or all of them.</summary>
    public static async Task<IReadOnlyList<OrganizationDocument>> WithServices(Desk desk, IReadOnlyList<Agency> agencies, Detail detail, bool fullServices, CancellationToken stop)
    {
        if (detail != Detail.Full) return [.. agencies.Select(agency => Of(desk, agency, detail))];
        var ids = agencies.Select(agency => agency.Id).ToList();
        var locations = await desk.Viewer.Locations(desk.Db).Where(location => ids.Contains(location.Agency)).ToListAsync(stop);
        var theirs = (await desk.Db.Services.AsNoTracking().Where(service => ids.Contains(service.Agency)).OrderBy(service => service.Id).ToListAsync(stop))
            .ToLookup(service => service.Agency);
        var full = fullServices
            ? (await ShowServices.Of(desk, [.. theirs.SelectMany(group => group)], Detail.Full, organization: false, stop)).ToLookup(service => service.OrganizationId)
            : null;
        return [.. Full(desk, agencies, locations, agency => Needs(theirs[agency])).Zip(agencies, (document, agency) => document with
        {
            Services = full is null
                ? [.. theirs[agency.Id].Select(service => ShowServices.Name(desk, service, agency))]
                : [.. full[document.Id]],
        })];
    }

    /// <summary>Each without its services.</summary>
    /// <param name="desk">Who looks, where.</param>
    /// <param name="agencies">Which.</param>
    /// <param name="locations">Of all of them, those that there are for the viewer.</param>
    /// <param name="stop">The caller went away.</param>
    public static async Task<IEnumerable<OrganizationDocument>> Alone(Desk desk, IReadOnlyList<Agency> agencies, IEnumerable<Location> locations, CancellationToken stop)
    {
        var ids = agencies.Select(agency => agency.Id).ToList();
        var needs = (await desk.Db.Services.Where(service => ids.Contains(service.Agency) && service.WithdrawnAt == null)
            .Select(service => new { service.Agency, service.Need }).Distinct().ToListAsync(stop)).ToLookup(one => one.Agency, one => one.Need);
        return Full(desk, agencies, locations, agency => needs[agency]);
    }

    /// <summary>What help an agency gives now.</summary>
    public static IEnumerable<Need> Needs(IEnumerable<Service> services) => services.Where(service => service.WithdrawnAt is null).Select(service => service.Need).Distinct();

    public static OrganizationDocument Of(Desk desk, Agency agency, Detail detail)
    {
        var id = HsdsId.Organization(agency.Id.Value);
        if (detail == Detail.Minimal) return new OrganizationDocument { Id = id, LastModified = HsdsJson.Moment(agency.ChangedAt) };
        var (name, alternate) = desk.Words.Names(agency.Name);
        return new OrganizationDocument
        {
            Id = id, Name = name, AlternateName = alternate, Description = Description(desk.Words, agency),
            Email = First(agency, ContactKind.Email), Website = First(agency, ContactKind.Web), Uri = "urn:tiltas:agency:" + agency.Id, LastModified = HsdsJson.Moment(agency.ChangedAt),
        };
    }

    /// <summary>The agency's telephones, for one of its services or for itself; none when it takes no part.</summary>
    public static IEnumerable<PhoneDocument> Phones(Desk desk, Agency agency, Guid? service) => Open(agency).Where(contact => contact.Kind == ContactKind.Phone)
        .Select(contact => Phone(desk, contact, agency, service));

    public static PhoneDocument Phone(Desk desk, Contact contact, Agency agency, Guid? service)
    {
        var id = HsdsId.Of("phone", $"{agency.Id}/{service}/{contact.Value}");
        return new PhoneDocument
        {
            Id = id, OrganizationId = service is null ? HsdsId.Organization(agency.Id.Value) : null, ServiceId = service, Number = contact.Value, Type = "voice",
            Description = Joined(contact.Label is { } label ? desk.Words.Names(label).Name : null, contact.Hours?.Text),
            Languages = [.. Languages(contact.Languages ?? agency.Languages, "phone", id)],
        };
    }

    public static IEnumerable<LanguageDocument> Languages(IEnumerable<string> codes, string kind, Guid of) => codes.Select(code =>
    {
        var (three, name) = LanguageNames.Of(code);
        return new LanguageDocument { Id = HsdsId.Of("language", $"{kind}/{of}/{code}"), Code = three, Name = name, ServiceId = kind == "service" ? of : null, PhoneId = kind == "phone" ? of : null };
    });

    public static string? First(Agency agency, ContactKind kind) => Open(agency).FirstOrDefault(contact => contact.Kind == kind)?.Value;

    public static string? Joined(params string?[] parts) => string.Join(". ", parts.Where(part => part is not null)) is { Length: > 0 } text ? text : null;

    public static OrganizationDocument Full(Desk desk, Agency agency, IEnumerable<Location> locations, IEnumerable<Need> needs)
    {
        var flat = Of(desk, agency, Detail.OneToOne);
        var active = agency.Standing == AgencyStanding.Active;
        return flat with
        {
            AdditionalWebsites = [.. Open(agency).Where(contact => contact.Kind == ContactKind.Web).Skip(1).Select(contact =>
                new UrlDocument { Id = HsdsId.Of("url", $"{agency.Id}/{contact.Value}"), OrganizationId = flat.Id, Url = contact.Value, Label = Label(desk, contact) })],
            Contacts = [.. Open(agency).Where(contact => contact.Kind == ContactKind.Email).Select(contact => new ContactDocument
            {
                Id = HsdsId.Of("contact", $"{agency.Id}/{contact.Value}"), OrganizationId = flat.Id, Name = Label(desk, contact) ?? flat.Name, Email = contact.Value,
            })],
            Phones = [.. Phones(desk, agency, null)],
            Locations =
            [
                .. locations.Where(_ => active).Select(location => ShowLocations.Of(desk, location, full: true)),
                .. Open(agency).Where(contact => contact.Kind == ContactKind.Post).Select(contact => new LocationDocument
                {
                    Id = HsdsId.Of("postal", $"{agency.Id}/{contact.Value}"), LocationType = "postal", OrganizationId = flat.Id, Name = Label(desk, contact) ?? flat.Name, Description = contact.Value,
                }),
            ],
            OrganizationIdentifiers =
            [
                new OrganizationIdentifierDocument
                {
                    Id = HsdsId.Of("organization_identifier", agency.Id.Value), OrganizationId = flat.Id, IdentifierScheme = "TILTAS", IdentifierType = "Identifier in Tiltas", Identifier = agency.Id.Value,
                },
            ],
            Attributes =
            [
                .. desk.Taxonomies.Attributes("organization", flat.Id, "competence", agency.Competence),
                .. desk.Taxonomies.Attributes("organization", flat.Id, "need", needs.Where(_ => active).Select(need => need.ToString()).Order(StringComparer.Ordinal)),
            ],
            Languages = [.. Languages(agency.Languages, "organization", flat.Id)],
        };
    }

    private static IEnumerable<OrganizationDocument> Full(Desk desk, IReadOnlyList<Agency> agencies, IEnumerable<Location> locations, Func<AgencyId, IEnumerable<Need>> needs)
    {
        var theirs = locations.OrderBy(location => location.Id.Value, StringComparer.Ordinal).ToLookup(location => location.Agency);
        return agencies.Select(agency => Full(desk, agency, theirs[agency.Id], needs(agency.Id)));
    }

    private static string? Label(Desk desk, Contact contact) => contact.Label is { } label ? desk.Words.Names(label).Name : null;

    private static Contact[] Open(Agency agency) => agency.Standing == AgencyStanding.Active ? agency.Contacts : [];

    private static string Description(CountryWords words, Agency agency) => string.Join(". ", new[]
    {
        agency.Standing == AgencyStanding.Active ? null : "Takes no part in the network at present",
        "Kind: " + agency.Type, "Seat: " + words.Of(agency.Municipality).Name, "Hours: " + agency.Hours.Text, $"Source: {agency.Source.Title}, {agency.Source.Date:yyyy-MM-dd}",
        agency.Illustrative is { } made ? "Illustrative: " + made.TrimEnd('.') : null,
    }.Where(part => part is not null)) + ".";
}
