using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Services;

internal static class ServiceErrors
{
    public static Error.NotFound NotFound { get; } = new("TLT-DIR-0201", "There is no such service.");
    public static Error.Forbidden NotYours { get; } = new("TLT-DIR-0202", "An agency writes its own services and nobody else's.", "own-services", "registrar");
    public static Error.Invalid NoSuchAgency { get; } = new("TLT-DIR-0203", "The agency must be in the directory.", "$.agency");
    public static Error.Conflict KeepsAgency { get; } = new("TLT-DIR-0204", "A service stays with its agency; offer the other agency's under an identifier of its own.", "service-keeps-agency");
    public static Error.Conflict AgencyRemoved { get; } = new("TLT-DIR-0205", "An agency that was removed offers nothing.", "agency-takes-part");
    public static Error.Forbidden AgencySuspended { get; } = new("TLT-DIR-0206", "An agency whose part is suspended cannot change its offer; a registrar can.", "agency-active", "registrar");
}
