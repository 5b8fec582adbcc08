using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Npgsql;
using Tiltas.Contracts.Codes;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>
/// Made-up words are put wherever a caller could put a person's, a whole course of work and many refusals are run, and then every
/// place is searched that somebody may look into: they stand in the recipient's dossier answer and nowhere else.
/// </summary>
public sealed partial class CanaryTests(Net net)
{
    private const string Person = "Kanarele7Q";
    private const string Letters = "Žvirblė7Q";
    // A case's reference in the books of an authority. Kept by the deciding authority's own wish and shown to it alone; lies in one column of one table.
    private const string Decision = "Sprendimas7Q";
    private const string DecisionColumn = "identification: public.standings.decision_reference";

    private readonly List<(string Where, string Text)> _answers = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Canary_PlantedEverywhere_StandsInTheRecipientsDossierAlone()
    {
        Assert.SkipUnless(net.It.OwnsServers, "Searches the files of both servers, which are out of reach when servers are given.");
        net.Telemetry.Keeps = true;
        try
        {
            await using var tap = await Tap.Open(net.It, Cancelled);
            var dossier = await Journey();
            Assert.True(Encoding.UTF8.GetBytes(dossier).Holds(Person) && Encoding.UTF8.GetBytes(dossier).Holds(Letters));
            await Refusals();
            await net.It.Settled();
            await Exported();

            List<string> found = [];
            foreach (var (where, text) in _answers) Look(found, where, Encoding.UTF8.GetBytes(text), Person, Letters, Decision);
            foreach (var (where, text) in await Outside()) Look(found, where, Encoding.UTF8.GetBytes(text), Person, Letters, Decision);
            foreach (var word in (string[])[Person, Letters, Decision])
                if (net.Telemetry.Holds(word)) found.Add($"{word} in telemetry");
            Assert.True(tap.Heard.Count >= 8, $"{tap.Heard.Count} messages were heard");
            foreach (var (exchange, properties, body) in tap.Heard)
            {
                Look(found, exchange, [.. Encoding.UTF8.GetBytes(properties), .. body], Person, Letters, Decision);
                OnlyReferencesAndCodes(exchange, JsonNode.Parse(body)!["message"]!);
            }
            var tables = await Sinks.Tables(net.It, Cancelled);
            Assert.Contains(tables, table => table.Where == DecisionColumn && table.Content.Holds(Decision));
            foreach (var (where, content) in tables) Look(found, where, content, where == DecisionColumn ? [Person, Letters] : [Person, Letters, Decision]);
            // Behind the tables: rows that were deleted, the write-ahead log, the broker's files, every log.
            await Checkpoint();
            var files = 0;
            foreach (var (where, content) in Sinks.Files(net.It.Folder))
            {
                files++;
                Look(found, where, content, where.Contains("/servers/postgres/", StringComparison.Ordinal) ? [Person, Letters] : [Person, Letters, Decision]);
            }
            Assert.True(files > 500, $"{files} files were searched");
            Assert.True(found.Count == 0, string.Join('\n', found));
        }
        finally
        {
            net.Telemetry.Keeps = false;
            net.Telemetry.Forget();
        }
    }

