using System.Net;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Services;

[Collection(RunningDirectory.Name)]
public sealed class ServicesTests(DirectoryProcess directory)
{
    [Fact]
    public async Task Service_FromOfferToOfferAgain_TellsEachStep()
    {
        using var registrar = directory.Registrar;
        using var agency = directory.As("sv-giver", "agency");
        await registrar.Put("/v1/agencies/sv-giver", Json.Agency()).Expect(HttpStatusCode.Created);

        Assert.Equal(1, (await agency.Put("/v1/services/sv-one", Json.Service("sv-giver")).Expect(HttpStatusCode.Created)).Version());
        Assert.Equal(1, (await agency.Put("/v1/services/sv-one", Json.Service("sv-giver")).Expect(HttpStatusCode.OK)).Version());
        Assert.Equal(2, (await registrar.Put("/v1/services/sv-one", Json.Service("sv-giver", "LegalAid")).Expect(HttpStatusCode.OK)).Version());
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var withdrawn = await agency.DeleteAsync("/v1/services/sv-one", TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
            Assert.Equal(3, withdrawn.Version());
            Assert.True(withdrawn.TryGetProperty("withdrawnAt", out var _));
        }
        Assert.Empty((await List("agency=sv-giver")).Ids());
        Assert.Equal(4, (await agency.Put("/v1/services/sv-one", Json.Service("sv-giver", "LegalAid")).Expect(HttpStatusCode.OK)).Version());
        Assert.Equal(["sv-one"], (await List("agency=sv-giver")).Ids());

        var messages = await directory.Messages("service", "sv-one");
        Assert.Equal(["service-offered", "service-offered", "service-withdrawn", "service-offered"], messages.Select(m => m.Message));
        Assert.Equal([1, 2, 3, 4], messages.Select(m => m.Body.Version()));
        Assert.Equal(("sv-giver", "LegalAid", "LT-VL"), (messages[2].Body.Text("agency"), messages[2].Body.Text("need"), messages[2].Body.GetProperty("areas")[0].GetString()));
    }

