using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tiltas.Directory.Tests.Kit;

/// <summary>Requests as a client would write them, and looking at answers.</summary>
internal static class Json
{
    public static JsonObject Agency(string name = "Test agency", string type = "Ngo") => new()
    {
        ["type"] = type,
        ["name"] = new JsonObject { ["lt"] = "Bandymo įstaiga", ["en"] = name },
        ["municipality"] = "LT-57",
        ["competence"] = new JsonArray("LT", "LT-KU"),
        ["contacts"] = new JsonArray(
            new JsonObject { ["kind"] = "Phone", ["value"] = "+370 600 00000", ["label"] = new JsonObject { ["en"] = "Line" }, ["hours"] = "24/7", ["languages"] = new JsonArray("lt") },
            new JsonObject { ["kind"] = "Web", ["value"] = "https://example.org/" }),
        ["hours"] = "Mo-Fr 08:00-17:00",
        ["languages"] = new JsonArray("lt", "en"),
        ["standing"] = "Active",
        ["source"] = new JsonObject { ["title"] = "A page", ["date"] = "2026-01-02", ["url"] = "https://example.org/page" },
        ["illustrative"] = "All of it.",
    };

    public static JsonObject Service(string agency, string need = "Shelter") => new()
    {
        ["agency"] = agency,
        ["need"] = need,
        ["name"] = new JsonObject { ["en"] = "Shelter" },
        ["areas"] = new JsonArray("LT-VL"),
        ["hours"] = "24/7",
        ["languages"] = new JsonArray("lt"),
        ["source"] = new JsonObject { ["title"] = "A page", ["date"] = "2026-01-02" },
        ["illustrative"] = "All of it.",
    };

    public static JsonObject Profile(string assuredBy) => new()
    {
        ["sexes"] = new JsonArray("Female", "Other"),
        ["minimumAge"] = 18,
        ["maximumAge"] = 80,
        ["withChildren"] = true,
        ["statuses"] = new JsonArray("Presumed", "Recognised"),
        ["accessibility"] = new JsonArray("StepFree"),
        ["interpreterLanguages"] = new JsonArray("uk", "ru"),
        ["accreditations"] = new JsonArray("SocialCareLicence"),
        ["assuredOn"] = "2026-01-02",
        ["assuredBy"] = assuredBy,
        ["onCall"] = new JsonObject { ["phone"] = "+370 600 00000", ["hours"] = "Mo-Su 17:00-08:00" },
    };

    public static JsonObject Memorandum(params string[] parties) => new()
    {
        ["parties"] = new JsonArray([.. parties.Select(party => (JsonNode)party)]),
        ["dataClasses"] = new JsonArray("Identity", "Needs"),
        ["purposes"] = new JsonArray("Assistance"),
        ["needs"] = new JsonArray("Shelter"),
        ["validFrom"] = "2026-01-01",
        ["validTo"] = "2027-12-31",
        ["title"] = new JsonObject { ["en"] = "An agreement" },
        ["source"] = new JsonObject { ["title"] = "A page", ["date"] = "2026-01-02" },
        ["illustrative"] = "All of it.",
    };

    public static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    public static Task<HttpResponseMessage> Put(this HttpClient client, string path, JsonNode body) => client.PutAsync(path, Body(body.ToJsonString()), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> Patch(this HttpClient client, string path, JsonNode body) =>
        client.PatchAsync(path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/merge-patch+json"), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> Post(this HttpClient client, string path, JsonNode body) => client.PostAsync(path, Body(body.ToJsonString()), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> Fetch(this HttpClient client, string path) => client.GetAsync(path, TestContext.Current.CancellationToken);

    public static async Task<JsonElement> Expect(this Task<HttpResponseMessage> sent, HttpStatusCode status)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public static async Task<JsonElement> ExpectProblem(this Task<HttpResponseMessage> sent, HttpStatusCode status, string code, string? field = null, string? rule = null)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(field, problem.TryGetProperty("field", out var f) ? f.GetString() : null);
        if (rule is not null) Assert.Equal(rule, problem.GetProperty("rule").GetString());
        return problem;
    }

    public static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;

    public static int Version(this JsonElement element) => element.GetProperty("version").GetInt32();

    public static string[] Ids(this JsonElement listing) => [.. listing.GetProperty("items").EnumerateArray().Select(item => item.Text("id"))];
}