    private async Task<string> Journey()
    {
        var (kopzi, caritas, police) = (net.It.As("lt-kopzi"), net.It.As("lt-caritas"), net.It.As("lt-police"));
        var subject = Keep("open", await kopzi.Post("/v1/subjects", new { ageBand = "From24To26" }, Person + "-open")).Must(HttpStatusCode.Created).Text("subjectRef");
        foreach (var dataClass in Enum.GetNames<DataClass>())
        {
            var fields = new JsonObject { [Person] = "a field's name", ["prs_FirstName"] = Person, ["prs_LastName"] = Letters, ["note"] = $"<{Letters}> '{Person}' \"{dataClass}\"" };
            foreach (var name in (string[])["prs_BirthDate", "prs_Phone", "vic_MethodsOfControl"]) fields[name] = $"{Person}-{dataClass}-{name}";
            Keep("dossier", await kopzi.Put($"/v1/subjects/{subject}/dossier/{dataClass}", new { fields })).Must(HttpStatusCode.NoContent);
        }
        // A part written again leaves its older version in dead rows and in the log of the database.
        Keep("dossier", await kopzi.Put($"/v1/subjects/{subject}/dossier/Needs", new { fields = new { shelter = Letters, prs_FirstName = Person } })).Must(HttpStatusCode.NoContent);
        Keep("consent", await kopzi.Post($"/v1/subjects/{subject}/consents", new
        {
            purposes = new[] { "Assistance", "CriminalProceedings" }, dataClasses = Enum.GetNames<DataClass>(), recipients = new[] { "lt-caritas", "lt-police" }, form = "Written", language = "lt",
        }, Person + "-consent")).Must(HttpStatusCode.Created);
        Keep("screening", await kopzi.Post("/v1/screenings", new
        {
            subject, set = "LT-ADULT-LABOUR", setVersion = 1, ageBand = "From24To26", answers = new[] { new { indicator = "M01", observation = "Observed" } },
        }, Person + "-screening")).Must(HttpStatusCode.Created);
        Keep("presume", await kopzi.Post($"/v1/subjects/{subject}/status", new { status = "Presumed" }, Person + "-presume")).Must(HttpStatusCode.OK);

        var referral = Keep("refer", await kopzi.Send(HttpMethod.Post, "/v1/referrals?name=" + Person, Body(new { subject, to = "lt-caritas", need = "Shelter", purpose = "Assistance", urgency = "Urgent" }),
            Person + "-refer", Headers())).Must(HttpStatusCode.Accepted).Text("referralId");
        // The same again, and the same key for another request: both meet the key where it is kept.
        Keep("again", await net.It.Refer(subject, "lt-caritas", key: Person + "-refer")).Must(HttpStatusCode.Accepted);
        Keep("reused", await net.It.Refer(subject, "lt-caritas", "BasicNeeds", key: Person + "-refer")).Must(HttpStatusCode.Conflict);
        var reported = Keep("report", await kopzi.Post("/v1/referrals", new { subject, to = "lt-police", need = "CriminalInvestigation", purpose = "CriminalProceedings", urgency = "Normal" })).Must(HttpStatusCode.Accepted).Text("referralId");

        var form = Keep("form", await kopzi.Post("/v1/forms", new
        {
            schema = "LT-POLICE-NOTIFICATION", schemaVersion = 1, subject,
            answers = new object[]
            {
                new { field = "PRESENT_DANGER", values = new[] { "No" } }, new { field = "DAY", values = new[] { "2026-11-02" } }, new { field = "AGE", values = new[] { "Under18" } },
                new { field = "STILL_GOING_ON", values = new[] { "No" } }, new { field = "ACT", values = new[] { "NotKnown" } }, new { field = "PURPOSE", values = new[] { "NotKnown" } },
                new { field = "KNOWS", values = new[] { "Yes" } }, new { field = "SAFETY_NOTE", note = Person + " " + Letters }, new { field = "NOTE", note = Letters },
            },
        }, Person + "-form")).Must(HttpStatusCode.Created).Text("formId");
        Keep("send", await kopzi.Post($"/v1/forms/{form}/send", new { referral = reported })).Must(HttpStatusCode.OK);
        foreach (var path in (string[])["", "/html"])
            Assert.Contains(Person, (await police.Get($"/v1/forms/{form}{path}")).Must(HttpStatusCode.OK).Body, StringComparison.Ordinal);
        Keep("proof", await kopzi.Get($"/v1/forms/{form}/proof")).Must(HttpStatusCode.OK);

        await Eventually.True("both notices", async () => (await net.It.Notices("lt-caritas", referral)).Count == 1 && (await net.It.Notices("lt-police", reported)).Count == 2);
        var read = (await caritas.Get($"/v1/referrals/{referral}/dossier")).Must(HttpStatusCode.OK);
        Assert.Equal(Letters, (string?)read.Json["given"]!["Needs"]!["shelter"]);
        Assert.NotEmpty(read.Json["withheld"]!.AsArray());
        Keep("withheld", read with { Body = read.Json["withheld"]!.ToJsonString() });

        Keep("accept", await caritas.Post($"/v1/referrals/{referral}/accept", key: Person + "-accept")).Must(HttpStatusCode.OK);
        Keep("start", await caritas.Post($"/v1/referrals/{referral}/start")).Must(HttpStatusCode.OK);
        Keep("complete", await caritas.Post($"/v1/referrals/{referral}/complete", new { outcome = "ServiceDelivered" })).Must(HttpStatusCode.OK);
        Keep("after", await caritas.Get($"/v1/referrals/{referral}/dossier")).Must(HttpStatusCode.Forbidden);
        Keep("recognise", await police.Post($"/v1/subjects/{subject}/status", new { status = "Recognised", decisionReference = Decision + " 12/2026", decidedOn = "2026-01-15" }, Decision + "-key"))
            .Must(HttpStatusCode.OK);
        Assert.Contains(Decision, (await police.Get($"/v1/subjects/{subject}/status")).Must(HttpStatusCode.OK).Body, StringComparison.Ordinal);
        Keep("the status as another agency reads it", await kopzi.Get($"/v1/subjects/{subject}/status")).Must(HttpStatusCode.OK);
        Keep("export", await kopzi.Get("/identification/export/htcds")).Must(HttpStatusCode.OK);
        Keep("the deciding agency's export", await police.Get("/identification/export/htcds?format=json")).Must(HttpStatusCode.OK);
        Keep("status refused", await police.Post($"/v1/subjects/{subject}/status", new { status = "Suspected", decisionReference = Decision + " 13/2026", decidedOn = "2026-01-15" }));
        Keep("consents", await kopzi.Get($"/v1/subjects/{subject}/consents")).Must(HttpStatusCode.OK);
        Keep("referral", await kopzi.Get($"/v1/referrals/{referral}")).Must(HttpStatusCode.OK);
        return read.Body;
    }

