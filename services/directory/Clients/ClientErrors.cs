using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Clients;

internal static class ClientErrors
{
    public static Error.NotFound NotFound { get; } = new("TLT-DIR-1401", "There is no such client of this agency.");
    public static Error.Invalid Id { get; } = new("TLT-DIR-1402", "The identifier of a client begins with that of its agency and a hyphen, and with no longer one of another agency.", "client");
    public static Error.Invalid Role(string field) => new("TLT-DIR-1403", "A client's role is agency, administrator, registrar or auditor.", field);
    public static Error.Forbidden RegistrarsRole { get; } = new("TLT-DIR-1404", "An administrator gives the roles agency and administrator; a registrar gives the others.", "own-roles", "registrar");
    public static Error.Invalid Certificate(string field) => new("TLT-DIR-1405", "The SHA-256 of a certificate is expected, 64 hexadecimal digits.", field);
    public static Error.Conflict CertificateTaken { get; } = new("TLT-DIR-1406", "Another client comes with this certificate.", "certificate-of-one-client");
    public static Error.Conflict Removed { get; } = new("TLT-DIR-1407", "A client that was removed does not come back; take a new identifier.", "client-removed");
    public static Error.Conflict Itself { get; } = new("TLT-DIR-1408", "A client does not remove itself or its own role of administrator; another one does.", "not-oneself");
}
