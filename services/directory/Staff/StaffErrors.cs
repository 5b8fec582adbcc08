using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Staff;

internal static class StaffErrors
{
    public static Error.NotFound NotFound { get; } = new("TLT-DIR-1501", "There is no such member of this agency's staff.");
    public static Error.Forbidden RegistrarsRole { get; } = new("TLT-DIR-1502", "An administrator gives its staff the roles of its agency; a registrar gives Registrar and Auditor.", "own-roles", "registrar");
}
