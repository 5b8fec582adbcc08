using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Forms;

/// <summary>
/// Writes a form as one page of HTML that prints to A4: no script, nothing from outside, and every text encoded, so that what somebody
/// wrote into a note is shown as it was written and does nothing. Pure.
/// </summary>
internal static class FormHtml
{
    private const string Style = """
        body { font: 10.5pt/1.4 "Liberation Sans", Arial, sans-serif; color: #000; background: #fff; max-width: 175mm; margin: 0 auto; }
        h1 { font-size: 16pt; margin: 0 0 2mm; } h2 { font-size: 12pt; margin: 6mm 0 2mm; border-bottom: 0.3mm solid #000; break-after: avoid; }
        dl { display: grid; grid-template-columns: 62mm 1fr; gap: 1.5mm 4mm; margin: 0; }
        dt, dd { margin: 0; break-inside: avoid; } dt { color: #333; }
        dd { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
        .withheld { background: #eee; border-left: 1mm solid #000; padding-left: 2mm; } .none { color: #555; } .warning { border: 0.5mm solid #000; padding: 2mm; font-weight: bold; }
        footer { margin-top: 8mm; border-top: 0.2mm solid #000; font-size: 8pt; overflow-wrap: anywhere; }
        """;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>A page, and what may be loaded or run by it: nothing but its own style.</summary>
    public sealed record Page(string Html, string Policy);

    public static Page Write(ReadForm.Form form, FormSchema schema, CountryData country, string language)
    {
        var words = FormWords.In(language);
        var given = form.Answers.ToDictionary(answer => answer.Field, StringComparer.Ordinal);
        var withheld = form.Withheld.ToDictionary(field => field.Field, StringComparer.Ordinal);
        var style = Style + Sheet(schema, form.ContentHash);
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"").Append(Encoder.Encode(language)).Append("\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>")
            .Append(Text(In(schema.Title, language))).Append("</title>\n<style>").Append(style).Append("</style>\n</head>\n<body>\n<h1>").Append(Text(In(schema.Title, language))).Append("</h1>\n<p>")
            .Append(Text(string.Create(CultureInfo.InvariantCulture, $"{schema.Id}, {words.Version} {schema.Version}"))).Append("</p>\n");
        if (form.IsReplaced) html.Append("<p class=\"warning\">").Append(Text(words.Replaced)).Append("</p>\n");

        html.Append("<dl>\n");
        Line(html, words.Form, form.FormId.ToString());
        Line(html, words.Subject, form.Subject.ToString());
        Line(html, words.FilledInBy, form.FilledInBy.Value);
        Line(html, words.At, TimeZoneInfo.ConvertTime(form.At, country.TimeZone).ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture));
        if (form.Referral is { } referral) Line(html, words.Referral, referral.ToString());
        if (form.Replaces is { } replaced) Line(html, words.Replaces, replaced.ToString());
        html.Append("</dl>\n");

        foreach (var section in schema.Sections)
        {
            html.Append("<section>\n<h2>").Append(Text(In(section.Title, language))).Append("</h2>\n<dl>\n");
            foreach (var field in section.Fields)
            {
                if (withheld.TryGetValue(field.Code, out var why)) Line(html, In(field.Text, language), $"{words.Withheld}: {why.Rule}\n{words.Missing}: {why.Missing}", "withheld");
                else if (given.TryGetValue(field.Code, out var answer)) Line(html, In(field.Text, language), Said(field, answer, country, language));
                // What was not to be asked is not left open.
                else if (field.When is null) Line(html, In(field.Text, language), words.NotAnswered, "none");
            }
            html.Append("</dl>\n</section>\n");
        }

        html.Append("<footer>").Append(Text($"{words.Source}: {schema.Source.Title}, {schema.Source.Date:yyyy-MM-dd}{(schema.Source.Url is { } url ? ", " + url : "")}"));
        if (schema.Illustrative is { } illustrative) html.Append("<br>").Append(Text($"{words.Illustrative}: {illustrative}"));
        html.Append("<br>").Append(Text($"{schema.Id} {schema.Version} · {words.ContentHash}: {form.ContentHash}")).Append("</footer>\n</body>\n</html>\n");
        return new Page(html.ToString(),
            $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    // On the margin of every sheet, so that no sheet is taken for one of another form. Identifier and hash are letters, digits and hyphens by their form.
    private static string Sheet(FormSchema schema, string hash) => string.Create(CultureInfo.InvariantCulture, $$"""

        @page { size: A4; margin: 18mm 16mm 22mm 20mm;
          @bottom-left { content: "{{schema.Id}} {{schema.Version}}  {{hash}}"; font: 7pt monospace; }
          @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }

        """);

    private static string Said(FormField field, FormAnswer answer, CountryData country, string language) => answer.Note ?? string.Join('\n', answer.Values!.Select(value =>
        field.Options.FirstOrDefault(option => option.Code == value) is { } option
            ? field.Kind == FieldKind.Indicators ? $"{value}: {In(option.Text, language)}" : In(option.Text, language)
            : field.Kind == FieldKind.Place && country.BorderPoints.FirstOrDefault(point => point.Id == value) is { } point ? $"{In(point.Name, language)} ({value})" : value));

    private static void Line(StringBuilder html, string name, string value, string? kind = null) =>
        html.Append("<dt>").Append(Text(name)).Append("</dt><dd dir=\"auto\"").Append(kind is null ? "" : $" class=\"{kind}\"").Append('>').Append(Text(value)).Append("</dd>\n");

    private static string In(SortedDictionary<string, string> texts, string language) => texts.GetValueOrDefault(language) ?? texts["en"];

    private static string Text(string text) => Encoder.Encode(text).Replace("&#xA;", "\n", StringComparison.Ordinal);
}
