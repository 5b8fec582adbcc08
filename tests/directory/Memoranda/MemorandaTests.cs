using System.Net;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Memoranda;

[Collection(RunningDirectory.Name)]
public sealed class MemorandaTests(DirectoryProcess directory)
{
    [Fact]
    public async Task Memorandum_FromForceToEnd_TellsEachStep()
    {
        using var registrar = directory.Registrar;
        await Parties(registrar, "mo-a", "mo-b", "mo-c");
        const string path = "/v1/memoranda/mo-one";
        Assert.Equal(1, (await registrar.Put(path, Json.Memorandum("mo-b", "mo-a")).Expect(HttpStatusCode.Created)).Version());
        Assert.Equal(1, (await registrar.Put(path, Json.Memorandum("mo-a", "mo-b")).Expect(HttpStatusCode.OK)).Version());
        Assert.Equal(2, (await registrar.Put(path, Json.Memorandum("mo-a", "mo-b", "mo-c")).Expect(HttpStatusCode.OK)).Version());

        await registrar.Post(path + "/end", On("2025-12-31")).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0307", "$.on");
        await registrar.Post(path + "/end", On("2028-01-01")).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0308", "$.on");
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var ended = await registrar.Post(path + "/end", On("2026-06-30")).Expect(HttpStatusCode.OK);
            Assert.Equal((3, "2026-06-30", "2026-06-30"), (ended.Version(), ended.Text("endedOn"), ended.Text("validTo")));
        }
        await registrar.Post(path + "/end", On("2026-07-01")).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0306", rule: "ended-stays-ended");
        await registrar.Put(path, Json.Memorandum("mo-a", "mo-b", "mo-c")).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0305", rule: "ended-stays-ended");
        await registrar.Put(path, Json.Memorandum("mo-a", "mo-b")).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0305", rule: "ended-stays-ended");

