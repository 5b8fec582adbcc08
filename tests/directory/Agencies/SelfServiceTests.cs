using System.Net;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Agencies;

/// <summary>What an agency's own administrator may change of its record, and what is the registrar's.</summary>
[Collection(RunningDirectory.Name)]
public sealed class SelfServiceTests(DirectoryProcess directory)
{
    [Fact]
    public async Task Administrator_EveryField_ChangesAllButWhatSettlesItsPowers()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("se-every", "administrator");
        await registrar.Put("/v1/agencies/se-every", Json.Agency()).Expect(HttpStatusCode.Created);
        var changes = new Dictionary<string, (JsonNode? Value, bool IsOwn)>
        {
            ["type"] = ("Police", false), ["competence"] = (new JsonArray("LT"), false), ["standing"] = ("Suspended", false),
            ["name"] = (new JsonObject { ["en"] = "Other" }, true), ["municipality"] = ("LT-15", true), ["contacts"] = (new JsonArray(), true),
            ["hours"] = ("24/7", true), ["languages"] = (new JsonArray("en", "lt"), true),
            ["source"] = (new JsonObject { ["title"] = "B", ["date"] = "2026-01-02" }, true), ["illustrative"] = (null, true),
        };
        var body = Json.Agency();
        var version = 1;
        foreach (var (field, (value, isOwn)) in changes)
        {
            var wanted = body.DeepClone().AsObject();
            wanted[field] = value?.DeepClone();
            if (isOwn) Assert.Equal(++version, (await own.Put("/v1/agencies/se-every", body = wanted).Expect(HttpStatusCode.OK)).Version());
            else await own.Put("/v1/agencies/se-every", wanted).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0103", rule: "registrars-fields");
        }
        Assert.Equal(version, (await directory.Messages("agency", "se-every")).Count);
    }

    [Fact]
    public async Task Administrator_OfAnother_OrOfNone_ChangesNothing()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("se-mine", "administrator");
        using var system = directory.As("se-theirs", "agency");
        await registrar.Put("/v1/agencies/se-theirs", Json.Agency()).Expect(HttpStatusCode.Created);
        await own.Put("/v1/agencies/se-theirs", Json.Agency("Taken over")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0102", rule: "own-agency");
        await own.Put("/v1/agencies/se-mine", Json.Agency()).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0103", rule: "registrars-fields");
        await system.Put("/v1/agencies/se-theirs", Json.Agency("By its system")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-ID-0003");
        foreach (var path in new[] { "clients", "staff", "history" })
        {
            await own.GetAsync($"/v1/agencies/se-theirs/{path}", TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0102");
            // Another's that is not there is answered like one that is.
            await own.GetAsync($"/v1/agencies/se-nowhere/{path}", TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0102");
            await system.GetAsync($"/v1/agencies/se-theirs/{path}", TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.Forbidden, "TLT-ID-0003");
        }
    }

    [Fact]
    public async Task Administrator_KeepsServicesAndCapacity_AsTheAgencysSystemDoes()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("se-offer", "administrator");
        await registrar.Put("/v1/agencies/se-offer", Json.Agency()).Expect(HttpStatusCode.Created);
        await own.Put("/v1/services/se-offer-bed", Json.Service("se-offer")).Expect(HttpStatusCode.Created);
        await own.Put("/v1/services/se-offer-bed/capacity", new JsonObject { ["total"] = 4, ["available"] = 1 }).Expect(HttpStatusCode.OK);
        await own.Put("/v1/services/se-offer-other", Json.Service("se-nobody")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0202");
        await own.DeleteAsync("/v1/services/se-offer-bed", TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Patch_ChangesWhatItNames_AndNothingElse()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("se-patch", "administrator");
        var before = await registrar.Put("/v1/agencies/se-patch", Json.Agency()).Expect(HttpStatusCode.Created);
        var after = await own.Patch("/v1/agencies/se-patch", new JsonObject { ["hours"] = "24/7", ["name"] = new JsonObject { ["lt"] = null, ["uk"] = "Назва" }, ["illustrative"] = null }).Expect(HttpStatusCode.OK);
        var expected = JsonNode.Parse(before.GetRawText())!.AsObject();
        expected["hours"] = "24/7";
        expected["name"] = new JsonObject { ["en"] = "Test agency", ["uk"] = "Назва" };
        expected.Remove("illustrative");
        (expected["version"], expected["changedAt"]) = (2, after.Text("changedAt"));
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(after.GetRawText())), after.GetRawText());

        await own.Patch("/v1/agencies/se-patch", new JsonObject { ["competence"] = new JsonArray("LT") }).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0103");
        await own.Patch("/v1/agencies/se-patch", new JsonObject { ["hours"] = null }).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0001", "$.hours");
        await own.Patch("/v1/agencies/se-patch", new JsonObject { ["version"] = 9 }).ExpectProblem(HttpStatusCode.BadRequest, "TLT-NET-0400", "$");
        await own.Patch("/v1/agencies/se-patch", new JsonObject { ["name"] = 9 }).ExpectProblem(HttpStatusCode.BadRequest, "TLT-NET-0400", "$.name");
        await own.Patch("/v1/agencies/se-nowhere", new JsonObject()).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0102");
        await registrar.Patch("/v1/agencies/se-nowhere", new JsonObject()).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0101");
        foreach (var body in new[] { "[]", "null", "7", """{"hours":"24/7","hours":"24/7"}""", """{"name":{"en":"A","en":"B"}}""", """{"illustrative":"\ud800"}""" })
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/merge-patch+json");
            var problem = await own.PatchAsync("/v1/agencies/se-patch", content, TestContext.Current.CancellationToken).Expect(HttpStatusCode.BadRequest);
            Assert.Equal("TLT-NET-0400", problem.Text("code"));
            Assert.StartsWith("$", problem.Text("field"), StringComparison.Ordinal);
        }
        Assert.Equal(2, (await own.Patch("/v1/agencies/se-patch", new JsonObject()).Expect(HttpStatusCode.OK)).Version());
    }

    [Fact]
    public async Task Patch_ManyAtOnce_LosesNone()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("se-many", "administrator");
        await registrar.Put("/v1/agencies/se-many", Json.Agency()).Expect(HttpStatusCode.Created);
        await own.Put("/v1/services/se-many-bed", Json.Service("se-many")).Expect(HttpStatusCode.Created);
        string[] codes = ["lt", "uk", "ru", "pl", "de", "fr", "es", "it", "ro", "bg"];
        foreach (var path in new[] { "/v1/agencies/se-many", "/v1/services/se-many-bed" })
        {
            await Task.WhenAll(codes.Select(code => own.Patch(path, new JsonObject { ["name"] = new JsonObject { [code] = "In " + code } }).Expect(HttpStatusCode.OK)));
            var name = (await own.GetAsync(path, TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK)).GetProperty("name");
            Assert.All(codes, code => Assert.Equal("In " + code, name.Text(code)));
        }
        await own.DeleteAsync("/v1/services/se-many-bed", TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
        await own.Patch("/v1/services/se-many-bed", new JsonObject { ["hours"] = "24/7" }).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0201");
    }

    [Fact]
    public async Task Standing_ByTheRegistrarAlone_WithItsReasonOnRecord()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("se-stand", "administrator");
        await registrar.Put("/v1/agencies/se-stand", Json.Agency()).Expect(HttpStatusCode.Created);
        var why = new JsonObject { ["reason"] = "SecurityIncident" };

        await own.Post("/v1/agencies/se-stand/suspend", why).ExpectProblem(HttpStatusCode.Forbidden, "TLT-ID-0003");
        await registrar.Post("/v1/agencies/se-stand/suspend", new JsonObject()).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0001", "$.reason");
        Assert.Equal("Active", (await registrar.Post("/v1/agencies/se-stand/resume", why).Expect(HttpStatusCode.OK)).Text("standing"));
        Assert.Equal("Suspended", (await registrar.Post("/v1/agencies/se-stand/suspend", why).Expect(HttpStatusCode.OK)).Text("standing"));
        Assert.Equal(2, (await registrar.Post("/v1/agencies/se-stand/suspend", why).Expect(HttpStatusCode.OK)).Version());
        await own.Put("/v1/agencies/se-stand", Json.Agency("While suspended")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0103");
        var record = Json.Agency("While suspended");
        record.Remove("standing");
        await own.Put("/v1/agencies/se-stand", record).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0105");
        Assert.Equal("Active", (await registrar.Post("/v1/agencies/se-stand/resume", new JsonObject { ["reason"] = "Cleared" }).Expect(HttpStatusCode.OK)).Text("standing"));
        Assert.Equal("Removed", (await registrar.Post("/v1/agencies/se-stand/remove", new JsonObject { ["reason"] = "MandateEnded" }).Expect(HttpStatusCode.OK)).Text("standing"));
        await registrar.Post("/v1/agencies/se-stand/resume", why).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0106");
        await registrar.Post("/v1/agencies/se-stand/suspend", why).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0104");
        await registrar.Post("/v1/agencies/se-nowhere/suspend", why).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0101");

        var reasons = await own.GetAsync("/v1/agencies/se-stand/history?field=standingReason", TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
        Assert.Equal(["MandateEnded", "Cleared", "SecurityIncident"], reasons.GetProperty("items").EnumerateArray().Select(entry => entry.Text("replacementValue")));
        // The reason is nobody else's business.
        Assert.All(await directory.Messages("agency", "se-stand"), message => Assert.False(message.Body.TryGetProperty("standingReason", out _)));
        using var other = directory.As("se-other", "agency");
        Assert.False((await other.GetAsync("/v1/agencies/se-stand", TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK)).TryGetProperty("standingReason", out _));
    }
}
