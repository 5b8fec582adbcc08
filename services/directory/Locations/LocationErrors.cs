using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Locations;

internal static class LocationErrors
{
    public static Error.NotFound NotFound { get; } = new("TLT-DIR-0601", "There is no such location.");
    public static Error.Forbidden NotYours { get; } = new("TLT-DIR-0602", "An agency writes its own locations and nobody else's.", "own-locations", "registrar");
    public static Error.Invalid NoSuchAgency { get; } = new("TLT-DIR-0603", "The agency must be in the directory.", "$.agency");
    public static Error.Conflict KeepsAgency { get; } = new("TLT-DIR-0604", "A location stays with its agency.", "location-keeps-agency");
    public static Error.Conflict AgencyRemoved { get; } = new("TLT-DIR-0605", "An agency that was removed has no locations.", "agency-takes-part");
    public static Error.Forbidden AgencySuspended { get; } = new("TLT-DIR-0606", "An agency whose part is suspended may take a location back, not enter or change one; a registrar can.", "agency-active", "registrar");
    public static Error.Invalid NotOfAgency { get; } = new("TLT-DIR-0607", "The identifier of a location begins with that of its agency and a hyphen, and with no longer one of another agency.", "id");
    public static Error.Invalid Services { get; } = new("TLT-DIR-0608", "Services of the same agency are expected.", "$.services");
    public static Error.Invalid PostalCode { get; } = new("TLT-DIR-0609", "A postal code such as LT-00000 is expected.", "$.postalCode");
    public static Error.Invalid Point(string field) => new("TLT-DIR-0610", "Latitude from -90 to 90 and longitude from -180 to 180 are expected, both or neither.", field);
    public static Error.Invalid Phone { get; } = new("TLT-DIR-0611", "A number with + and country code or a short number is expected.", "$.phone");
    public static Error.Invalid FrontDoor { get; } = new("TLT-DIR-0612", "A front door is a telephone, an e-mail address or a link, never an address.", "$.frontDoor.kind");
    public static Error.Invalid Url(string field) => new("TLT-DIR-0613", "A virtual location has a link, no address and no point on the map; any other has no link.", field);
}
