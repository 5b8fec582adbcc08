using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Agencies;

internal static class AgencyErrors
{
    public static Error.NotFound NotFound { get; } = new("TLT-DIR-0101", "There is no such agency.");
    public static Error.Forbidden NotYours { get; } = new("TLT-DIR-0102", "An administrator keeps its own agency and nobody else's.", "own-agency", "registrar");
    public static Error.Forbidden RegistrarsField { get; } = new("TLT-DIR-0103", "Type, standing and competence of an agency are a registrar's to change; whether an agency takes part at all, too.", "registrars-fields", "registrar");
    public static Error.Conflict Removed { get; } = new("TLT-DIR-0104", "An agency that was removed takes no part any more.", "agency-takes-part");
    public static Error.Forbidden Suspended { get; } = new("TLT-DIR-0105", "An agency whose part is suspended shuts out clients and staff and takes back what it offers; it enters, gives and changes nothing else. A registrar can.", "agency-active", "registrar");
    public static Error.Invalid StandingByAction { get; } = new("TLT-DIR-0107", "The standing of an agency that the directory has is changed by suspend, resume and remove, with a reason; leave it out or as it is.", "$.standing");
    public static Error.Conflict NotSuspended { get; } = new("TLT-DIR-0106", "Only an agency whose part is suspended is taken in again.", "agency-suspended");
}
