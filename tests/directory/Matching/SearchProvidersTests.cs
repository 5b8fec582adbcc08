using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Matching;

[Collection(RunningDirectory.Name)]
public sealed class SearchProvidersTests(DirectoryProcess directory)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_AnEvening_TellsWhoCanHelpAndWhyOthersCannot()
    {
        await Directory("se");
        using var asker = directory.As("se-asker", "agency");
        // A Tuesday at 20:00 in Vilnius, seven hours after noon there.
        var found = await asker.Post("/v1/providers/search", Ask("se", "2026-06-02T20:00:00+03:00")).Expect(HttpStatusCode.OK);
        Assert.Equal(["se-on-call", "se-always"], Services(found, "suitable"));
        Assert.Equal(["se-closed", "se-men", "se-stranger"], Services(found, "notSuitable").Order());
        Assert.Equal((2, 3), (found.GetProperty("suitableCount").GetInt32(), found.GetProperty("notSuitableCount").GetInt32()));

        var always = One(found, "se-always");
        Assert.Equal(("County", "se-asker-mou", true), (always.Text("tier"), always.Text("memorandum"), always.GetProperty("open").GetBoolean()));
        Assert.Equal(["InCounty", "OpenNow", "LanguageSpoken", "MemorandumCovers"], Codes(always, "for"));
        Assert.Equal(["CapacityUnknown", "SexNotStated", "NeverAssured"], Codes(always, "against"));
        Assert.False(always.TryGetProperty("opensAt", out _));
        Assert.Equal("Does not state which sexes it takes", always.GetProperty("against")[1].GetProperty("words").Text("en"));

        var onCall = One(found, "se-on-call");
        Assert.Equal(("2026-06-03T05:00:00+00:00", "+370 600 00000"), (onCall.Text("opensAt"), onCall.GetProperty("onCall").Text("phone")));
        Assert.Contains("OnCallNow", Codes(onCall, "for"));
        Assert.Contains("InterpreterOffered", Codes(onCall, "for"));
        Assert.Equal(["Closed"], Excluding(found, "se-closed"));
        Assert.Equal(["SexNotServed"], Excluding(found, "se-men"));
        Assert.Equal(["NoMemorandum"], Excluding(found, "se-stranger"));

        var only = Ask("se", "2026-06-02T20:00:00+03:00");
        (only["onlySuitable"], only["limit"]) = (true, 1);
        var less = await asker.Post("/v1/providers/search", only).Expect(HttpStatusCode.OK);
        Assert.Equal((1, 2, false), (Services(less, "suitable").Length, less.GetProperty("suitableCount").GetInt32(), less.TryGetProperty("notSuitable", out _)));
    }

    [Fact]
    public async Task Search_WhatChangesInTheDirectory_ChangesTheAnswer()
    {
        await Directory("sc");
        using var asker = directory.As("sc-asker", "agency");
        using var registrar = directory.Registrar;
        var morning = Ask("sc", "2026-06-02T10:00:00+03:00");
        Assert.Equal(["sc-on-call", "sc-always", "sc-closed"], Services(await Find(), "suitable"));

        var mine = Json.Agency();
        mine["standing"] = "Suspended";
        await registrar.Put("/v1/agencies/sc-asker", mine).Expect(HttpStatusCode.OK);
        Assert.Empty(Services(await Find(), "suitable"));
        Assert.Equal(["AskerNotActive"], Excluding(await Find(), "sc-always"));
        mine["standing"] = "Active";
        await registrar.Put("/v1/agencies/sc-asker", mine).Expect(HttpStatusCode.OK);

        // 24 June is a holiday: those who keep it are closed, the line on call is not.
        morning["at"] = "2026-06-24T10:00:00+03:00";
        Assert.Equal(["sc-always"], Services(await Find(), "suitable"));
        Assert.Equal(["Closed"], Excluding(await Find(), "sc-closed"));
        morning["at"] = "2026-06-02T10:00:00+03:00";

        await registrar.DeleteAsync("/v1/services/sc-always", Stop).Expect(HttpStatusCode.OK);
        Assert.Equal(["sc-on-call", "sc-closed"], Services(await Find(), "suitable"));
        var helper = Json.Agency();
        helper["standing"] = "Suspended";
        await registrar.Put("/v1/agencies/sc-helper", helper).Expect(HttpStatusCode.OK);
        Assert.Equal(["AgencyNotActive"], Excluding(await Find(), "sc-closed"));
        helper["standing"] = "Removed";
        await registrar.Put("/v1/agencies/sc-helper", helper).Expect(HttpStatusCode.OK);
        Assert.Equal(["sc-stranger"], Services(await Find(), "notSuitable"));

        Task<JsonElement> Find() => asker.Post("/v1/providers/search", morning).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Search_OwnServices_NeedNoMemorandum()
    {
        await Directory("so");
        using var helper = directory.As("so-helper", "agency");
        var found = await helper.Post("/v1/providers/search", Ask("so", "2026-06-02T10:00:00+03:00")).Expect(HttpStatusCode.OK);
        Assert.Contains("OwnService", Codes(One(found, "so-always"), "for"));
        Assert.False(One(found, "so-always").TryGetProperty("memorandum", out _));
    }

    [Theory]
    [InlineData("need", "null", "TLT-DIR-0001", "$.need")]
    [InlineData("purpose", "null", "TLT-DIR-0001", "$.purpose")]
    [InlineData("place", "null", "TLT-DIR-0001", "$.place")]
    [InlineData("place", "\"LV-57\"", "TLT-DIR-0008", "$.place")]
    [InlineData("at", "\"2026-06-02T20:00:00\"", "TLT-DIR-0901", "$.at")]
    [InlineData("at", "\"tomorrow\"", "TLT-DIR-0901", "$.at")]
    [InlineData("at", "\"9999-12-31T23:59:59Z\"", "TLT-DIR-0901", "$.at")]
    [InlineData("limit", "0", "TLT-DIR-0902", "$.limit")]
    [InlineData("limit", "201", "TLT-DIR-0902", "$.limit")]
    [InlineData("traits", "{\"languages\":[\"lt\",\"xx\"]}", "TLT-DIR-0005", "$.traits.languages[1]")]
    [InlineData("traits", "{\"accessibility\":[\"StepFree\",\"StepFree\"]}", "TLT-DIR-0013", "$.traits.accessibility[1]")]
    [InlineData("traits", "{\"sex\":\"female\"}", "TLT-NET-0400", "$.traits.sex")]
    public async Task Search_WrongField_IsToldByName(string member, string value, string code, string field)
    {
        using var asker = directory.As("sw-asker", "agency");
        var ask = Ask("sw", "2026-06-02T10:00:00Z");
        ask[member] = JsonNode.Parse(value);
        await asker.Post("/v1/providers/search", ask).ExpectProblem(HttpStatusCode.BadRequest, code, field);
    }

    [Fact]
    public async Task Search_WithoutAMoment_IsAboutNow()
    {
        using var asker = directory.As("sn-asker", "agency");
        var ask = Ask("sn", "");
        ask.Remove("at");
        ask.Remove("traits");
        var (before, found, after) = (DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()),
            await asker.Post("/v1/providers/search", ask).Expect(HttpStatusCode.OK), TimeProvider.System.GetUtcNow());
        Assert.InRange(found.GetProperty("at").GetDateTimeOffset(), before, after);
    }

    [Fact]
    public async Task Search_Nobody_IsRefused()
    {
        using var nobody = directory.Nobody;
        await nobody.Post("/v1/providers/search", Ask("sx", "2026-06-02T10:00:00Z")).ExpectProblem(HttpStatusCode.Unauthorized, "TLT-ID-0001");
    }

    private static JsonObject Ask(string name, string at) => new()
    {
        ["need"] = Need(name), ["place"] = "LT-57", ["purpose"] = "Assistance", ["at"] = at,
        ["traits"] = new JsonObject { ["sex"] = "Female", ["languages"] = new JsonArray("uk") },
    };

    // Each test has a need to itself in the shared directory.
    private static string Need(string name) => name switch { "se" => "FamilyTracing", "sc" => "Compensation", "so" => "ResidenceAdvice", _ => "VocationalTraining" };

    private async Task Directory(string name)
    {
        using var registrar = directory.Registrar;
        foreach (var agency in new[] { "asker", "helper", "other" }) await registrar.Put($"/v1/agencies/{name}-{agency}", Json.Agency()).Expect(HttpStatusCode.Created);
        var agreement = Json.Memorandum($"{name}-asker", $"{name}-helper");
        agreement["needs"] = new JsonArray(Need(name));
        await registrar.Put($"/v1/memoranda/{name}-asker-mou", agreement).Expect(HttpStatusCode.Created);

        await Offer("always", "helper", "24/7", "LT-VL", service => service["languages"] = new JsonArray("lt", "uk"));
        await Offer("on-call", "helper", "Mo-Fr 08:00-17:00; PH off", "LT-57", service =>
        {
            service["profile"] = Json.Profile(name + "-helper");
            service["profile"]!["onCall"]!["hours"] = "Mo-Fr 17:00-08:00; PH off";
        });
        await Offer("closed", "helper", "Mo-Fr 08:00-17:00; PH off", "LT", _ => { });
        await Offer("men", "helper", "24/7", "LT-57", service => service["profile"] = new JsonObject { ["sexes"] = new JsonArray("Male") });
        await Offer("stranger", "other", "24/7", "LT-57", _ => { });
        await Offer("elsewhere", "helper", "24/7", "LT-KU", _ => { });

        async Task Offer(string id, string agency, string hours, string area, Action<JsonObject> more)
        {
            var service = Json.Service($"{name}-{agency}", Need(name));
            (service["hours"], service["areas"]) = (hours, new JsonArray(area));
            more(service);
            await registrar.Put($"/v1/services/{name}-{id}", service).Expect(HttpStatusCode.Created);
        }
    }

    private static string[] Services(JsonElement found, string list) => [.. found.GetProperty(list).EnumerateArray().Select(provider => provider.Text("service"))];

    private static JsonElement One(JsonElement found, string service) =>
        found.GetProperty("suitable").EnumerateArray().Concat(found.GetProperty("notSuitable").EnumerateArray()).Single(provider => provider.Text("service") == service);

    private static string[] Codes(JsonElement provider, string list) => [.. provider.GetProperty(list).EnumerateArray().Select(reason => reason.Text("code"))];

    private static string[] Excluding(JsonElement found, string service) =>
        [.. One(found, service).GetProperty("against").EnumerateArray().Where(reason => reason.GetProperty("excludes").GetBoolean()).Select(reason => reason.Text("code"))];
}
