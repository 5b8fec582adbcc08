using System.Globalization;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Screenings;

/// <summary>What can stop a screening from being recorded or read.</summary>
public static class ScreeningErrors
{
    public static readonly Error NoSuchScreening = new Error.NotFound("TLT-IDN-0405", "There is no such screening among those of this agency.");
    public static readonly Error NoSuchSet = new Error.NotFound("TLT-IDN-0406", "There is no such indicator set.");
    public static readonly Error UnknownSet = new Error.Invalid("TLT-IDN-0010", "There is no such indicator set.", "$.set");
    public static readonly Error UnknownVersion = new Error.Invalid("TLT-IDN-0011", "This version of the indicator set is not offered.", "$.setVersion");
    public static readonly Error UnknownPlace = new Error.Invalid("TLT-IDN-0014", "A place is the ISO 3166-2 code of a municipality, or a border point of the country.", "$.place");
    public static readonly Error WrongLanguage = new Error.Invalid("TLT-IDN-0015", "A language is named by a two-letter code of ISO 639-1.", "$.language");
    public static readonly Error SetReplaced = new Error.Conflict("TLT-IDN-0041", "This version of the indicator set has just been replaced; read it again.", "set-immutable-once-used");

    public static Error NoAnswer(int answer) =>
        new Error.Invalid(CommonErrors.Malformed, "An answer cannot be null.", string.Create(CultureInfo.InvariantCulture, $"$.answers[{answer}]"));

    public static Error NotInSet(int answer) =>
        new Error.Invalid("TLT-IDN-0012", "The indicator does not belong to this set.", string.Create(CultureInfo.InvariantCulture, $"$.answers[{answer}].indicator"));

    public static Error AnsweredTwice(int answer) =>
        new Error.Invalid("TLT-IDN-0013", "Each indicator is answered at most once.", string.Create(CultureInfo.InvariantCulture, $"$.answers[{answer}].indicator"));
}