    [Fact]
    public async Task Service_OfAnotherAgency_IsNotYoursToWrite()
    {
        using var registrar = directory.Registrar;
        foreach (var id in new[] { "sv-a", "sv-b" }) await registrar.Put("/v1/agencies/" + id, Json.Agency()).Expect(HttpStatusCode.Created);
        using var a = directory.As("sv-a", "agency");
        using var b = directory.As("sv-b", "agency");
        using var auditor = directory.As("sv-a", "auditor");
        await a.Put("/v1/services/sv-of-a", Json.Service("sv-a")).Expect(HttpStatusCode.Created);
        var before = await directory.Rows();

        await b.Put("/v1/services/sv-of-a", Json.Service("sv-a", "LegalAid")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0202", rule: "own-services");
        await b.Put("/v1/services/sv-of-a", Json.Service("sv-b")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0202", rule: "own-services");
        await b.Put("/v1/services/sv-unknown", Json.Service("sv-a")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0202", rule: "own-services");
        await b.DeleteAsync("/v1/services/sv-of-a", TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0202", rule: "own-services");
        await auditor.Put("/v1/services/sv-of-a", Json.Service("sv-a", "LegalAid")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-ID-0003", rule: "role");
        await auditor.DeleteAsync("/v1/services/sv-of-a", TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.Forbidden, "TLT-ID-0003", rule: "role");
        await registrar.Put("/v1/services/sv-of-a", Json.Service("sv-b")).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0204", rule: "service-keeps-agency");
        await registrar.Put("/v1/services/sv-x", Json.Service("sv-nobody")).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0203", "$.agency");
        await registrar.DeleteAsync("/v1/services/sv-x", TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0201");
        Assert.Equal(before, await directory.Rows());
    }

    [Fact]
    public async Task Service_OfAnAgencyThatTakesNoPart_IsNeitherOfferedNorListed()
    {
        using var registrar = directory.Registrar;
        using var agency = directory.As("sv-stand", "agency");
        var body = Json.Agency();
        await registrar.Put("/v1/agencies/sv-stand", body).Expect(HttpStatusCode.Created);
        await agency.Put("/v1/services/sv-stands", Json.Service("sv-stand")).Expect(HttpStatusCode.Created);

        body["standing"] = "Suspended";
        await registrar.Put("/v1/agencies/sv-stand", body).Expect(HttpStatusCode.OK);
        Assert.Empty((await List("agency=sv-stand")).Ids());
        await agency.Put("/v1/services/sv-stands", Json.Service("sv-stand")).Expect(HttpStatusCode.OK);
        await agency.Put("/v1/services/sv-stands", Json.Service("sv-stand", "LegalAid")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0206", rule: "agency-active");
        await registrar.Put("/v1/services/sv-stands", Json.Service("sv-stand", "LegalAid")).Expect(HttpStatusCode.OK);

        body["standing"] = "Removed";
        await registrar.Put("/v1/agencies/sv-stand", body).Expect(HttpStatusCode.OK);
        await registrar.Put("/v1/services/sv-stands", Json.Service("sv-stand")).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0205", rule: "agency-takes-part");
        await agency.DeleteAsync("/v1/services/sv-stands", TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task List_Area_FindsWhatIsOfferedAroundIt()
    {
        using var registrar = directory.Registrar;
        await registrar.Put("/v1/agencies/sv-area", Json.Agency()).Expect(HttpStatusCode.Created);
        foreach (var (id, area) in new[] { ("sv-lt", "LT"), ("sv-ku", "LT-KU"), ("sv-vl", "LT-VL"), ("sv-57", "LT-57"), ("sv-58", "LT-58") })
        {
            var body = Json.Service("sv-area", "SafeReturn");
            body["areas"] = new JsonArray(area);
            await registrar.Put("/v1/services/" + id, body).Expect(HttpStatusCode.Created);
        }
        Assert.Equal(["sv-57", "sv-lt", "sv-vl"], (await List("need=SafeReturn&area=LT-57")).Ids());
        Assert.Equal(["sv-lt", "sv-vl"], (await List("need=SafeReturn&area=LT-VL")).Ids());
        Assert.Equal(["sv-lt"], (await List("need=SafeReturn&area=LT")).Ids());
        Assert.Equal(["sv-ku", "sv-lt"], (await List("need=SafeReturn&area=LT-15&agency=sv-area")).Ids());
        Assert.Equal(["sv-57", "sv-58"], (await List("need=SafeReturn&limit=2")).Ids());
        Assert.Equal(["sv-ku", "sv-lt", "sv-vl"], (await List("need=SafeReturn&limit=3&after=sv-58")).Ids());
        Assert.Empty((await List("need=Compensation&agency=sv-area")).Ids());
    }

    [Theory]
    [InlineData("need=0", "TLT-DIR-0016", "need")]
    [InlineData("area=LV", "TLT-DIR-0008", "area")]
    [InlineData("agency=No", "TLT-DIR-0016", "agency")]
    public async Task List_WrongFilter_IsToldByName(string query, string code, string field)
    {
        using var caller = directory.As("lt-other", "agency");
        await caller.GetAsync("/v1/services?" + query, TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.BadRequest, code, field);
    }

    [Fact]
    public async Task Put_ManyFirstAtOnce_NoneFailsOnOurSide()
    {
        using var registrar = directory.Registrar;
        await registrar.Put("/v1/agencies/sv-race", Json.Agency()).Expect(HttpStatusCode.Created);
        string[] needs = ["Shelter", "LegalAid", "BasicNeeds", "MedicalCare"];
        var sent = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => registrar.Put("/v1/services/sv-raced", Json.Service("sv-race", needs[n % needs.Length]))));
        Assert.Single(sent, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.All(sent, answer => Assert.True((int)answer.StatusCode < 500));
        var messages = await directory.Messages("service", "sv-raced");
        Assert.Equal(Enumerable.Range(1, messages.Count), messages.Select(m => m.Body.Version()));
    }

    private async Task<System.Text.Json.JsonElement> List(string query)
    {
        using var caller = directory.As("lt-other", "agency");
        return await caller.GetAsync("/v1/services?" + query, TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
    }
}
