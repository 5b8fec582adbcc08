using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Http;

/// <summary>Whatever is sent, the answer is a problem with a code, never our failure, and nothing is written.</summary>
[Collection(RunningDirectory.Name)]
public sealed class HostileInputTests(DirectoryProcess directory)
{
    private static readonly (string Name, string Json)[] Values =
    [
        ("number", "1"), ("big number", "1e400"), ("bool", "true"), ("object", "{}"), ("list", "[]"), ("list of null", "[null]"), ("list of lists", "[[]]"),
        ("empty", "\"\""), ("blank", "\"  \""), ("null", "null"), ("NUL", "\"a\\u0000b\""), ("lone high surrogate", "\"a\\ud800\""), ("lone low surrogate", "\"\\udc00a\""),
        ("lone surrogate in a list", "[\"\\ud800\"]"), ("NUL in a list", "[\"\\u0000\"]"), ("control", "\"a\\u0007\""), ("line break", "\"a\\nb\""),
        ("long", "\"" + new string('x', 5000) + "\""), ("very long", "\"" + new string('x', 100_000) + "\""), ("unknown code", "\"NoSuchCode\""), ("number as text", "\"1\""),
        ("many", "[" + string.Join(',', Enumerable.Repeat("\"lt\"", 5000)) + "]"), ("unknown members", "{\"nonsense\":1}"), ("doubled member", "{\"en\":\"a\",\"en\":\"b\"}"),
        ("hostile member", "{\"\\u0000\":\"a\"}"), ("lone surrogate member", "{\"\\ud800\":\"a\"}"), ("null text", "{\"en\":null}"), ("deep", new string('[', 200) + new string(']', 200)),
    ];

    // Null says the same as absence where a field may be absent; no contacts and no particular needs are lists without entries; any word may explain.
    private static readonly HashSet<string> Harmless =
    [
        "$.standing null", "$.illustrative null", "$.source.url null", "$.contacts[0].label null", "$.contacts[0].hours null", "$.contacts[0].languages null",
        "$.validTo null", "$.needs null", "$.contacts list", "$.needs list", "$.profile null", "$.profile object", "$.profile.withChildren bool", "$.profile.minimumAge number",
        .. new[] { "sexes", "minimumAge", "maximumAge", "withChildren", "statuses", "accessibility", "interpreterLanguages", "accreditations", "onCall" }.Select(field => $"$.profile.{field} null"),
        "$.addressLines null", "$.addressLines list", "$.postalCode null", "$.phone null", "$.frontDoor null", "$.frontDoor.label null", "$.frontDoor.hours null", "$.frontDoor.languages null",
        "$.services null", "$.services list", "$.latitude number", "$.longitude number",
        .. from field in new[] { "$.illustrative", "$.source.title", "$.name.lt", "$.name.en", "$.title.en", "$.contacts[0].label.en", "$.addressLines[0]", "$.frontDoor.label.en" }
           from value in new[] { "unknown code", "number as text" } select field + " " + value,
    ];

    public static TheoryData<string> Paths => ["/v1/agencies/ho-1", "/v1/services/ho-1", "/v1/memoranda/ho-1", "/v1/locations/ho-a-1"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Put_EachFieldWithEachHostileValue_IsToldAndWritesNothing(string path)
    {
        using var registrar = directory.Registrar;
        foreach (var party in new[] { "ho-a", "ho-b" })
            using (await registrar.Put("/v1/agencies/" + party, Json.Agency())) { }
        using (await registrar.Put("/v1/services/ho-a-s", Json.Service("ho-a"))) { }
        var before = await directory.Rows();
        var tried = 0;
        foreach (var field in Fields(Good(path), "$"))
        {
            foreach (var (name, value) in Values)
            {
                if (Harmless.Contains($"{field} {name}")) continue;
                await Refused(registrar.PutAsync(path, Json.Body(Replace(Good(path), field, value)), TestContext.Current.CancellationToken), $"{field} {name}");
                tried++;
            }
        }
        Assert.True(tried > 200);
        Assert.Equal(before, await directory.Rows());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Put_EachFieldAbsent_IsToldWithItsPath(string path)
    {
        using var registrar = directory.Registrar;
        var before = await directory.Rows();
        foreach (var field in Good(path).Select(member => member.Key)
            .Except(["standing", "illustrative", "validTo", "needs", "profile", "addressLines", "postalCode", "latitude", "longitude", "phone", "frontDoor", "services"]).ToList())
        {
            var body = Good(path);
            body.Remove(field);
            await registrar.Put(path, body).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0001", "$." + field);
        }
        Assert.Equal(before, await directory.Rows());
    }

    [Theory]
    [InlineData("/v1/agencies/ho-2")]
    [InlineData("/v1/services/ho-2")]
    [InlineData("/v1/memoranda/ho-2")]
    public async Task Put_BodyThatIsNoRecord_IsRefused(string path)
    {
        using var registrar = directory.Registrar;
        var before = await directory.Rows();
        foreach (var body in Bodies(path)) await Refused(registrar.PutAsync(path, Raw(body), TestContext.Current.CancellationToken), Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(40, body.Length))));
        foreach (var body in Bodies("/v1/agencies/x")) await Refused(registrar.PostAsync("/v1/memoranda/ho-2/end", Raw(body), TestContext.Current.CancellationToken), "end");
        Assert.Equal(before, await directory.Rows());
    }