    private async Task Refusals()
    {
        var kopzi = net.It.As("lt-kopzi");
        var subject = await net.It.SubjectWithConsent("lt-caritas");
        foreach (var path in (string[])["/v1/referrals/{0}", "/v1/referrals?status={0}", "/v1/referrals?after={0}", "/v1/subjects/{0}/consents", "/v1/subjects/{0}/status", "/v1/feed?after={0}",
            "/v1/agencies/{0}", "/v1/partners?need={0}", "/v1/services?area={0}", "/v1/screenings/{0}", "/v1/{0}", "/{0}", "/v1/indicator-sets/{0}", "/identification/export/htcds?format={0}", "/v1/feed?after=0&limit=1&name={0}"])
            foreach (var word in (string[])[Person, Letters])
                Refused(path, await kopzi.Send(HttpMethod.Get, string.Format(CultureInfo.InvariantCulture, path, Uri.EscapeDataString(word)), null, null, Headers()));
        foreach (var (path, body) in (IEnumerable<(string, string)>)
        [
            ("/v1/subjects", $$"""{"ageBand":"{{Person}}"}"""), ("/v1/subjects", $$"""{"{{Person}}":"{{Letters}}"}"""), ("/v1/subjects", $$"""{"municipality":"{{Letters}}"}"""),
            ("/v1/subjects", $$"""{"ageBand": {{Person}}"""), ("/v1/subjects", $"\"{Person}\""), ("/v1/subjects", "{\"municipality\":\"" + Person + "\\u0000\"}"),
            ("/v1/referrals", $$"""{"subject":"{{Person}}","to":"lt-caritas","need":"Shelter","purpose":"Assistance","urgency":"Urgent"}"""),
            ("/v1/referrals", $$"""{"subject":"{{subject}}","to":"{{Person.ToLowerInvariant()}}","need":"Shelter","purpose":"Assistance","urgency":"Urgent"}"""),
            ("/v1/referrals", $$"""{"subject":"{{subject}}","to":"lt-caritas","need":"{{Letters}}","purpose":"Assistance","urgency":"Urgent"}"""),
            ("/v1/referrals", $$"""{"subject":"{{subject}}","to":"lt-police","need":"LegalAid","purpose":"Assistance","urgency":"Urgent"}"""),
            ($"/v1/subjects/{subject}/consents", $$"""{"purposes":["Assistance"],"dataClasses":["Needs"],"recipients":["{{Person.ToLowerInvariant()}}"],"form":"Oral","language":"lt"}"""),
            ($"/v1/subjects/{subject}/consents", $$"""{"purposes":["Assistance"],"dataClasses":["Needs"],"recipients":["lt-caritas"],"form":"Oral","language":"{{Letters}}"}"""),
            ($"/v1/subjects/{subject}/status", $$"""{"status":"Presumed","reason":"{{Person}}"}"""),
            ($"/v1/subjects/{subject}/status", $$"""{"status":"Presumed","decisionReference":"{{Letters}}","decidedOn":"2026-01-01"}"""),
            ("/v1/screenings", $$"""{"subject":"{{subject}}","set":"{{Person}}","setVersion":1,"ageBand":"Unknown","answers":[]}"""),
            ("/v1/screenings", $$"""{"subject":"{{subject}}","set":"LT-ADULT-LABOUR","setVersion":1,"ageBand":"Unknown","answers":[{"indicator":"{{Person}}","observation":"Observed"}]}"""),
            ("/v1/screenings", $$"""{"subject":"{{subject}}","set":"LT-ADULT-LABOUR","setVersion":1,"ageBand":"Unknown","place":"{{Letters}}","answers":[]}"""),
            ("/v1/feed/" + Person + "/seen", "{}"),
        ])
            Refused(path, await kopzi.Send(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, "application/json"), Guid.CreateVersion7().ToString(), Headers()));
        Refused("field", await kopzi.Put($"/v1/subjects/{subject}/dossier/Needs", new { fields = new Dictionary<string, string> { ["a b " + Person] = Letters } }));
        Refused("class", await kopzi.Put($"/v1/subjects/{subject}/dossier/{Person}", new { fields = new { a = Letters } }));
        Refused("foreign", await net.It.As("lt-iom").Put($"/v1/subjects/{subject}/dossier/Needs", new { fields = new { a = Person } }));
        Refused("key", await kopzi.Post("/v1/subjects", new { }, Person + new string('x', 200)));
        Refused("method", await kopzi.Send(new HttpMethod(Person), "/v1/subjects", null, null, Headers()));
        Refused("type", await kopzi.Send(HttpMethod.Post, "/v1/subjects", new StringContent(Person, Encoding.UTF8, "text/plain"), Person, Headers()));
        using var stranger = new HttpClient { BaseAddress = net.It.Network.Gateway };
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", Person), new("client_secret", Letters)]);
        using var token = await stranger.PostAsync("/connect/token", form, Cancelled);
        _answers.Add(("token", await token.Content.ReadAsStringAsync(Cancelled) + token.Headers));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/feed");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Person);
        using var unknown = await stranger.SendAsync(request, Cancelled);
        _answers.Add(("bad token", await unknown.Content.ReadAsStringAsync(Cancelled) + unknown.Headers));
    }

    private static (string, string)[] Headers() =>
    [
        ("User-Agent", Person), ("Referer", "https://example.org/" + Person), ("Cookie", "name=" + Person), ("X-Name", Person), ("X-Forwarded-For", Person), ("Forwarded", "for=" + Person),
        ("Accept-Language", Person), ("If-None-Match", $"\"{Person}\""), ("baggage", "name=" + Person), ("tracestate", "x=" + Person), ("traceparent", $"00-{Person}-{Person}-01"), ("Last-Event-ID", Person),
    ];

    private async Task<List<(string, string)>> Outside()
    {
        var seen = new List<(string, string)>();
        using var http = new HttpClient();
        foreach (var service in net.It.Network.Services)
            foreach (var page in (string[])["/metrics", "/health/live", "/health/ready", "/health/startup"])
                seen.Add(($"{service.Name}{page}", await http.GetStringAsync(new Uri(service.Inside, page), Cancelled)));
        seen.Add(("health", await http.GetStringAsync(new Uri(net.It.Network.Gateway, "/health"), Cancelled)));
        foreach (var agency in (string[])["lt-kopzi", "lt-caritas", "lt-police"])
            for (long after = 0; ;)
            {
                var page = (await net.It.As(agency).Get($"/v1/feed?after={after}&limit=500")).Must(HttpStatusCode.OK);
                seen.Add(($"the feed of {agency}", page.Body));
                if (page.Json["items"]!.AsArray() is not { Count: > 0 } items) break;
                after = (long)items[^1]!["seq"]!;
            }
        return seen;
    }

    /// <summary>A metrics export of every process that began after all was done; spans and log lines go out more often.</summary>
    private async Task Exported()
    {
        var (before, services) = (net.Telemetry.Metrics.Count(), net.It.Network.Services.Count);
        await Eventually.True("figures of all services", () => Task.FromResult(net.Telemetry.Metrics.Skip(before).Count() >= 2 * services));
        Assert.NotEmpty(net.Telemetry.SpanRecords());
    }

    private async Task Checkpoint()
    {
        await using var source = NpgsqlDataSource.Create(net.It.Network.Store.ConnectionString("postgres", pooling: false));
        await using var command = source.CreateCommand("CHECKPOINT");
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    private Answer Keep(string what, Answer answer)
    {
        _answers.Add(($"the answer to '{what}'", $"{answer.Body}\n{answer.Headers}"));
        return answer;
    }

    private void Refused(string what, Answer answer)
    {
        Assert.True((int)answer.Status < 500, $"{what}: {(int)answer.Status} {answer.Body}");
        Keep(what, answer);
    }

    private static void Look(List<string> found, string where, byte[] content, params string[] words)
    {
        foreach (var word in words)
            if (content.Holds(word)) found.Add($"{word} in {where}");
    }

    private static void OnlyReferencesAndCodes(string exchange, JsonNode node)
    {
        if (node is JsonObject members) foreach (var (_, value) in members) OnlyReferencesAndCodes(exchange, value!);
        else if (node is JsonArray items) foreach (var item in items) OnlyReferencesAndCodes(exchange, item!);
        else if (node.GetValueKind() == System.Text.Json.JsonValueKind.String) Assert.True(ReferenceOrCode().IsMatch((string)node!), $"{exchange} carries {node}");
    }

    private static StringContent Body(object body) => new(System.Text.Json.JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");

    // A UUID, a moment or day, a code, a set's or place's code, an agency's slug, the fingerprint of a salted content.
    [GeneratedRegex(@"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|\d{4}-\d\d-\d\d(T[0-9:.]+(Z|\+00:00))?|([A-Z][a-z0-9]+)+|[A-Z0-9]{2,}(-[A-Z0-9]+)*|lt(-[a-z0-9]+)+)$")]
    private static partial Regex ReferenceOrCode();
}
