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
    public static Error.Invalid Age(string field) => new("TLT-DIR-0701", "Full years from 0 to 120 are expected, the last age not below the first.", field);
    public static Error.Invalid StatusNotServed { get; } = new("TLT-DIR-0702", "A service is for people who are suspected, presumed or recognised to be victims.", "$.profile.statuses");
    public static Error.Invalid AssuredInFuture { get; } = new("TLT-DIR-0703", "What was assured was assured by today.", "$.profile.assuredOn");
    public static Error.Invalid NoSuchAssurer { get; } = new("TLT-DIR-0704", "The agency that assures must be in the directory.", "$.profile.assuredBy");
    public static Error.Forbidden NotYourAssurance { get; } = new("TLT-DIR-0705", "An agency assures in its own name; what another assured is entered by a registrar.", "own-assurance", "registrar");
}
