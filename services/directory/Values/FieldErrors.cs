using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Values;

/// <summary>What can be wrong with a field of any record of the directory.</summary>
internal static class FieldErrors
{
    public static Error.Invalid Missing(string field) => new("TLT-DIR-0001", "This field is required.", field);
    public static Error.Invalid Text(string field, int longest) => new("TLT-DIR-0002", $"One line of text of 1 to {longest} characters is expected.", field);
    public static Error.Invalid Translations(string field) => new("TLT-DIR-0003", "Texts by two-letter language code are expected, at most 12.", field);
    public static Error.Invalid English(string field) => new("TLT-DIR-0004", "A text in English (en) is required beside the country's own languages.", field);
    public static Error.Invalid Language(string field) => new("TLT-DIR-0005", "A language code of ISO 639-1 is expected, two letters in lower case.", field);
    public static Error.Invalid Hours(string field) => new("TLT-DIR-0006", "Hours such as 24/7 or Mo-Fr 08:00-17:00; Sa 09:00-12:00 are expected.", field);
    public static Error.Invalid Municipality(string field) => new("TLT-DIR-0007", "The code of a municipality of this country is expected, see /v1/municipalities.", field);
    public static Error.Invalid Area(string field) => new("TLT-DIR-0008", "The code of a municipality, a county or the country is expected, see /v1/municipalities.", field);
    public static Error.Invalid Link(string field) => new("TLT-DIR-0009", "An absolute http or https link of at most 1000 characters is expected.", field);
    public static Error.Invalid Date(string field) => new("TLT-DIR-0010", "A date from 1900-01-01 to 2199-12-31 is expected.", field);
    public static Error.Invalid Contact(string field) => new("TLT-DIR-0011", "The value does not have the form its kind asks for: a number with + and country code or a short number, an e-mail address, a link, an address of at most 300 characters.", field);
    public static Error.Invalid Count(string field, int least, int most) => new("TLT-DIR-0012", $"A list of {least} to {most} entries is expected.", field);
    public static Error.Invalid Repeated(string field) => new("TLT-DIR-0013", "The list names the same entry twice.", field);
    public static Error.Invalid Id { get; } = new("TLT-DIR-0014", "The identifier in the address must be 2 to 63 characters of a-z, 0-9 and single hyphens, beginning with a letter.", "id");
    public static Error.Invalid Limit { get; } = new("TLT-DIR-0015", "The limit must be a number from 1 to 200.", "limit");
    public static Error.Invalid Filter(string name) => new("TLT-DIR-0016", "The filter does not name an entry of its list.", name);
    public static Error.Invalid Before { get; } = new("TLT-DIR-0018", "A history goes on before a number that an earlier answer gave as next.", "before");
    public static Error.Invalid After { get; } = new("TLT-DIR-0017", "A list goes on after an identifier that an earlier answer gave as next.", "after");
}
