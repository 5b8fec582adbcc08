using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Tests.Kit;
using Tiltas.Directory.Tests.OpenReferral;

namespace Tiltas.Directory.Tests.Exchange;

/// <summary>The directory out as HSDS and in again; this class has a service to itself.</summary>
public sealed class HsdsExchangeTests(DirectoryProcess directory) : IClassFixture<DirectoryProcess>
{
    private const int Drawn = 15;
    private const string Lines = "application/x-ndjson", Hsds = "application/json";
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    /// <summary>The other form of the same directory is the oracle: it knows nothing of HSDS.</summary>
    [Fact]
    public async Task Export_OfAnyDirectory_IsOfTheStandard_AndMakesTheSameDirectoryElsewhere()
    {
        await using var empty = new DirectoryProcess();
        await empty.InitializeAsync();
        var standard = new Standard();
        for (var number = 0; number < Drawn; number++)
        {
            await Clear(directory);
            await Clear(empty);
            var count = (await Import(directory, new DrawnDirectory(number).Lines(), Lines).Expect(HttpStatusCode.OK)).GetProperty("new").GetInt32();
            var (file, lines) = (await Export(directory, "hsds.json"), await Export(directory, "ndjson"));
            foreach (var organization in JsonDocument.Parse(file).RootElement.EnumerateArray()) Add(standard, organization);

            var dry = await Import(empty, file, Hsds, dryRun: true).Expect(HttpStatusCode.OK);
            Assert.Equal(0, await empty.Rows());
            var real = await Import(empty, file, Hsds).Expect(HttpStatusCode.OK);
            Assert.Equal(dry.GetProperty("records").GetRawText(), real.GetProperty("records").GetRawText());
            Assert.Equal((count, 0, 0), Counts(real));
            foreach (var (name, one) in new[] { ("ndjson", lines), ("hsds.json", file) })
            {
                var other = await Export(empty, name);
                Assert.True(one.AsSpan().SequenceEqual(other), $"directory {number}: {Difference(one, other)}");
            }

            var rows = await empty.Rows();
            Assert.Equal((0, 0, count), Counts(await Import(empty, file, Hsds).Expect(HttpStatusCode.OK)));
            // As a document a line it is the same file.
            var each = Encoding.UTF8.GetBytes(string.Concat(JsonNode.Parse(file)!.AsArray().Select(one => one!.ToJsonString() + "\n")));
            Assert.Equal((0, 0, count), Counts(await Import(empty, each, Lines + ";profile=hsds").Expect(HttpStatusCode.OK)));
            Assert.Equal(rows, await empty.Rows());
        }
        await standard.Hold(Drawn * 4);
    }

    /// <summary>What anybody reads of a directory, as page after page of the API, says nothing new to that directory, and takes nothing from it.</summary>
    [Fact]
    public async Task Pages_OfTheReadApi_ChangeNothing()
    {
        for (var number = 100; number < 104; number++)
        {
            await Clear(directory);
            await Import(directory, new DrawnDirectory(number).Lines(), Lines).Expect(HttpStatusCode.OK);
            var (before, rows) = (await Export(directory, "ndjson"), await directory.Rows());
            using var anybody = directory.Nobody;
            foreach (var path in new[] { "organizations?full=true", "organizations?full_service=true", "services?full=true", "services", "organizations" })
            {
                var page = await anybody.GetByteArrayAsync("/hsds/" + path, Stop);
                var told = await Import(directory, page, Hsds).Expect(HttpStatusCode.OK);
                Assert.True((0, 0) == (Counts(told).New, Counts(told).Changed), $"{number} {path}: {told}");
            }
            Assert.Equal((Encoding.UTF8.GetString(before), rows), (Encoding.UTF8.GetString(await Export(directory, "ndjson")), await directory.Rows()));
        }
    }

