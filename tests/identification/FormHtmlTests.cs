using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Tiltas.Contracts;
using Tiltas.Identification.Country;
using Tiltas.Identification.Forms;
using static Tiltas.Identification.Tests.FormDesk;

namespace Tiltas.Identification.Tests;

/// <summary>A form on paper: what was written is shown as it was written, and does nothing.</summary>
[Collection(WithService.Name)]
public sealed partial class FormHtmlTests(RunningIdentification service) : IAsyncLifetime
{
    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "</dd></dl></style><img src=x onerror=alert(1)>", "\"><svg/onload=alert(1)>", "' onmouseover='alert(1)", "&lt;script&gt; &#60;b&#62; &amp;", "<!-- --><![CDATA[ ]]>",
        "{{7*7}} ${7*7} @{7*7}", "javascript:alert(1)", "\u202Eatgal\u202C \u2028 \u00A0 \u200B", "𝒜 😀 ąčęėįšųūž їєґ ыэ", "@import url(https://example.org/x.css);", "pirma\r\nantra\tir trečia",
    ];

    private readonly FormDesk _desk = new(service);

    public async ValueTask InitializeAsync() => await _desk.Open();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Page_IsCompleteInEachLanguage_AndLoadsAndRunsNothing()
    {
        var (subject, form) = await _desk.FilledIn("Pastaba");
        var read = await service.Get(Inspectorate, "/v1/forms/" + form);
        foreach (var (language, word) in ((string, string)[])[("lt", "Darbo inspekcijos prekybos žmonėmis aukos nustatymo forma"), ("en", "recruited"), ("uk", "завербовано"), ("ru", "завербован"), ("de", "recruited")])
        {
            var page = await service.Get(Inspectorate, $"/v1/forms/{form}/html?language={language}");
            Assert.Equal((HttpStatusCode.OK, "text/html; charset=utf-8"), (page.Status, page.Headers["Content-Type"]));
            Assert.Contains($"<html lang=\"{(language == "de" ? "en" : language)}\">", page.Text, StringComparison.Ordinal);
            Assert.Contains(word, page.Text, StringComparison.Ordinal);
            foreach (var part in (string[])["Pastaba", form, subject.ToString(), read["contentHash"]!, "LT-SLI-IDENTIFICATION", "EMN study 2024/1", "could not be read", "@page { size: A4;", "counter(page)", $"@bottom-left {{ content: \"LT-SLI-IDENTIFICATION 1  {read["contentHash"]}\";"]) Assert.Contains(part, page.Text, StringComparison.Ordinal);
            Assert.Empty(Loads().Matches(page.Text));
            Assert.Equal(("no-store", "nosniff", "no-referrer"), (page.Headers["Cache-Control"], page.Headers["X-Content-Type-Options"], page.Headers["Referrer-Policy"]));
            var style = Style().Match(page.Text).Groups[1].Value;
            Assert.Equal($"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                page.Headers["Content-Security-Policy"]);
        }
        foreach (var wrong in (string[])["?language=English", "?language=", "?language=lt&language=en"])
            Assert.Equal((HttpStatusCode.BadRequest, "TLT-IDN-0099", "language"), ((await service.Get(Inspectorate, $"/v1/forms/{form}/html{wrong}")) is var refused ? refused.Status : 0, refused["code"], refused["field"]));
    }

    [Fact]
    public async Task HostileText_IsShownAsItWasWritten_AndDoesNothing()
    {
        foreach (var text in Hostile)
        {
            var (_, form) = await _desk.FilledIn(text);
            Check((await service.Get(Inspectorate, $"/v1/forms/{form}/html?language=uk")).Text, text);
        }
    }

    /// <summary>Not the answers alone: what stands in the country's files is encoded as well.</summary>
    [Fact]
    public void HostileSchema_IsShownAsItWasWritten_AndDoesNothing()
    {
        var country = CountryData.Load(Kit.CountryFolder);
        var right = FormFileTests.Trial();
        foreach (var text in Hostile)
        {
            SortedDictionary<string, string> words = new(StringComparer.Ordinal) { ["en"] = text, ["lt"] = text };
            var schema = right with
            {
                Title = words, Illustrative = text, Source = right.Source with { Title = text, Url = text },
                Sections = [.. right.Sections.Select(section => section with { Title = words, Fields = [.. section.Fields.Select(field => field with { Text = words, Options = [.. field.Options.Select(option => option with { Text = words })] })] })],
            };
            var form = new ReadForm.Form
            {
                FormId = FormId.From(Guid.CreateVersion7()), Schema = "LT-TRIAL", SchemaVersion = 1, Subject = RunningIdentification.NewSubject(), FilledInBy = AgencyId.From("lt-trial"), At = DateTimeOffset.UnixEpoch,
                Referral = null, Answers = [new() { Field = "RESULT", Values = ["Signs"] }, new() { Field = "SIGNS", Values = ["A01"] }], ContentHash = "0", Salt = null, Replaces = null, IsReplaced = true, ReplacedBy = null,
                Withheld = [new("SAFE", Contracts.Codes.DataClass.Safety, text, text)],
            };
            Check(FormHtml.Write(form, schema, country, "lt").Html, text);
        }
    }

    private static void Check(string page, string text)
    {
        Assert.Empty(Loads().Matches(page));
        var body = Style().Replace(page, "");
        // Every tag is one of the page's own, with no attribute but its own.
        Assert.All(Tags().Matches(body).Select(tag => tag.Value), tag => Assert.Matches(Own(), tag));
        // A browser takes a carriage return for a new line.
        Assert.Contains(text.ReplaceLineEndings("\n"), WebUtility.HtmlDecode(Tags().Replace(body, "")).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("""^(<!DOCTYPE html>|</?(html|head|title|body|h1|h2|p|dl|dt|dd|section|footer|br)>|<html lang="(lt|en|uk|ru)">|<meta charset="utf-8">|<meta name="referrer" content="no-referrer">|<p class="warning">|<dd dir="auto"( class="(withheld|none)")?>)$""")]
    private static partial Regex Own();

    [GeneratedRegex("<(script|link|img|iframe|object|embed|form|input|a|svg)[\\s/>]", RegexOptions.IgnoreCase)]
    private static partial Regex Loads();
}
