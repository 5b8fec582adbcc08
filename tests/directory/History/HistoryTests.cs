using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.History;

/// <summary>Every change of every field is told: whoever has the history has the record.</summary>
[Collection(RunningDirectory.Name)]
public sealed class HistoryTests(DirectoryProcess directory)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Drawn changes of an agency, a service with its capacity, a location, a member of staff; played again from the history they give what is read.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public async Task PlayedAgain_GivesEachRecordAsItIs(int seed)
    {
        var random = new Random(seed);
        var id = "hi-play" + seed;
        using var registrar = directory.Registrar;
        using var own = directory.As(id, "administrator", "agency");
        var agency = Json.Agency();
        agency.Remove("standing");
        await registrar.Put($"/v1/agencies/{id}", agency).Expect(HttpStatusCode.Created);
        var service = Json.Service(id);
        var location = LocationJson.Of(id, "Public", id + "-s");
        for (var change = 0; change < 40; change++)
        {
            switch (random.Next(6))
            {
                case 0:
                    agency["hours"] = One("24/7", "Mo-Fr 08:00-17:00", "Sa 10:00-12:00");
                    agency["name"] = new JsonObject { ["en"] = One("A", "B", "C"), ["lt"] = One("Ą", "Č") };
                    await own.Put($"/v1/agencies/{id}", agency).Expect(HttpStatusCode.OK);
                    break;
                case 1:
                    service["languages"] = new JsonArray(One("lt", "en"), One("uk", "ru"));
                    service["illustrative"] = One("All of it.", null);
                    using (var sent = await own.Put($"/v1/services/{id}-s", service)) Assert.True(sent.IsSuccessStatusCode);
                    break;
                case 2:
                    using (await own.Put($"/v1/services/{id}-s/capacity", new JsonObject { ["total"] = 5, ["available"] = random.Next(6) })) { }
                    break;
                case 3:
                    using (await own.DeleteAsync($"/v1/services/{id}-s", Cancel)) { }
                    break;
                case 4:
                    location["phone"] = One("+37060000000", "+37060000001", null);
                    using (await own.Put($"/v1/locations/{id}-l", location)) { }
                    break;
                default:
                    using (await own.Put($"/v1/agencies/{id}/staff/desk", new JsonObject { ["roles"] = new JsonArray(One("HotlineWorker", "CaseWorker")) })) { }
                    break;
            }
        }

        var entries = await All(own, id);
        Assert.Equal(entries.Count, entries.Select(entry => entry.Text("id")).Distinct().Count());
        foreach (var (kind, path) in new[]
        {
            ("organization", $"/v1/agencies/{id}"), ("service", $"/v1/services/{id}-s"), ("service_capacity", $"/v1/services/{id}-s/capacity"), ("location", $"/v1/locations/{id}-l"),
        })
        {
            using var answer = await own.GetAsync(path, Cancel);
            var played = Play(entries.Where(entry => entry.Text("resourceType") == kind));
            Assert.Equal(answer.IsSuccessStatusCode, played is not null);
            if (played is null) continue;
            var read = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!.AsObject();
            foreach (var member in played.Select(pair => pair.Key).ToList())
                Assert.Equal(Text(read[member]), Text(played[member]));
        }
        Assert.All(entries, entry => Assert.Contains(entry.Text("updatedBy"), (string[])["lt-registrar-system", id + "-system"]));

        string? One(params string?[] of) => of[random.Next(of.Length)];
    }

    [Fact]
    public async Task Location_IsInItsOwnAgencysHistory_NotInTheAuditors()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("hi-hidden", "administrator");
        using var auditor = directory.As("hi-audits", "auditor");
        await registrar.Put("/v1/agencies/hi-hidden", Json.Agency()).Expect(HttpStatusCode.Created);
        var hidden = LocationJson.Of("hi-hidden", "NeedToKnow");
        hidden["addressLines"] = new JsonArray("Canary lane 7");
        await own.Put("/v1/locations/hi-hidden-house", hidden).Expect(HttpStatusCode.Created);

        Assert.Contains("Canary lane 7", await own.GetStringAsync("/v1/agencies/hi-hidden/history", Cancel), StringComparison.Ordinal);
        using var ownAuditor = directory.As("hi-hidden", "auditor");
        foreach (var path in new[] { "", "?kind=Location", "?record=hi-hidden-house", "?limit=1" })
        foreach (var eyes in new[] { auditor, ownAuditor })
        {
            var told = await eyes.GetStringAsync("/v1/agencies/hi-hidden/history" + path, Cancel);
            Assert.DoesNotContain("Canary", told, StringComparison.Ordinal);
            Assert.DoesNotContain("hi-hidden-house", told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pages_AreWholeAndInOrder()
    {
        using var registrar = directory.Registrar;
        await registrar.Put("/v1/agencies/hi-pages", Json.Agency()).Expect(HttpStatusCode.Created);
        for (var i = 0; i < 7; i++) await registrar.Put("/v1/agencies/hi-pages", Json.Agency("Name " + i)).Expect(HttpStatusCode.OK);
        var whole = await All(registrar, "hi-pages");
        Assert.Equal(8, whole.Count);
        Assert.Equal(whole.Select(entry => entry.Text("id")), (await All(registrar, "hi-pages", limit: 3)).Select(entry => entry.Text("id")));
        await registrar.GetAsync("/v1/agencies/hi-pages/history?limit=0", Cancel).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0015", "limit");
        await registrar.GetAsync("/v1/agencies/hi-pages/history?kind=Nothing", Cancel).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0016", "kind");
        foreach (var name in new[] { "record", "field" })
            await registrar.GetAsync($"/v1/agencies/hi-pages/history?{name}=%00", Cancel).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0016", name);
    }

    /// <summary>The oldest first.</summary>
    private static async Task<List<JsonElement>> All(HttpClient client, string agency, int limit = 200)
    {
        var entries = new List<JsonElement>();
        for (string? before = null; ;)
        {
            var page = await client.GetAsync($"/v1/agencies/{agency}/history?limit={limit}" + (before is null ? "" : "&before=" + before), Cancel).Expect(HttpStatusCode.OK);
            entries.AddRange(page.GetProperty("items").EnumerateArray());
            if (!page.TryGetProperty("next", out var next)) break;
            before = next.GetString();
        }
        entries.Reverse();
        return entries;
    }

    private static JsonObject? Play(IEnumerable<JsonElement> entries)
    {
        JsonObject? record = null;
        foreach (var entry in entries)
        {
            var now = entry.TryGetProperty("replacementValue", out var value) ? value.GetString() : null;
            if (entry.Text("lastActionType") == "create")
            {
                record = JsonNode.Parse(now!)!.AsObject();
                foreach (var silent in new[] { "version", "changedAt", "updatedAt" }) record.Remove(silent);
                continue;
            }
            var field = entry.Text("fieldName");
            Assert.Equal(entry.TryGetProperty("previousValue", out var before) ? before.GetString() : null, Text(record![field]));
            record[field] = now is null ? null : JsonValue.Create(now);
        }
        return record;
    }

    // Texts as they are, anything else as JSON: as the history writes them. What was played holds both as texts.
    private static string? Text(JsonNode? value) => value switch
    {
        null => null,
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        _ => JsonSerializer.Serialize(value, new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }),
    };
}
