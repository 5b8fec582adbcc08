using System.Text.Json;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Locations;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Services;
using Tiltas.Hosting.Passports;

namespace Tiltas.Directory.Exchange.Hsds;

/// <summary>
/// <c>GET /v1/exchange/directory.hsds.json</c>: the same directory as the table has, as organizations of HSDS 3.1 with their services and
/// locations, for the registrar. What HSDS has no member for stands in attributes, so that it comes back as it was.
/// </summary>
internal static class ExportHsds
{
    public const string ContentType = "application/json";

    // Errors are told by line, so a file has lines.
    private static readonly JsonSerializerOptions Indented = new(HsdsJson.Options) { WriteIndented = true, IndentSize = 1 };

    public static void Map(IEndpointRouteBuilder exchange) => exchange.MapGet("directory.hsds.json", async (HttpContext context, Desk desk, CancellationToken stop) =>
    {
        context.Response.Headers.CacheControl = "no-store";
        var whole = await WholeDirectory.Read(desk.Db, stop);
        return Results.Stream(body => Write(body, whole, desk, stop), ContentType);
    }).RequireRole(Roles.Registrar);

    private static async Task Write(Stream body, WholeDirectory whole, Desk desk, CancellationToken stop)
    {
        var (documents, services, locations) = (new HsdsDocuments(desk), whole.Services.ToLookup(service => service.Agency), whole.Locations.ToLookup(location => location.Agency));
        var between = "[\n"u8.ToArray();
        foreach (var agency in whole.Agencies)
        {
            await body.WriteAsync(between, stop);
            await body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(Organization(documents, agency, [.. services[agency.Id]], [.. locations[agency.Id]]), Indented), stop);
            between = ",\n"u8.ToArray();
        }
        await body.WriteAsync(whole.Agencies.Count == 0 ? "{\"contents\":[]}\n"u8.ToArray() : "\n]\n"u8.ToArray(), stop);
    }

    private static OrganizationDocument Organization(HsdsDocuments documents, Agency agency, IReadOnlyList<Service> services, IReadOnlyList<Location> locations)
    {
        var organization = documents.Organization(agency, services);
        return organization with
        {
            Attributes = [.. organization.Attributes!, .. documents.Beyond(RecordKind.Agency, agency.Id.Value, organization.Id, agency, organization)],
            Locations = [.. locations.Select(location => Location(documents, location)), .. organization.Locations!],
            Services = [.. services.Select(service => Service(documents, service, agency, [.. locations.Where(location => location.Services.Contains(service.Id.Value))]))],
        };
    }

    private static LocationDocument Location(HsdsDocuments documents, Location location)
    {
        var document = documents.Location(location);
        return document with { Attributes = documents.Beyond(RecordKind.Location, location.Id.Value, document.Id, location, document) };
    }

    private static ServiceDocument Service(HsdsDocuments documents, Service service, Agency agency, IReadOnlyList<Location> at)
    {
        var document = documents.Service(service, agency, [.. at.Select(location => location.FrontDoor).OfType<Values.Contact>()]);
        return document with
        {
            Attributes = [.. document.Attributes!, .. documents.Beyond(RecordKind.Service, service.Id.Value, document.Id, service, document)],
            ServiceAtLocations = [.. at.Select(location => new ServiceAtLocationDocument
            {
                Id = HsdsId.ServiceAtLocation(service.Id.Value, location.Id.Value), ServiceId = document.Id, LocationId = HsdsId.Location(location.Id.Value),
            })],
        };
    }
}
