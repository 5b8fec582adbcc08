using System.Net;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>An endpoint that takes a body, with one that it accepts. Paths are written as in <c>$.answers[0].indicator</c>.</summary>
internal sealed record Endpoint
{
    public required HttpMethod Method { get; init; }
    public required string As { get; init; }
    public required string Path { get; init; }
    public required string Sample { get; init; }

    /// <summary>Members that may be left out or be null.</summary>
    public string[] Optional { get; init; } = [];

    /// <summary>Objects whose members have free names.</summary>
    public string[] Open { get; init; } = [];

    /// <summary>Text in which any writing system may be used.</summary>
    public string[] FreeText { get; init; } = [];

    /// <summary>Values of a closed list.</summary>
    public string[] Codes { get; init; } = [];

    /// <summary>An empty object changes nothing and is taken.</summary>
    public bool TakesEmpty { get; init; }

    /// <summary>A list of such bodies is taken as well.</summary>
    public bool TakesList { get; init; }

    /// <summary>In bytes, the largest body that is read at all.</summary>
    public int LargestBody { get; init; } = 1 << 20;

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>Every endpoint of the network that takes a JSON body.</summary>
internal static class Endpoints
{
    public static async Task<Endpoint[]> All(TestNetwork network)
    {
        var (kopzi, caritas, registrar) = (network.As("lt-kopzi"), network.As("lt-caritas"), network.As("registrar"));
        var subject = await network.SubjectWithConsent("lt-caritas");
        var screened = (await kopzi.Post("/v1/subjects", new { ageBand = "From24To26" })).Must(HttpStatusCode.Created).Text("subjectRef");
        var police = network.As("lt-police");
        var reflecting = (await police.Post("/v1/subjects", new { ageBand = "From24To26" })).Must(HttpStatusCode.Created).Text("subjectRef");
        (await police.Post($"/v1/subjects/{reflecting}/status", new { status = "Presumed" })).Must(HttpStatusCode.OK);
        (await police.Post($"/v1/subjects/{reflecting}/reflection-period/start", new { })).Must(HttpStatusCode.OK);
        var referrals = new string[3];
        for (var i = 0; i < referrals.Length; i++)
            referrals[i] = (await network.Refer(await network.SubjectWithConsent("lt-caritas"), "lt-caritas")).Must(HttpStatusCode.Accepted).Text("referralId");
        (await caritas.Post($"/v1/referrals/{referrals[1]}/accept")).Must(HttpStatusCode.OK);
        (await kopzi.Post($"/v1/subjects/{screened}/consents", new { purposes = new[] { "CriminalProceedings" }, dataClasses = new[] { "Exploitation" }, recipients = new[] { "lt-police" }, form = "Oral", language = "lt" })).Must(HttpStatusCode.Created);
        var reported = (await kopzi.Post("/v1/referrals", new { subject = screened, to = "lt-police", need = "CriminalInvestigation", purpose = "CriminalProceedings", urgency = "Normal" })).Must(HttpStatusCode.Accepted).Text("referralId");
        var form = (await kopzi.Raw(HttpMethod.Post, "/v1/forms", System.Text.Encoding.UTF8.GetBytes(Form(screened)))).Must(HttpStatusCode.Created).Text("formId");
        var ending = $"lt-mou-end-{Guid.CreateVersion7():N}";
        (await registrar.Put($"/v1/memoranda/{ending}", Memorandum)).Must(HttpStatusCode.Created);
        var stopping = $"lt-mou-stop-{Guid.CreateVersion7():N}";
        (await registrar.Put($"/v1/memoranda/{stopping}", Memorandum)).Must(HttpStatusCode.Created);
        var signing = $"lt-kopzi-mou-{Guid.CreateVersion7():N}";
        (await kopzi.Put($"/v1/memoranda/{signing}/draft", Draft)).Must(HttpStatusCode.Created);

        var listed = (await registrar.Get("/hsds/services?full=true&per_page=200")).Must(HttpStatusCode.OK).Json["contents"]!.AsArray();
        var hotline = (string)listed.Single(service => (string?)service!["additional_urls"]![0]!["url"] == "urn:tiltas:service:lt-kopzi-hotline")!["id"]!;

        return
        [
            new()
            {
                // A trial: of a file that is taken nothing must be left for the others.
                Method = HttpMethod.Post, As = "registrar", Path = "/v1/exchange?dryRun=true", TakesList = true, LargestBody = 32 << 20, Optional = ["$.name", "$.languages", "$.service_areas", "$.schedules"],
                Open = ["$", "$.languages[0]", "$.service_areas[0]", "$.schedules[0]"], FreeText = ["$.name"],
                Sample = $$"""
                    {"id":"{{hotline}}","status":"active","name":"Bandymas","languages":[{"code":"lit"}],"service_areas":[{"extent":"LT"}],
                    "schedules":[{"freq":"WEEKLY","byday":"MO,TU","opens_at":"08:00","closes_at":"17:00"}]}
                    """,
            },
            new()
            {
                Method = HttpMethod.Put, As = "registrar", Path = "/v1/agencies/lt-hostile", Optional = ["$.standing", "$.illustrative", "$.name.lt", "$.contacts[0].label", "$.contacts[0].hours", "$.contacts[0].languages", "$.source.url"],
                Open = ["$.name", "$.contacts[0].label"], FreeText = ["$.name.lt", "$.name.en", "$.illustrative", "$.source.title", "$.contacts[0].label.en"], Codes = ["$.type", "$.standing", "$.contacts[0].kind"],
                Sample = """
                    {"type":"Ngo","name":{"lt":"Bandymų centras","en":"Centre of trials"},"municipality":"LT-57","competence":["LT"],"contacts":[{"kind":"Phone","value":"+37060000000","label":{"en":"Line"},"hours":"24/7","languages":["lt"]}],
                    "hours":"Mo-Fr 08:00-17:00","languages":["lt","en"],"standing":"Suspended","source":{"title":"Made up","date":"2026-01-01","url":"https://example.org"},"illustrative":"All of it."}
                    """,
            },
            new()
            {
                Method = HttpMethod.Put, As = "lt-kopzi", Path = "/v1/services/lt-kopzi-hostile", Optional = ["$.illustrative", "$.name.lt", "$.source.url"], Open = ["$.name"],
                FreeText = ["$.name.lt", "$.name.en", "$.illustrative", "$.source.title"], Codes = ["$.need"],
                Sample = """
                    {"agency":"lt-kopzi","need":"Interpretation","name":{"lt":"Vertimas","en":"Interpreting"},"areas":["LT"],"hours":"24/7","languages":["lt"],"source":{"title":"Made up","date":"2026-01-01","url":"https://example.org"},"illustrative":"All of it."}
                    """,
            },
            new()
            {
                Method = HttpMethod.Patch, TakesEmpty = true, As = "lt-kopzi", Path = "/v1/services/lt-kopzi-hotline", Optional = ["$.illustrative"], FreeText = ["$.illustrative"], Sample = """{"illustrative":"All of it."}""",
            },
            new() { Method = HttpMethod.Patch, TakesEmpty = true, As = "registrar", Path = "/v1/agencies/lt-mvic", Optional = ["$.illustrative"], FreeText = ["$.illustrative"], Sample = """{"illustrative":"All of it."}""" },
            new() { Method = HttpMethod.Post, As = "registrar", Path = "/v1/agencies/lt-mvic/resume", Codes = ["$.reason"], Sample = """{"reason":"Cleared"}""" },
            new() { Method = HttpMethod.Put, As = "registrar", Path = "/v1/agencies/lt-mvic/staff/hostile-desk", Codes = ["$.roles[0]"], Sample = """{"roles":["HotlineWorker"]}""" },
            new()
            {
                Method = HttpMethod.Put, As = "registrar", Path = "/v1/agencies/lt-mvic/clients/lt-mvic-hostile", Optional = ["$.certificates"],
                Sample = """{"roles":["agency"],"certificates":["0000000000000000000000000000000000000000000000000000000000000001"]}""",
            },
            new()
            {
                Method = HttpMethod.Put, As = "registrar", Path = "/v1/memoranda/lt-mou-hostile", Optional = ["$.needs", "$.validTo", "$.illustrative", "$.title.lt", "$.source.url"], Open = ["$.title"],
                FreeText = ["$.title.lt", "$.title.en", "$.illustrative", "$.source.title"], Codes = ["$.dataClasses[0]", "$.purposes[0]", "$.needs[0]"], Sample = Memorandum,
            },
            new()
            {
                Method = HttpMethod.Post, As = "lt-kopzi", Path = "/v1/providers/search",
                Optional = ["$.traits", "$.traits.sex", "$.traits.ageBand", "$.traits.withChildren", "$.traits.status", "$.traits.accessibility", "$.traits.languages", "$.at", "$.onlySuitable", "$.limit"],
                Codes = ["$.need", "$.purpose", "$.traits.sex", "$.traits.ageBand", "$.traits.status", "$.traits.accessibility[0]"],
                Sample = """
                    {"need":"Shelter","place":"LT-57","purpose":"Assistance","traits":{"sex":"Female","ageBand":"From21To23","withChildren":true,"status":"Presumed","accessibility":["StepFree"],"languages":["lt"]},
                    "at":"2026-06-02T10:00:00Z","onlySuitable":true,"limit":20}
                    """,
            },
            new()
            {
                Method = HttpMethod.Put, As = "lt-kopzi", Path = "/v1/memoranda/lt-kopzi-mou-hostile/draft",
                Optional = ["$.clauses[0].needs", "$.clauses[0].from", "$.clauses[0].to", "$.validTo", "$.illustrative", "$.title.lt"], Open = ["$.title"],
                FreeText = ["$.title.lt", "$.title.en", "$.illustrative", "$.clauses[0].number"], Codes = ["$.atEnd", "$.clauses[0].dataClasses[0]", "$.clauses[0].purposes[0]", "$.clauses[0].needs[0]"], Sample = Draft,
            },
            new()
            {
                Method = HttpMethod.Post, As = "lt-kopzi", Path = $"/v1/memoranda/{signing}/draft/sign", FreeText = ["$.signatory"],
                Sample = """{"revision":1,"documentHash":"0000000000000000000000000000000000000000000000000000000000000000","office":"director","signatory":"s-1"}""",
            },
            new() { Method = HttpMethod.Post, As = "registrar", Path = $"/v1/memoranda/{stopping}/suspend", Optional = ["$.from"], Codes = ["$.reason"], Sample = """{"reason":"UnderReview","from":"2199-01-01"}""" },
            new() { Method = HttpMethod.Post, As = "registrar", Path = $"/v1/memoranda/{stopping}/resume", Optional = ["$.of"], Sample = """{"of":"lt-mvic"}""" },
            new() { Method = HttpMethod.Post, As = "registrar", Path = $"/v1/memoranda/{ending}/end", Sample = """{"on":"2026-12-01"}""" },
            new()
            {
                Method = HttpMethod.Post, As = "lt-kopzi", Path = "/v1/screenings", Optional = ["$.place", "$.language", "$.interpreter"], Codes = ["$.ageBand", "$.answers[0].observation"],
                Sample = $$"""{"subject":"{{screened}}","set":"LT-ADULT-LABOUR","setVersion":2,"ageBand":"From24To26","place":"LT-BP-MEDININKAI","language":"lt","interpreter":true,"answers":[{"indicator":"M01","observation":"Observed"}]}""",
            },
            new() { Method = HttpMethod.Post, As = "lt-kopzi", Path = "/v1/forms", Codes = ["$.answers[0].values[0]"], Sample = Form(screened) },
            new() { Method = HttpMethod.Post, As = "lt-kopzi", Path = $"/v1/forms/{form}/send", Sample = $$"""{"referral":"{{reported}}"}""" },
            new()
            {
                Method = HttpMethod.Post, As = "lt-kopzi", Path = $"/v1/subjects/{screened}/status", Optional = ["$.ageBand", "$.residence"], Codes = ["$.status", "$.ageBand", "$.residence"],
                Sample = """{"status":"Presumed","ageBand":"From24To26","residence":"ShortStay"}""",
            },
            new()
            {
                Method = HttpMethod.Post, As = "lt-police", Path = $"/v1/subjects/{reflecting}/circumstances", Optional = ["$.ageBand", "$.residence"], Codes = ["$.ageBand", "$.residence"],
                Sample = """{"ageBand":"From27To29","residence":"ShortStay"}""",
            },
            new()
            {
                Method = HttpMethod.Post, As = "lt-police", Path = $"/v1/subjects/{reflecting}/information", Codes = ["$.entitlements[0]", "$.form", "$.to"],
                Sample = """{"entitlements":["NgoSupport"],"version":1,"language":"lt","interpreter":false,"form":"Oral","to":"Person"}""",
            },
            new() { Method = HttpMethod.Post, As = "lt-police", Path = $"/v1/subjects/{reflecting}/reflection-period/pause", Codes = ["$.reason"], Sample = """{"reason":"HospitalCare"}""" },
            new() { Method = HttpMethod.Post, As = "lt-police", Path = $"/v1/subjects/{reflecting}/reflection-period/extend", Codes = ["$.reason"], Sample = """{"days":1,"reason":"DecisionPending"}""" },
            new() { Method = HttpMethod.Post, As = "lt-police", Path = $"/v1/subjects/{reflecting}/reflection-period/end", Codes = ["$.reason"], Sample = """{"reason":"PersonDecided"}""" },
            new()
            {
                Method = HttpMethod.Post, As = "lt-kopzi", Path = "/v1/subjects", Optional = ["$.ageBand", "$.municipality"], Codes = ["$.ageBand"],
                Sample = """{"ageBand":"From24To26","municipality":"LT-57"}""",
            },
            new()
            {
                Method = HttpMethod.Put, As = "lt-kopzi", Path = $"/v1/subjects/{subject}/dossier/Identity", Optional = ["$.fields.prs_FirstName", "$.fields.prs_Nickname"], Open = ["$.fields"],
                FreeText = ["$.fields.prs_FirstName", "$.fields.prs_Nickname"], Sample = """{"fields":{"prs_FirstName":"Vardenė","prs_Nickname":"V."}}""",
            },
            new()
            {
                Method = HttpMethod.Post, As = "lt-kopzi", Path = $"/v1/subjects/{subject}/consents", Optional = ["$.recipients", "$.recipientTypes", "$.interpreter", "$.givenOn", "$.expiresOn"],
                Codes = ["$.purposes[0]", "$.dataClasses[0]", "$.recipientTypes[0]", "$.form"],
                Sample = """{"purposes":["Assistance"],"dataClasses":["Needs"],"recipients":["lt-caritas"],"recipientTypes":["Ngo"],"form":"Oral","language":"lt","interpreter":true,"givenOn":"2026-01-01","expiresOn":"2031-01-01"}""",
            },
            new()
            {
                Method = HttpMethod.Post, As = "lt-kopzi", Path = "/v1/referrals", Optional = ["$.returnOverride"], Codes = ["$.need", "$.purpose", "$.urgency", "$.returnOverride"],
                Sample = $$"""{"subject":"{{subject}}","to":"lt-caritas","need":"Shelter","purpose":"Assistance","urgency":"Urgent","returnOverride":"PersonAsks"}""",
            },
            new() { Method = HttpMethod.Post, As = "lt-caritas", Path = $"/v1/referrals/{referrals[0]}/decline", Codes = ["$.code"], Sample = """{"code":"NoCapacity"}""" },
            new() { Method = HttpMethod.Post, As = "lt-caritas", Path = $"/v1/referrals/{referrals[1]}/complete", Codes = ["$.outcome"], Sample = """{"outcome":"ServiceDelivered"}""" },
            new() { Method = HttpMethod.Post, As = "lt-kopzi", Path = $"/v1/referrals/{referrals[2]}/withdraw", Codes = ["$.reason"], Sample = """{"reason":"NeedMet"}""" },
        ];
    }

