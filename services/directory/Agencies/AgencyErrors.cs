using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Agencies;

internal static class AgencyErrors
{
    public static Error.NotFound NotFound { get; } = new("TLT-DIR-0101", "There is no such agency.");
}
