using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Contracts;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Locations;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Services;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Exchange.Hsds;

/// <summary>Records as the read API shows them, without what differs from one server or day to the next and takes no part in an exchange.</summary>
internal sealed class HsdsDocuments(Desk desk)
{
    private readonly StandardMembers _standard = new(desk.Words, desk.Taxonomies);

    /// <summary>Without services and locations of its own.</summary>
    public OrganizationDocument Organization(Agency agency, IReadOnlyList<Service> services) => ShowOrganizations.Full(desk, agency, [], ShowOrganizations.Needs(services)) with { LastModified = null };

    public ServiceDocument Service(Service service, Agency agency, IReadOnlyList<Values.Contact> frontDoors) => ShowServices.Full(desk, service, agency, null, [], frontDoors) with
    {
        LastModified = null, Organization = null, MinimumAge = service.Profile?.MinimumAge, MaximumAge = service.Profile?.MaximumAge,
    };

    public LocationDocument Location(Location location) => ShowLocations.Of(desk, location, full: true);

    /// <summary>What the standard's members would say of the record that the request makes; null when it makes none.</summary>
    public Sayings? Said(RecordKind kind, string id, JsonObject request, Func<string, Agency?> agencyOf)
    {
        try
        {
            switch (kind)
            {
                case RecordKind.Agency: return Agency(id, request) is { } agency ? Said(kind, Organization(agency, [])) : null;
                case RecordKind.Service:
                    var service = OfferService.Read(ServiceId.From(id), request.Deserialize<OfferService.Request>(TiltasJson.Api)!, desk.Words.Country);
                    return service.Error is null && agencyOf(service.Value.Agency.Value) is { } its ? Said(kind, Service(service.Value, its, [])) : null;
                default:
                    var location = PutLocation.Read(LocationId.From(id), request.Deserialize<PutLocation.Request>(TiltasJson.Api)!, desk.Words.Country);
                    return location.Error is null ? Said(kind, Location(location.Value)) : null;
            }
        }
        catch (JsonException)
        {
            // Told with its place when the record is written.
            return null;
        }
    }

    public Agency? Agency(string id, JsonObject request)
    {
        try
        {
            var agency = RegisterAgency.Read(AgencyId.From(id), request.Deserialize<RegisterAgency.Request>(TiltasJson.Api)!, desk.Words.Country);
            return agency.Error is null ? agency.Value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What a reader of the document would take out of the standard's own members.</summary>
    public Sayings Said(RecordKind kind, object document) =>
        _standard.Of(kind, ReadJson.From(JsonSerializer.SerializeToUtf8Bytes(document, document.GetType(), HsdsJson.Options)).Root!, new Faults());

    /// <summary>What of a record has to be said beyond the standard's members, so that it comes back as it is.</summary>
    public IReadOnlyList<AttributeDocument> Beyond<T>(RecordKind kind, string id, Guid uuid, T record, object document)
    {
        var (request, said) = (Known.AsRequest(record), Said(kind, document));
        _standard.English(said);
        var columns = Columns.With(request["name"]!.AsObject().Select(name => name.Key).Union([desk.Words.Language, "en"]))
            .Where(column => column.Of.Contains(kind) && !IsPlace(column) && !Same(column, Columns.At(request, column.Path), column.Form == CellForm.Contacts ? SaidContacts.All(said) : said.GetValueOrDefault(column.Name).Value)).ToList();
        return [.. OwnColumns.Write(kind, id, uuid, request, columns)];
    }

    /// <summary>Said by where the record stands and by the services' own lists.</summary>
    private static bool IsPlace(Column column) => column.Name is "agency" or "services";

    private static bool Same(Column column, JsonNode? own, JsonNode? said) =>
        JsonNode.DeepEquals(own, said) || said is null && own is JsonArray { Count: 0 } && column.Form != CellForm.Contacts;
}
