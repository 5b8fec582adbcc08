using System.Net;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>What a consent and a dossier may say, and that the owner gets back what it wrote.</summary>
public sealed class ConsentAndDossierTests(Net net)
{
    [Fact]
    public async Task Consent_ThatCannotBe_IsRefusedByField()
    {
        var kopzi = net.It.As("lt-kopzi");
        var subject = (await kopzi.Post("/v1/subjects", new { })).Must(HttpStatusCode.Created).Text("subjectRef");
        string[] crowd = [.. Enumerable.Repeat("lt-caritas", 20_000)];
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        foreach (var (what, code, field) in ((Dictionary<string, object>, string, string)[])
        [
            (new() { ["language"] = "zz" }, "TLT-REF-0206", "$.language"), (new() { ["language"] = "LT" }, "TLT-REF-0206", "$.language"),
            (new() { ["givenOn"] = "0001-01-01" }, "TLT-REF-0205", "$.givenOn"), (new() { ["givenOn"] = today.AddDays(3) }, "TLT-REF-0205", "$.givenOn"),
            (new() { ["givenOn"] = today.AddDays(-30), ["expiresOn"] = today.AddDays(-3) }, "TLT-REF-0205", "$.expiresOn"),
            (new() { ["recipients"] = crowd }, "TLT-REF-0207", "$.recipients"), (new() { ["recipientTypes"] = Enumerable.Repeat("Ngo", 65) }, "TLT-REF-0207", "$.recipientTypes"),
            (new() { ["purposes"] = Enumerable.Repeat("Assistance", 65) }, "TLT-REF-0207", "$.purposes"), (new() { ["dataClasses"] = Enumerable.Repeat("Needs", 65) }, "TLT-REF-0207", "$.dataClasses"),
        ])
        {
            var refused = (await kopzi.Post($"/v1/subjects/{subject}/consents", With(what))).Must(HttpStatusCode.BadRequest);
            Assert.Equal((code, field), (refused.Code, refused.Text("field")));
        }

        (await kopzi.Post($"/v1/subjects/{subject}/consents", With(new()
        {
            ["recipients"] = crowd[..5], ["recipientTypes"] = new[] { "Ngo", "Ngo" }, ["purposes"] = new[] { "Assistance", "Protection", "Assistance" }, ["dataClasses"] = new[] { "Needs", "Needs" }, ["givenOn"] = "2000-01-01",
        }))).Must(HttpStatusCode.Created);
        var only = Assert.Single((await kopzi.Get($"/v1/subjects/{subject}/consents")).Must(HttpStatusCode.OK).Json.AsArray())!;
        Assert.Equal("""["lt-caritas"] ["Ngo"] ["Assistance","Protection"] ["Needs"]""",
            string.Join(' ', new[] { "recipients", "recipientTypes", "purposes", "dataClasses" }.Select(list => only[list]!.ToJsonString())));
    }

    [Fact]
    public async Task Dossier_IsReadBackByItsOwnerAlone_OnRecord()
    {
        var (kopzi, caritas) = (net.It.As("lt-kopzi"), net.It.As("lt-caritas"));
        var subject = await net.It.SubjectWithConsent("lt-caritas");
        Assert.Equal("""{"parts":{}}""", (await kopzi.Get($"/v1/subjects/{subject}/dossier")).Must(HttpStatusCode.OK).Body);
        (await kopzi.Put($"/v1/subjects/{subject}/dossier/Needs", new { fields = new { shelter = "tonight", diet = "ąčę" } })).Must(HttpStatusCode.NoContent);
        (await kopzi.Put($"/v1/subjects/{subject}/dossier/Exploitation", new { fields = new { vic_MethodsOfControl = "DebtBondage" } })).Must(HttpStatusCode.NoContent);
        (await net.It.Refer(subject, "lt-caritas")).Must(HttpStatusCode.Accepted);

        var whole = (await kopzi.Get($"/v1/subjects/{subject}/dossier")).Must(HttpStatusCode.OK).Json["parts"]!;
        Assert.Equal(("tonight", "ąčę", "DebtBondage"), ((string?)whole["Needs"]!["shelter"], (string?)whole["Needs"]!["diet"], (string?)whole["Exploitation"]!["vic_MethodsOfControl"]));
        var part = (await kopzi.Get($"/v1/subjects/{subject}/dossier/Needs")).Must(HttpStatusCode.OK).Json;
        Assert.Equal("tonight", (string?)part["fields"]!["shelter"]);
        (await kopzi.Put($"/v1/subjects/{subject}/dossier/Needs", part.ToJsonString())).Must(HttpStatusCode.NoContent);

        Assert.Equal("TLT-REF-0505", (await kopzi.Get($"/v1/subjects/{subject}/dossier/Health")).Must(HttpStatusCode.NotFound).Code);
        Assert.Equal("TLT-REF-0504", (await kopzi.Get($"/v1/subjects/{subject}/dossier/3")).Must(HttpStatusCode.NotFound).Code);
        foreach (var path in (string[])[$"/v1/subjects/{subject}/dossier", $"/v1/subjects/{subject}/dossier/Needs", $"/v1/subjects/{Guid.CreateVersion7()}/dossier"])
            Assert.Equal("TLT-REF-0104", (await caritas.Get(path)).Must(HttpStatusCode.NotFound).Code);

        var record = await net.It.Query("referral", "SELECT agency, allowed, rule, array_to_string(given, '+') FROM decisions WHERE subject = $1 AND action = 'read-own-dossier' ORDER BY at", Guid.Parse(subject));
        Assert.Equal(["lt-kopzi True owner ", "lt-kopzi True owner Needs+Exploitation", "lt-kopzi True owner Needs", "lt-kopzi True owner "], record.Select(row => string.Join(' ', row)));
    }

    [Fact]
    public async Task DossierField_WithoutAValue_IsRefused()
    {
        var kopzi = net.It.As("lt-kopzi");
        var subject = (await kopzi.Post("/v1/subjects", new { })).Must(HttpStatusCode.Created).Text("subjectRef");
        var refused = (await kopzi.Put($"/v1/subjects/{subject}/dossier/Needs", """{"fields":{"shelter":"tonight","diet":null}}""")).Must(HttpStatusCode.BadRequest);
        Assert.Equal(("TLT-REF-0503", "$.fields"), (refused.Code, refused.Text("field")));
        Assert.Equal("TLT-REF-0505", (await kopzi.Get($"/v1/subjects/{subject}/dossier/Needs")).Code);
    }

    private static Dictionary<string, object> With(Dictionary<string, object> other)
    {
        var consent = new Dictionary<string, object> { ["purposes"] = new[] { "Assistance" }, ["dataClasses"] = new[] { "Needs" }, ["recipients"] = new[] { "lt-caritas" }, ["form"] = "Oral", ["language"] = "lt" };
        foreach (var (name, value) in other) consent[name] = value;
        return consent;
    }
}