    [Fact]
    public async Task End_HostileDay_IsRefused()
    {
        using var registrar = directory.Registrar;
        foreach (var (name, value) in Values.Append(("no such day", "\"2026-02-30\"")).Append(("first day ever", "\"0001-01-01\"")).Append(("last day ever", "\"9999-12-31\"")).Append(("moment", "\"2026-01-01T00:00:00Z\"")))
            await Refused(registrar.PostAsync("/v1/memoranda/ho-3/end", Json.Body($$"""{"on":{{value}}}"""), TestContext.Current.CancellationToken), name, notFound: false);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Put_TenMegabytes_IsTooLarge(string path)
    {
        using var registrar = directory.Registrar;
        registrar.DefaultRequestHeaders.ExpectContinue = true;
        var body = Good(path);
        body["illustrative"] = new string('x', 10_000_000);
        await registrar.Put(path, body).ExpectProblem(HttpStatusCode.RequestEntityTooLarge, "TLT-NET-0413");
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Put_AnotherMediaType_IsRefused(string path)
    {
        using var registrar = directory.Registrar;
        var body = new StringContent(Good(path).ToJsonString(), Encoding.UTF8, "text/plain");
        await registrar.PutAsync(path, body, TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.UnsupportedMediaType, "TLT-NET-0415");
    }

    /// <summary>Anybody may ask here: every member of the question with every value is answered, or refused with a code.</summary>
    [Fact]
    public async Task OpenReferral_EachParameterWithEachHostileValue_IsAnsweredOrTold()
    {
        using var anybody = directory.Nobody;
        foreach (var (path, takes) in Tiltas.Directory.OpenReferral.Lists.Takes)
            foreach (var name in takes)
                foreach (var (what, value) in Values.Append(("quotes", "\"a'':* & b | !c <-> \\\\ d\"")).Append(("percent", "\"%_%\"")).Append(("max", "2147483647")).Append(("moment", "\"0001-01-01T00:00:00+14:00\"")))
                {
                    using var answer = await anybody.PostAsync("/hsds/" + path, Json.Body($$"""{"{{name}}":{{value}}}"""), TestContext.Current.CancellationToken);
                    var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                    Assert.True((int)answer.StatusCode is 200 or 400, $"{path} {name} {what}: {(int)answer.StatusCode} {text}");
                    if ((int)answer.StatusCode == 400) Assert.StartsWith("TLT-", JsonDocument.Parse(text).RootElement.Text("code"), StringComparison.Ordinal);
                    if (answer.IsSuccessStatusCode) continue;
                    Assert.DoesNotContain("NoSuchCode", text, StringComparison.Ordinal);
                }
    }

    private static JsonObject Good(string path) =>
        path.Contains("agencies", StringComparison.Ordinal) ? Json.Agency()
        : path.Contains("services", StringComparison.Ordinal) ? Profiled(Json.Service("ho-a"))
        : path.Contains("locations", StringComparison.Ordinal) ? LocationJson.Of("ho-a", "Partner", "ho-a-s")
        : Json.Memorandum("ho-a", "ho-b");

    private static JsonObject Profiled(JsonObject service)
    {
        service["profile"] = Json.Profile("ho-a");
        return service;
    }

    private static IEnumerable<byte[]> Bodies(string path)
    {
        var good = Good(path).ToJsonString();
        foreach (var text in new[]
        {
            "", " ", "null", "[]", "1", "\"text\"", "{", "{}", "}", good[..^1], good + "x", good[..^1] + ",}", good[..^1] + ",\"id\":\"x\"}",
            good[..^1] + ",\"version\":7}", good[..^1] + ",\"source\":null}", good.Replace("\"source\"", "\"Source\"", StringComparison.Ordinal),
            good.Replace("\"source\"", "\"\\ud800\"", StringComparison.Ordinal), "/* */" + good, good.Replace("A page", "A\0page", StringComparison.Ordinal),
            string.Concat(Enumerable.Repeat("{\"a\":", 10_000)), new string('[', 10_000), string.Concat(Enumerable.Repeat("{\"source\":", 10_000)) + "1" + new string('}', 10_000),
        }) yield return Encoding.UTF8.GetBytes(text);
        yield return Encoding.Unicode.GetBytes(good);
        yield return [0xff, 0xfe, 0x00];
        yield return [.. Encoding.UTF8.GetBytes("{\"source\":{\"title\":\""), 0xed, 0xa0, 0x80, .. Encoding.UTF8.GetBytes("\"}}")];
        yield return [.. Encoding.UTF8.GetBytes("{\"source\":{\"title\":\""), 0xc3, 0x28, .. Encoding.UTF8.GetBytes("\"}}")];
    }

    private static ByteArrayContent Raw(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static async Task Refused(Task<HttpResponseMessage> sent, string what, bool notFound = true)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode is 400 or 413 || notFound && (int)answer.StatusCode == 404, $"{what}: {(int)answer.StatusCode} {text}");
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", what);
        Assert.StartsWith("TLT-", JsonDocument.Parse(text).RootElement.Text("code"), StringComparison.Ordinal);
        Assert.True(text.Length < 1000, what);
    }

    private static IEnumerable<string> Fields(JsonNode node, string path)
    {
        if (path != "$") yield return path;
        switch (node)
        {
            case JsonObject members:
                foreach (var member in members)
                    foreach (var field in Fields(member.Value!, $"{path}.{member.Key}")) yield return field;
                break;
            case JsonArray { Count: > 0 } items:
                foreach (var field in Fields(items[0]!, path + "[0]")) yield return field;
                break;
        }
    }

    private static string Replace(JsonObject body, string field, string value)
    {
        const string mark = "\"@@here@@\"";
        JsonNode at = body;
        var steps = field[2..].Replace("[0]", ".0", StringComparison.Ordinal).Split('.');
        foreach (var step in steps[..^1]) at = (step == "0" ? at[0] : at[step])!;
        if (steps[^1] == "0") at[0] = "@@here@@";
        else at[steps[^1]] = "@@here@@";
        return body.ToJsonString().Replace(mark, value, StringComparison.Ordinal);
    }
}