    private static string Form(string subject) => $$"""
        {"schema":"LT-POLICE-NOTIFICATION","schemaVersion":1,"subject":"{{subject}}","answers":[{"field":"PRESENT_DANGER","values":["Unknown"]},{"field":"DAY","values":["2026-11-02"]},{"field":"AGE","values":["Under18"]},
        {"field":"STILL_GOING_ON","values":["Yes"]},{"field":"ACT","values":["NotKnown"]},{"field":"PURPOSE","values":["ForcedBegging"]},{"field":"KNOWS","values":["No"]},{"field":"NOTE","note":"Turguje."}]}
        """;

    private const string Draft = """
        {"parties":["lt-kopzi","lt-mvic"],"clauses":[{"number":"4.2","dataClasses":["Needs"],"purposes":["Return"],"needs":["SafeReturn"],"from":["lt-kopzi"],"to":["lt-mvic"]}],"validFrom":"2026-01-01",
        "validTo":"2027-01-01","atEnd":"Finish","finishDays":30,"title":{"lt":"Bandymas","en":"Trial"},"documentHash":"0000000000000000000000000000000000000000000000000000000000000000","illustrative":"All of it."}
        """;

    private const string Memorandum = """
        {"parties":["lt-alytus-women","lt-mvic"],"dataClasses":["Needs"],"purposes":["Return"],"needs":["SafeReturn"],"validFrom":"2026-01-01","validTo":"2027-01-01","title":{"lt":"Bandymas","en":"Trial"},
        "source":{"title":"Made up","date":"2026-01-01","url":"https://example.org"},"illustrative":"All of it."}
        """;
}
