using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.OpenReferral;

internal static class HsdsErrors
{
    public static Error.NotFound NotFound { get; } = new("TLT-DIR-1001", "There is no such record.");
    public static Error.Invalid NotHere(string field) => new("TLT-DIR-1002", "This address does not take that parameter; see /hsds/openapi.json.", field);
    public static Error.Invalid Form(string field, string expected) => new("TLT-DIR-1003", $"This parameter cannot be read: {expected} is expected, once.", field);
    public static Error.Invalid UnknownPostcode { get; } = new("TLT-DIR-1004", "Where this postcode lies is not known here; search by the term of an area instead.", "postcode");
    public static Error.Invalid Alone(string field, string other) => new("TLT-DIR-1005", $"This parameter does not go with the request as it is: see {other}.", field);
}