        var messages = await directory.Messages("memorandum", "mo-one");
        Assert.Equal(["memorandum-in-force", "memorandum-in-force", "memorandum-ended"], messages.Select(m => m.Message));
        Assert.Equal([1, 2, 3], messages.Select(m => m.Body.Version()));
        var last = messages[^1].Body;
        Assert.Equal(["mo-a", "mo-b", "mo-c"], last.GetProperty("parties").EnumerateArray().Select(p => p.GetString()));
        Assert.Equal(["Identity", "Needs"], last.GetProperty("dataClasses").EnumerateArray().Select(p => p.GetString()));
        Assert.Equal(("2026-01-01", "2026-06-30"), (last.Text("validFrom"), last.Text("validTo")));
    }

    [Fact]
    public async Task Memorandum_OpenEndedForAnyNeed_IsTakenAndEnded()
    {
        using var registrar = directory.Registrar;
        await Parties(registrar, "mo-open-a", "mo-open-b");
        var body = Json.Memorandum("mo-open-a", "mo-open-b");
        body["validTo"] = null;
        body["needs"] = new JsonArray();
        await registrar.Put("/v1/memoranda/mo-open", body).Expect(HttpStatusCode.Created);
        body.Remove("validTo");
        body.Remove("needs");
        var same = await registrar.Put("/v1/memoranda/mo-open", body).Expect(HttpStatusCode.OK);
        Assert.Equal(1, same.Version());
        Assert.False(same.TryGetProperty("validTo", out _));
        await registrar.Post("/v1/memoranda/mo-open/end", On("2099-12-31")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Put_WrongParties_AreRefused()
    {
        using var registrar = directory.Registrar;
        await Parties(registrar, "mo-p", "mo-q");
        var gone = Json.Agency();
        gone["standing"] = "Removed";
        await registrar.Put("/v1/agencies/mo-gone", gone).Expect(HttpStatusCode.Created);
        const string path = "/v1/memoranda/mo-wrong";
        var before = await directory.Rows();
        await registrar.Put(path, Json.Memorandum("mo-p")).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0012", "$.parties");
        await registrar.Put(path, Json.Memorandum("mo-p", "mo-p")).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0013", "$.parties[1]");
        await registrar.Put(path, Json.Memorandum("mo-p", "mo-zero")).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0303", "$.parties[1]");
        await registrar.Put(path, Json.Memorandum("mo-zero", "mo-p")).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0303", "$.parties[0]");
        await registrar.Put(path, Json.Memorandum("mo-p", "mo-gone")).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0304", rule: "party-takes-part");
        var backwards = Json.Memorandum("mo-p", "mo-q");
        backwards["validTo"] = "2025-12-31";
        await registrar.Put(path, backwards).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0302", "$.validTo");
        Assert.Equal(before, await directory.Rows());
        backwards["validTo"] = "2026-01-01";
        await registrar.Put(path, backwards).Expect(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("agency")]
    [InlineData("auditor")]
    public async Task Write_WithoutTheRegistrarsRole_IsForbidden(string role)
    {
        using var caller = directory.As("mo-role", role);
        await caller.Put("/v1/memoranda/mo-role", Json.Memorandum("mo-role", "mo-b")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-ID-0003", rule: "role");
        if (role == "auditor") await caller.Post("/v1/memoranda/mo-role/end", On("2026-06-30")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-ID-0003", rule: "role");
    }

    [Fact]
    public async Task End_Unknown_AnswersAlike()
    {
        using var registrar = directory.Registrar;
        foreach (var id in new[] { "mo-unknown", "Mo", "a--b" })
            await registrar.Post($"/v1/memoranda/{id}/end", On("2026-06-30")).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0301");
    }

    [Fact]
    public async Task List_Party_FindsItsMemoranda()
    {
        using var registrar = directory.Registrar;
        await Parties(registrar, "mo-l1", "mo-l2", "mo-l3");
        await registrar.Put("/v1/memoranda/mo-l-12", Json.Memorandum("mo-l1", "mo-l2")).Expect(HttpStatusCode.Created);
        await registrar.Put("/v1/memoranda/mo-l-13", Json.Memorandum("mo-l1", "mo-l3")).Expect(HttpStatusCode.Created);
        await registrar.Put("/v1/memoranda/mo-l-23", Json.Memorandum("mo-l2", "mo-l3")).Expect(HttpStatusCode.Created);
        Assert.Equal(["mo-l-12", "mo-l-13"], (await List("party=mo-l1")).Ids());
        Assert.Equal(["mo-l-12", "mo-l-23"], (await List("party=mo-l2")).Ids());
        Assert.Empty((await List("party=mo-nobody")).Ids());
        var first = await List("party=mo-l3&limit=1");
        Assert.Equal("mo-l-13", first.Text("next"));
        Assert.Equal(["mo-l-23"], (await List("party=mo-l3&limit=1&after=mo-l-13")).Ids());
        await registrar.GetAsync("/v1/memoranda?party=%00", TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0016", "party");

        async Task<System.Text.Json.JsonElement> List(string query) =>
            await registrar.GetAsync("/v1/memoranda?" + query, TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task End_ManyAtOnceOnDifferentDays_OneDayWins()
    {
        using var registrar = directory.Registrar;
        await Parties(registrar, "mo-r1", "mo-r2");
        await registrar.Put("/v1/memoranda/mo-race", Json.Memorandum("mo-r1", "mo-r2")).Expect(HttpStatusCode.Created);
        var sent = await Task.WhenAll(Enumerable.Range(1, 12).Select(n => registrar.Post("/v1/memoranda/mo-race/end", On($"2026-06-{n:00}"))));
        Assert.Single(sent, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(sent, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.Conflict }));
        Assert.Equal(2, (await directory.Messages("memorandum", "mo-race")).Count);
    }

    private static JsonObject On(string day) => new() { ["on"] = day };

    private static async Task Parties(HttpClient registrar, params string[] ids)
    {
        foreach (var id in ids) await registrar.Put("/v1/agencies/" + id, Json.Agency()).Expect(HttpStatusCode.Created);
    }
}
