using System.Net;
using System.Text.Json.Nodes;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Agencies;

[Collection(RunningDirectory.Name)]
public sealed class AgenciesTests(DirectoryProcess directory)
{
    [Fact]
    public async Task Put_NewAgency_IsRegisteredAndReadable()
    {
        using var registrar = directory.Registrar;
        using var sent = await registrar.Put("/v1/agencies/ag-new", Json.Agency());
        Assert.Equal("/v1/agencies/ag-new", sent.Headers.Location?.ToString());
        var record = await Task.FromResult(sent).Expect(HttpStatusCode.Created);
        Assert.Equal(1, record.Version());
        Assert.Equal("Active", record.Text("standing"));

        using var other = directory.As("lt-other", "agency");
        var read = await other.GetAsync("/v1/agencies/ag-new", TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
        Assert.Equal(JsonNode.Parse(record.GetRawText())!.ToJsonString(), JsonNode.Parse(read.GetRawText())!.ToJsonString());

        var (message, body) = Assert.Single(await directory.Messages("agency", "ag-new"));
        Assert.Equal("agency-registered", message);
        Assert.Equal(("Ngo", "Active", "LT-57", 1), (body.Text("type"), body.Text("standing"), body.Text("municipality"), body.Version()));
        Assert.Equal(record.Text("changedAt"), body.Text("at"));
    }

    [Fact]
    public async Task Put_SameRecord_ChangesNothingAndSaysNothing()
    {
        using var registrar = directory.Registrar;
        await registrar.Put("/v1/agencies/ag-same", Json.Agency()).Expect(HttpStatusCode.Created);
        var reordered = Json.Agency();
        reordered["competence"] = new JsonArray("LT-KU", "LT");
        reordered["name"] = new JsonObject { ["en"] = "Test agency", ["lt"] = " Bandymo įstaiga " };
        foreach (var body in new[] { Json.Agency(), reordered })
            Assert.Equal(1, (await registrar.Put("/v1/agencies/ag-same", body).Expect(HttpStatusCode.OK)).Version());
        Assert.Single(await directory.Messages("agency", "ag-same"));
    }

    [Fact]
    public async Task Put_EachFieldChanged_IsANewVersionWithAnEvent()
    {
        using var registrar = directory.Registrar;
        await registrar.Put("/v1/agencies/ag-change", Json.Agency()).Expect(HttpStatusCode.Created);
        var changes = new Dictionary<string, JsonNode?>
        {
            ["type"] = "Police", ["name"] = new JsonObject { ["en"] = "Other" }, ["municipality"] = "LT-15", ["competence"] = new JsonArray("LT"),
            ["contacts"] = new JsonArray(), ["hours"] = "24/7", ["languages"] = new JsonArray("en", "lt"), ["standing"] = "Suspended",
            ["source"] = new JsonObject { ["title"] = "B", ["date"] = "2026-01-02" }, ["illustrative"] = null,
        };
        var body = Json.Agency();
        var version = 1;
        foreach (var (field, value) in changes)
        {
            body[field] = value;
            Assert.Equal(++version, (await registrar.Put("/v1/agencies/ag-change", body).Expect(HttpStatusCode.OK)).Version());
        }
        var messages = await directory.Messages("agency", "ag-change");
        Assert.Equal(["agency-registered", .. Enumerable.Repeat("agency-changed", changes.Count)], messages.Select(m => m.Message));
        Assert.Equal(Enumerable.Range(1, version), messages.Select(m => m.Body.Version()));
        Assert.Equal("Suspended", messages[^1].Body.Text("standing"));
    }

    [Fact]
    public async Task Put_WithoutStanding_KeepsASuspension()
    {
        using var registrar = directory.Registrar;
        var body = Json.Agency();
        body["standing"] = "Suspended";
        await registrar.Put("/v1/agencies/ag-standing", body).Expect(HttpStatusCode.Created);
        body.Remove("standing");
        var kept = await registrar.Put("/v1/agencies/ag-standing", body).Expect(HttpStatusCode.OK);
        Assert.Equal(("Suspended", 1), (kept.Text("standing"), kept.Version()));
        foreach (var standing in new[] { "Active", "Removed" })
        {
            body["standing"] = standing;
            Assert.Equal(standing, (await registrar.Put("/v1/agencies/ag-standing", body).Expect(HttpStatusCode.OK)).Text("standing"));
        }
        foreach (var standing in new[] { "Active", "Suspended" })
        {
            body["standing"] = standing;
            await registrar.Put("/v1/agencies/ag-standing", body).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0104");
        }
    }

    [Theory]
    [InlineData("agency")]
    [InlineData("auditor")]
    public async Task Put_WithoutTheRegistrarsRole_IsForbidden(string role)
    {
        using var caller = directory.As("ag-mine", role);
        await caller.Put("/v1/agencies/ag-mine", Json.Agency()).ExpectProblem(HttpStatusCode.Forbidden, "TLT-ID-0003", rule: "role");
        using var registrar = directory.Registrar;
        await registrar.GetAsync("/v1/agencies/ag-mine", TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0101");
    }

    [Theory]
    [InlineData("/v1/agencies")]
    [InlineData("/v1/agencies/x1")]
    [InlineData("/v1/services")]
    [InlineData("/v1/services/x1")]
    [InlineData("/v1/memoranda")]
    [InlineData("/v1/memoranda/x1")]
    [InlineData("/v1/municipalities")]
    public async Task Get_WithoutAPassport_IsRefused(string path)
    {
        using var nobody = directory.Nobody;
        await nobody.GetAsync(path, TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.Unauthorized, "TLT-ID-0001");
    }

    [Theory]
    [InlineData("ag-unknown")]
    [InlineData("AG-Unknown")]
    [InlineData("a")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("a--b")]
    public async Task Get_Unknown_AnswersAlike(string id)
    {
        using var caller = directory.As("lt-other", "agency");
        await caller.GetAsync("/v1/agencies/" + id, TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0101");
        await caller.GetAsync("/v1/services/" + id, TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0201");
        await caller.GetAsync("/v1/memoranda/" + id, TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0301");
    }

    [Theory]
    [InlineData("A")]
    [InlineData("Ag-Case")]
    [InlineData("ag_under")]
    [InlineData("1ag")]
    [InlineData("ag-")]
    [InlineData("ag--two")]
    public async Task Put_IdentifierOfAnotherForm_IsRefused(string id)
    {
        using var registrar = directory.Registrar;
        await registrar.Put("/v1/agencies/" + id, Json.Agency()).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0014", "id");
    }

    [Fact]
    public async Task List_FiltersAndPages_ByIdentifier()
    {
        using var registrar = directory.Registrar;
        var ids = Enumerable.Range(0, 7).Select(n => $"list-{n}").ToArray();
        foreach (var id in ids)
        {
            var body = Json.Agency(type: nameof(AgencyType.Court));
            body["municipality"] = id == "list-3" ? "LT-15" : "LT-58";
            await registrar.Put("/v1/agencies/" + id, body).Expect(HttpStatusCode.Created);
        }
        var got = new List<string>();
        string? next = "";
        while (next is not null)
        {
            var page = await registrar.GetAsync($"/v1/agencies?type=Court&limit=3{(next.Length > 0 ? "&after=" + next : "")}", TestContext.Current.CancellationToken)
                .Expect(HttpStatusCode.OK);
            Assert.InRange(page.Ids().Length, 1, 3);
            got.AddRange(page.Ids());
            next = page.TryGetProperty("next", out var more) ? more.GetString() : null;
        }
        Assert.Equal(ids, got);
        var one = await registrar.GetAsync("/v1/agencies?type=Court&municipality=LT-15", TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
        Assert.Equal(["list-3"], one.Ids());
    }

    [Theory]
    [InlineData("type=Nothing", "TLT-DIR-0016", "type")]
    [InlineData("type=1", "TLT-DIR-0016", "type")]
    [InlineData("type=ngo", "TLT-DIR-0016", "type")]
    [InlineData("type=Ngo,Police", "TLT-DIR-0016", "type")]
    [InlineData("type=Ngo&type=Police", "TLT-DIR-0016", "type")]
    [InlineData("type=%00", "TLT-DIR-0016", "type")]
    [InlineData("municipality=LT-VL", "TLT-DIR-0007", "municipality")]
    [InlineData("municipality=%ED%A0%80", "TLT-DIR-0007", "municipality")]
    [InlineData("limit=0", "TLT-DIR-0015", "limit")]
    [InlineData("limit=201", "TLT-DIR-0015", "limit")]
    [InlineData("limit=-1", "TLT-DIR-0015", "limit")]
    [InlineData("limit=many", "TLT-DIR-0015", "limit")]
    [InlineData("limit=1&limit=2", "TLT-DIR-0015", "limit")]
    [InlineData("limit=99999999999", "TLT-DIR-0015", "limit")]
    [InlineData("after=%00", "TLT-DIR-0017", "after")]
    [InlineData("after=", "TLT-DIR-0017", "after")]
    [InlineData("after='; DROP TABLE agencies; --", "TLT-DIR-0017", "after")]
    public async Task List_WrongQuery_IsToldByName(string query, string code, string field)
    {
        using var caller = directory.As("lt-other", "agency");
        await caller.GetAsync("/v1/agencies?" + query, TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.BadRequest, code, field);
    }

    [Fact]
    public async Task Put_ManyFirstAtOnce_OneRegistersTheOthersChangeOrLose()
    {
        using var registrar = directory.Registrar;
        for (var round = 0; round < 5; round++)
        {
            var id = $"race-{round}";
            var sent = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => registrar.Put("/v1/agencies/" + id, Json.Agency($"Name {n}"))));
            Assert.All(sent, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict }));
            Assert.Single(sent, answer => answer.StatusCode == HttpStatusCode.Created);
            var won = sent.Count(answer => answer.IsSuccessStatusCode);
            var messages = await directory.Messages("agency", id);
            Assert.Equal(Enumerable.Range(1, won), messages.Select(m => m.Body.Version()));
            Assert.Equal("agency-registered", messages[0].Message);
            var read = await registrar.GetAsync("/v1/agencies/" + id, TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
            Assert.Equal(won, read.Version());
        }
    }

    [Fact]
    public async Task Municipalities_AreThoseOfTheCountry()
    {
        using var caller = directory.As("lt-other", "agency");
        var all = await caller.GetAsync("/v1/municipalities", TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
        Assert.Equal(["LT-15", "LT-57", "LT-58"], all.EnumerateArray().Select(m => m.Text("code")));
        Assert.Equal(("Kauno miestas", "City municipality", "LT-KU"), (all[0].Text("name"), all[0].Text("type"), all[0].Text("county")));
    }
}
