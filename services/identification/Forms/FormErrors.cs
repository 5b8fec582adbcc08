using System.Globalization;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Forms;

/// <summary>What can stop a form from being filled in, sent or read. Codes of fields are the country's; what was answered is never repeated.</summary>
public static class FormErrors
{
    public static readonly Error UnknownForm = new Error.Invalid("TLT-IDN-0080", "There is no such form.", "$.schema");
    public static readonly Error UnknownVersion = new Error.Invalid("TLT-IDN-0081", "This version of the form is not offered.", "$.schemaVersion");
    public static readonly Error SubjectMissing = new Error.Invalid("TLT-IDN-0086", "This form is about a person, who is named by a pseudonym.", "$.subject");
    public static readonly Error SubjectNotTaken = new Error.Invalid("TLT-IDN-0087", "An assessment with this result is counted and kept of nobody; send it without subject and without a form that it replaces.", "$.subject");
    public static readonly Error NotReplaceable = new Error.Invalid("TLT-IDN-0088", "A correction replaces a form of the same agency, kind and subject.", "$.replaces");
    public static readonly Error Replaced = new Error.Conflict("TLT-IDN-0089", "The form has been replaced by a newer one; take that.", "form-replaced");
    public static readonly Error SchemaReplaced = new Error.Conflict("TLT-IDN-0090", "This version of the form has just been replaced; read it again.", "form-immutable-once-used");
    public static readonly Error SentAlready = new Error.Conflict("TLT-IDN-0092", "The form was sent under this referral already.", "form-once-a-referral");
    public static readonly Error NoSuchForm = new Error.NotFound("TLT-IDN-0096", "There is no such form for this agency.");
    public static readonly Error NoSuchSchema = new Error.NotFound("TLT-IDN-0097", "There is no such version of a form.");
    public static readonly Error NoSuchReferral = new Error.NotFound("TLT-IDN-0098", "There is no such referral of this agency about the form's subject.");

    public static Error NoAnswer(int answer) => new Error.Invalid(CommonErrors.Malformed, "An answer cannot be null.", At(answer));

    public static Error NotInForm(int answer) => new Error.Invalid("TLT-IDN-0082", "The field does not belong to this form, or was answered already.", At(answer) + ".field");

    public static Error WrongValue(int answer, FormField field) => new Error.Invalid("TLT-IDN-0083", field.Kind switch
    {
        FieldKind.Choice or FieldKind.YesNo => "One of the field's options is expected.",
        FieldKind.Choices or FieldKind.Indicators => "One or more of the field's options are expected, each once.",
        FieldKind.Day => "One day is expected, YYYY-MM-DD, from 2000-01-01 to today.",
        FieldKind.Number => string.Create(CultureInfo.InvariantCulture, $"One whole number from 0 to {field.Most} is expected."),
        FieldKind.Place => "One place is expected: the ISO 3166-2 code of a municipality, or a border point of the country.",
        FieldKind.Language => "One language is expected, by its two-letter code of ISO 639-1.",
        _ => "A note of 1 to 2000 characters is expected, and no values.",
    }, At(answer) + (field.Kind == FieldKind.Note ? ".note" : ".values"));

    public static Error NotAsked(int answer, FormField field) =>
        new Error.Invalid("TLT-IDN-0084", $"This field is asked only where {field.When!.Field} is {string.Join(" or ", field.When.In)}.", At(answer) + ".field");

    public static Error Missing(FormField field) => new Error.Invalid("TLT-IDN-0085", $"The field {field.Code} is required.", "$.answers");

    public static Error NotCompetent(FormSchema form) => new Error.Forbidden("TLT-IDN-0091",
        "This form is filled in by agencies of other kinds.", "form-filled-in-by:" + form.Id, [.. form.FilledInBy.Select(type => type.ToString())]);

    public static Error NotForNeed(FormSchema form) => new Error.Forbidden("TLT-IDN-0093",
        "The form is not made to go along with a referral of this need.", "form-need:" + form.Id, [.. form.Needs.Select(need => need.ToString())]);

    public static Error NotForRecipient(FormSchema form) => new Error.Forbidden("TLT-IDN-0095",
        "The form is not made to go to agencies of this kind.", "form-sent-to:" + form.Id, [.. form.SentTo.Select(type => type.ToString())]);

    public static Error Wrong(string field, string sentence) => new Error.Invalid("TLT-IDN-0099", sentence, field);

    private static string At(int answer) => string.Create(CultureInfo.InvariantCulture, $"$.answers[{answer}]");
}