    [Fact]
    public async Task Member_ThatIsSaid_Replaces_AndWhatIsNotSaidStays()
    {
        await Given("hx-a", "NeedToKnow");
        var file = Service("hx-a-s", new JsonObject
        {
            ["name"] = "Naujas", ["alternate_name"] = "New", ["minimum_age"] = 16, ["languages"] = new JsonArray(new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["code"] = "ukr" }),
            ["schedules"] = new JsonArray(Schedule("MO,TU,WE", "09:00", "18:00")), ["fees_description"] = "None",
        });
        var dry = await Import(directory, Bytes(file), Hsds, dryRun: true).Expect(HttpStatusCode.OK);
        Assert.Equal("service.fees_description", Assert.Single(dry.GetProperty("notKept").EnumerateArray()).GetString());
        var row = Assert.Single(dry.GetProperty("records").EnumerateArray());
        Assert.Equal(["$.hours 24/7 Mo-We 09:00-18:00", "$.languages [\"lt\"] [\"uk\"]"], row.GetProperty("fields").EnumerateArray().Where(field => field.Text("field") is "$.hours" or "$.languages")
            .Select(field => $"{field.Text("field")} {field.GetProperty("before")} {field.GetProperty("after")}"));
        await Import(directory, Bytes(file), Hsds).Expect(HttpStatusCode.OK);
        using var registrar = directory.Registrar;
        var service = await registrar.Fetch("/v1/services/hx-a-s").Expect(HttpStatusCode.OK);
        Assert.Equal(("Shelter", "All of it.", 16, 80), (service.Text("need"), service.Text("illustrative"), service.GetProperty("profile").GetProperty("minimumAge").GetInt32(), service.GetProperty("profile").GetProperty("maximumAge").GetInt32()));
        Assert.Equal((0, 0, 1), Counts(await Import(directory, Bytes(file), Hsds).Expect(HttpStatusCode.OK)));
    }

    [Fact]
    public async Task Location_IsNeverOpenedInPassing()
    {
        await Given("hx-b", "NeedToKnow");
        JsonObject Place(string id) => new()
        {
            ["id"] = HsdsId.Location(id).ToString(), ["location_type"] = "physical", ["organization_id"] = HsdsId.Organization("hx-b").ToString(), ["name"] = "Kitas", ["external_identifier"] = id, ["external_identifier_type"] = "Identifier in Tiltas",
            ["attributes"] = new JsonArray(Own("municipality", "LT-57")),
        };
        await Import(directory, Bytes(new JsonArray(Place("hx-b-l"), Place("hx-b-new"))), Hsds).Expect(HttpStatusCode.OK);
        using var registrar = directory.Registrar;
        foreach (var id in new[] { "hx-b-l", "hx-b-new" })
            Assert.Equal(("NeedToKnow", "Kitas"), ((await registrar.Fetch("/v1/locations/" + id).Expect(HttpStatusCode.OK)) is var found ? found.Text("visibility") : "", found.GetProperty("name").Text("lt")));
        // Whoever may not see the place has it in no list; the service stays there.
        using var anybody = directory.Nobody;
        var seen = await anybody.GetByteArrayAsync("/hsds/services/" + HsdsId.Service("hx-b-s"), Stop);
        await Import(directory, seen, Hsds).Expect(HttpStatusCode.OK);
        Assert.Equal("hx-b-s", (await registrar.Fetch("/v1/locations/hx-b-l").Expect(HttpStatusCode.OK)).GetProperty("services")[0].GetString());
    }

    [Fact]
    public async Task ForeignPublisher_IsToldWhatToAdd_AndThenTakenIn()
    {
        var service = new JsonObject
        {
            ["id"] = Guid.CreateVersion7().ToString(), ["name"] = "Foreign shelter", ["status"] = "active", ["description"] = "x",
            ["organization"] = new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["name"] = "Foreign", ["description"] = "y", ["phones"] = new JsonArray(new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["number"] = "+370 600 00009" }) },
            ["service_areas"] = new JsonArray(new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["extent"] = "LT", ["extent_type"] = "text" }),
        };
        Assert.Equal(["TLT-DIR-1112 $.id", "TLT-DIR-1112 $.organization.id"], (await Errors(service)).Order(StringComparer.Ordinal));
        service["additional_urls"] = new JsonArray(new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["url"] = "urn:tiltas:service:hx-f-s" });
        service["organization"]!["organization_identifiers"] = new JsonArray(new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["identifier_scheme"] = "TILTAS", ["identifier_type"] = "Identifier in Tiltas", ["identifier"] = "hx-f" });
        // Each answer names what is missing first; whoever follows them comes to the end.
        var (agency, added) = (new JsonArray(), new JsonArray());
        (service["attributes"], service["organization"]!["attributes"]) = (added, agency);
        var cells = new Dictionary<string, string>
        {
            ["type"] = "Ngo", ["municipality"] = "LT-57", ["competence"] = "LT", ["hours"] = "24/7", ["languages"] = "lt", ["source_title"] = "Page", ["source_date"] = "2026-01-01", ["need"] = "Shelter", ["areas"] = "LT",
        };
        for (var steps = 0; steps < 30; steps++)
        {
            using var answer = await Send(directory, Bytes(service), Hsds, dryRun: true);
            var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
            if (answer.StatusCode == HttpStatusCode.OK) break;
            foreach (var error in told.GetProperty("errors").EnumerateArray().Where(error => error.Text("code") == "TLT-DIR-1114"))
                (error.Text("name").Contains("organization", StringComparison.Ordinal) ? agency : added).Add(Own(error.Text("message").Split("label ")[1].Split(' ')[0] is var label ? label : "", cells[label]));
        }
        Assert.Equal((2, 0, 0), Counts(await Import(directory, Bytes(service), Hsds).Expect(HttpStatusCode.OK)));
        Assert.Equal((0, 0, 2), Counts(await Import(directory, Bytes(service), Hsds).Expect(HttpStatusCode.OK)));
    }

    [Fact]
    public async Task Contradiction_BetweenAttributeAndMember_IsToldAndNotSettled()
    {
        await Given("hx-c", "Public");
        var file = JsonNode.Parse(await Export(directory, "hsds.json"))!.AsArray();
        var agency = file.Single(one => one!["organization_identifiers"]![0]!["identifier"]!.GetValue<string>() == "hx-c")!;
        agency["phones"]![0]!["number"] = "+370 600 00077";
        Assert.StartsWith("TLT-DIR-1115 $", Assert.Single(await Errors(new JsonArray(agency.DeepClone()))), StringComparison.Ordinal);
        var attributes = agency["attributes"]!.AsArray();
        foreach (var own in attributes.Where(one => one!["label"]?.GetValue<string>() == "contacts").ToList()) attributes.Remove(own);
        var changed = await Import(directory, Bytes(new JsonArray(agency.DeepClone())), Hsds, dryRun: true).Expect(HttpStatusCode.OK);
        Assert.Contains("00077", changed.GetProperty("records").EnumerateArray().Single(record => record.Text("id") == "hx-c").GetProperty("fields").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HsdsExchange_IsTheRegistrarsAlone()
    {
        using var agency = directory.As("hx-z", "agency");
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.GetAsync("/v1/exchange/directory.hsds.json", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.PostAsync("/v1/exchange", Json.Body("[]"), Stop)).StatusCode);
    }

    /// <summary>The largest file that is taken, and one byte more.</summary>
    [Theory, InlineData(0, HttpStatusCode.OK), InlineData(1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task File_AsLargeAsACountrys_IsTaken(int beyond, HttpStatusCode status)
    {
        await Given("hx-l", "Public");
        var file = Bytes(Service("hx-l-s", []));
        var padded = new byte[(32 << 20) + beyond];
        padded.AsSpan().Fill((byte)' ');
        file.CopyTo(padded, 0);
        using var answer = await Send(directory, padded, Hsds, dryRun: true);
        Assert.Equal(status, answer.StatusCode);
    }

    private async Task Given(string agency, string visibility)
    {
        using var registrar = directory.Registrar;
        using (await registrar.Put("/v1/agencies/" + agency, Json.Agency())) { }
        var service = Json.Service(agency);
        service["profile"] = Json.Profile(agency);
        using (await registrar.Put($"/v1/services/{agency}-s", service)) { }
        using (await registrar.Put($"/v1/locations/{agency}-l", LocationJson.Of(agency, visibility, agency + "-s"))) { }
    }

    private async Task<List<string>> Errors(JsonNode file)
    {
        var rows = await directory.Rows();
        var problem = await Import(directory, Bytes(file), Hsds).Expect(HttpStatusCode.BadRequest);
        Assert.Equal(rows, await directory.Rows());
        return [.. problem.GetProperty("errors").EnumerateArray().Select(error => $"{error.Text("code")} {error.Text("name")}")];
    }

    private static JsonObject Service(string id, JsonObject more)
    {
        (more["id"], more["status"]) = (HsdsId.Service(id).ToString(), "active");
        return more;
    }

    private static JsonObject Schedule(string days, string opens, string closes) => new()
    {
        ["id"] = Guid.CreateVersion7().ToString(), ["freq"] = "WEEKLY", ["byday"] = days, ["opens_at"] = opens, ["closes_at"] = closes,
    };

    private static JsonObject Own(string label, string value) => new() { ["id"] = Guid.CreateVersion7().ToString(), ["link_type"] = "tiltas", ["label"] = label, ["value"] = value };

    /// <summary>The organization, and within it what its own schema does not look at.</summary>
    private static void Add(Standard standard, JsonElement organization)
    {
        standard.Add("organization", organization);
        foreach (var service in organization.GetProperty("services").EnumerateArray()) standard.Add("service", service);
    }

    private static (int New, int Changed, int Unchanged) Counts(JsonElement told) => (told.GetProperty("new").GetInt32(), told.GetProperty("changed").GetInt32(), told.GetProperty("unchanged").GetInt32());

    private static async Task Clear(DirectoryProcess directory)
    {
        await using var command = directory.Store.CreateCommand("TRUNCATE agencies, services, locations, service_locations, front_doors, services_shown, outbox CASCADE");
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static async Task<byte[]> Export(DirectoryProcess directory, string name)
    {
        using var registrar = directory.Registrar;
        using var answer = await registrar.GetAsync("/v1/exchange/directory." + name, Stop);
        Assert.Equal((HttpStatusCode.OK, true), (answer.StatusCode, answer.Headers.CacheControl?.NoStore));
        return await answer.Content.ReadAsByteArrayAsync(Stop);
    }

    private static Task<HttpResponseMessage> Import(DirectoryProcess directory, byte[] file, string type, bool dryRun = false) => Send(directory, file, type, dryRun);

    private static async Task<HttpResponseMessage> Send(DirectoryProcess directory, byte[] file, string type, bool dryRun)
    {
        using var registrar = directory.Registrar;
        // What is too large is refused before it is sent.
        registrar.DefaultRequestHeaders.ExpectContinue = true;
        using var content = new ByteArrayContent(file) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        return await registrar.PostAsync("/v1/exchange" + (dryRun ? "?dryRun=true" : ""), content, Stop);
    }

    private static byte[] Bytes(JsonNode file) => Encoding.UTF8.GetBytes(file.ToJsonString());

    private static string Difference(byte[] one, byte[] other)
    {
        var (ours, theirs) = (Encoding.UTF8.GetString(one).Split('\n'), Encoding.UTF8.GetString(other).Split('\n'));
        var at = Enumerable.Range(0, Math.Min(ours.Length, theirs.Length)).FirstOrDefault(i => ours[i] != theirs[i], Math.Min(ours.Length, theirs.Length) - 1);
        return $"line {at + 1}: {ours[at]} and {theirs[at]}";
    }
}
