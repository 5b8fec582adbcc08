using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Contracts;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Services;
using Tiltas.Directory.Tests.Kit;
using Tiltas.Hosting.Passports;
using Tiltas.TestKit;

namespace Tiltas.Directory.Tests.Services;

[Collection(RunningDirectory.Name)]
public sealed class ProfileTests(DirectoryProcess directory)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Profile_Whole_IsReadBackAsItWasWritten()
    {
        using var registrar = directory.Registrar;
        await registrar.Put("/v1/agencies/pf-whole", Json.Agency()).Expect(HttpStatusCode.Created);
        var body = Json.Service("pf-whole");
        Assert.False((await registrar.Put("/v1/services/pf-whole", body).Expect(HttpStatusCode.Created)).TryGetProperty("profile", out _));

        body["profile"] = new JsonObject();
        Assert.Equal(1, (await registrar.Put("/v1/services/pf-whole", body).Expect(HttpStatusCode.OK)).Version());

        body["profile"] = Json.Profile("pf-whole");
        foreach (var _ in Enumerable.Range(0, 2)) Assert.Equal(2, (await registrar.Put("/v1/services/pf-whole", body).Expect(HttpStatusCode.OK)).Version());
        var read = (await registrar.GetAsync("/v1/services/pf-whole", Stop).Expect(HttpStatusCode.OK)).GetProperty("profile");
        Assert.True(JsonNode.DeepEquals(Json.Profile("pf-whole"), JsonNode.Parse(read.GetRawText())), read.GetRawText());

        body["profile"]!["sexes"] = new JsonArray("Other", "Female");
        Assert.Equal(2, (await registrar.Put("/v1/services/pf-whole", body).Expect(HttpStatusCode.OK)).Version());
        body.Remove("profile");
        var without = await registrar.Put("/v1/services/pf-whole", body).Expect(HttpStatusCode.OK);
        Assert.Equal((3, false), (without.Version(), without.TryGetProperty("profile", out _)));
    }

    [Theory]
    [InlineData("minimumAge", "-1", "TLT-DIR-0701", "$.profile.minimumAge")]
    [InlineData("maximumAge", "17", "TLT-DIR-0701", "$.profile.maximumAge")]
    [InlineData("maximumAge", "121", "TLT-DIR-0701", "$.profile.maximumAge")]
    [InlineData("statuses", "[\"Ended\"]", "TLT-DIR-0702", "$.profile.statuses")]
    [InlineData("statuses", "[]", "TLT-DIR-0012", "$.profile.statuses")]
    [InlineData("sexes", "[\"Female\",\"Female\"]", "TLT-DIR-0013", "$.profile.sexes[1]")]
    [InlineData("interpreterLanguages", "[\"xx\"]", "TLT-DIR-0005", "$.profile.interpreterLanguages[0]")]
    [InlineData("assuredOn", "null", "TLT-DIR-0001", "$.profile.assuredOn")]
    [InlineData("assuredBy", "null", "TLT-DIR-0001", "$.profile.assuredBy")]
    [InlineData("assuredOn", "\"2190-01-01\"", "TLT-DIR-0703", "$.profile.assuredOn")]
    [InlineData("assuredBy", "\"pf-nobody\"", "TLT-DIR-0704", "$.profile.assuredBy")]
    [InlineData("onCall", "{\"phone\":\"none\",\"hours\":\"24/7\"}", "TLT-DIR-0011", "$.profile.onCall.phone")]
    [InlineData("onCall", "{\"hours\":\"24/7\"}", "TLT-DIR-0001", "$.profile.onCall.phone")]
    [InlineData("onCall", "{\"phone\":\"112\"}", "TLT-DIR-0001", "$.profile.onCall.hours")]
    public async Task Profile_WrongField_IsToldByName(string member, string value, string code, string field)
    {
        using var registrar = directory.Registrar;
        using (await registrar.Put("/v1/agencies/pf-wrong", Json.Agency())) { }
        var body = Json.Service("pf-wrong");
        body["profile"] = Json.Profile("pf-wrong");
        body["profile"]![member] = JsonNode.Parse(value);
        await registrar.Put("/v1/services/pf-wrong", body).ExpectProblem(HttpStatusCode.BadRequest, code, field);
    }

    [Fact]
    public async Task Assurance_OfAnother_IsARegistrarsToEnter_AndMayBeKept()
    {
        using var registrar = directory.Registrar;
        using var agency = directory.As("pf-own", "agency");
        foreach (var id in new[] { "pf-own", "pf-other" }) await registrar.Put("/v1/agencies/" + id, Json.Agency()).Expect(HttpStatusCode.Created);
        var body = Json.Service("pf-own");
        body["profile"] = Json.Profile("pf-other");
        await agency.Put("/v1/services/pf-own", body).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0705", rule: "own-assurance");
        await registrar.Put("/v1/services/pf-own", body).Expect(HttpStatusCode.Created);
        body["languages"] = new JsonArray("lt", "pl");
        await agency.Put("/v1/services/pf-own", body).Expect(HttpStatusCode.OK);
        body["profile"]!["assuredOn"] = "2026-02-02";
        await agency.Put("/v1/services/pf-own", body).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0705", rule: "own-assurance");
        body["profile"]!["assuredBy"] = "pf-own";
        await agency.Put("/v1/services/pf-own", body).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task List_Assurance_FindsEachStateByItsDays()
    {
        using var registrar = directory.Registrar;
        await registrar.Put("/v1/agencies/pf-list", Json.Agency()).Expect(HttpStatusCode.Created);
        var days = Provision.Load(Repository.In("data", "lt")).AssuranceDays;
        var today = Places.Time.Day(TimeProvider.System.GetUtcNow());
        foreach (var (id, age) in new (string, int?)[] { ("pf-fresh", 0), ("pf-last", days - 1), ("pf-late", days + 2), ("pf-old", days + 900), ("pf-never", null) })
        {
            var body = Json.Service("pf-list");
            if (age is { } old)
            {
                body["profile"] = Json.Profile("pf-list");
                body["profile"]!["assuredOn"] = today.AddDays(-old).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
            }
            await registrar.Put("/v1/services/" + id, body).Expect(HttpStatusCode.Created);
        }
        Assert.Equal(["pf-late", "pf-old"], await List("Overdue"));
        Assert.Equal(["pf-fresh", "pf-last"], await List("Current"));
        Assert.Equal(["pf-never"], await List("Never"));
        await registrar.GetAsync("/v1/services?assurance=overdue", Stop).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0016", "assurance");

        async Task<string[]> List(string state) => (await registrar.GetAsync($"/v1/services?agency=pf-list&assurance={state}", Stop).Expect(HttpStatusCode.OK)).Ids();
    }

    [Fact]
    public void StateOf_EveryDay_TurnsOverOnce()
    {
        var today = new DateOnly(2026, 5, 1);
        for (var days = 1; days < 40; days++)
            for (var age = 0; age < 50; age++)
                Assert.Equal(age > days ? AssuranceState.Overdue : AssuranceState.Current, Assurance.StateOf(today.AddDays(-age), today, days));
        Assert.Equal(AssuranceState.Never, Assurance.StateOf(null, today, 10));
    }

    [Fact]
    public void Decide_WhoMayAssure_FollowsTheTable()
    {
        var today = new DateOnly(2026, 5, 1);
        foreach (var role in new[] { Roles.Agency, Roles.Registrar })
            foreach (var by in new[] { "mine", "theirs" })
                foreach (var day in new[] { today.AddDays(-1), today, today.AddDays(1) })
                    foreach (var kept in new[] { false, true })
                    {
                        var wanted = Profile(by, day);
                        var expected = kept ? null : day > today ? "TLT-DIR-0703" : role == Roles.Registrar || by == "mine" ? null : "TLT-DIR-0705";
                        var caller = new Caller { Agency = AgencyId.From("mine"), Client = "client", Roles = [role] };
                        Assert.Equal(expected, Assurance.Decide(kept ? Profile(by, day) : null, wanted, caller, today)?.Code);
                    }
    }

    private static ServiceProfile Profile(string by, DateOnly on)
    {
        var json = Json.Profile(by);
        json["assuredOn"] = on.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        return json.Deserialize<ServiceProfile>(Tiltas.Hosting.Problems.TiltasJson.Api)!;
    }
}
