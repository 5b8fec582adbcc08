using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Directory.Exchange;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Exchange;

/// <summary>The directory out of one service and into another; this one has a service to itself.</summary>
public sealed class ExchangeTests(DirectoryProcess directory) : IClassFixture<DirectoryProcess>
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_IntoAnEmptyDirectory_IsExportedAgainToTheByte()
    {
        await Given(directory);
        await using var empty = new DirectoryProcess();
        await empty.InitializeAsync();
        foreach (var (name, type) in new[] { ("csv", "text/csv"), ("ndjson", "application/x-ndjson") })
        {
            await RoundTrip(empty, name, type);
            await using var command = empty.Store.CreateCommand("TRUNCATE agencies, services, locations, service_locations, front_doors, services_shown, outbox CASCADE");
            await command.ExecuteNonQueryAsync(Stop);
        }
    }

    private async Task RoundTrip(DirectoryProcess empty, string name, string type)
    {
        var file = await Export(directory, name);
        var dry = await Import(empty, file, type, dryRun: true).Expect(HttpStatusCode.OK);
        Assert.Equal(0, await empty.Rows());
        var real = await Import(empty, file, type).Expect(HttpStatusCode.OK);
        Assert.Equal(dry.GetProperty("records").GetRawText(), real.GetProperty("records").GetRawText());
        Assert.Equal(real.GetProperty("records").GetArrayLength(), real.GetProperty("new").GetInt32());
        Assert.Equal(file, await Export(empty, name));

        // A second time nobody hears of anything.
        var rows = await empty.Rows();
        var again = await Import(empty, file, type).Expect(HttpStatusCode.OK);
        Assert.Equal((0, 0, real.GetProperty("new").GetInt32()), (again.GetProperty("new").GetInt32(), again.GetProperty("changed").GetInt32(), again.GetProperty("unchanged").GetInt32()));
        Assert.Equal(rows, await empty.Rows());
        Assert.All(again.GetProperty("records").EnumerateArray(), record => Assert.Equal(1, record.Version()));
    }

    [Fact]
    public async Task Sheet_OfBeforeASuspension_LiftsNone_AndWithoutAColumnTakesNothingOut()
    {
        await Given(directory);
        using var registrar = directory.Registrar;
        await registrar.Put("/v1/agencies/ex-stale", Json.Agency()).Expect(HttpStatusCode.Created);
        var sheet = Text(await Export(directory, "csv"));
        await registrar.Post("/v1/agencies/ex-stale/suspend", new JsonObject { ["reason"] = "SecurityIncident" }).Expect(HttpStatusCode.OK);
        var rows = await directory.Rows();
        var errors = (await Import(directory, Encoding.UTF8.GetBytes(sheet), "text/csv").Expect(HttpStatusCode.BadRequest)).GetProperty("errors").EnumerateArray();
        Assert.Equal(["TLT-DIR-0107 standing"], errors.Select(error => $"{error.Text("code")} {error.Text("name")}"));
        Assert.Equal(rows, await directory.Rows());
        await registrar.Post("/v1/agencies/ex-stale/resume", new JsonObject { ["reason"] = "Cleared" }).Expect(HttpStatusCode.OK);

        const string Few = "record,id,agency,need,name_en,areas,hours,languages,source_title,source_date\r\nservice,ex-stale-s,ex-stale,Shelter,Shelter,LT,24/7,lt,Page,2026-01-01\r\n";
        var missing = (await Import(directory, Encoding.UTF8.GetBytes(Few), "text/csv").Expect(HttpStatusCode.BadRequest)).GetProperty("errors").EnumerateArray().Select(error => error.Text("name")).ToList();
        Assert.Contains("on_call_phone", missing);
        Assert.DoesNotContain("front_door", missing);
    }

    [Fact]
    public async Task DryRun_OfAChange_TellsBeforeAndAfterAndWritesNothing()
    {
        await Given(directory);
        var (rows, file) = (await directory.Rows(), Text(await Export(directory, "csv")));
        var changed = file.Replace("Mo-Fr 08:00-17:00", "Mo-Fr 09:00-18:00", StringComparison.Ordinal).Replace("Ąžuolo", "Beržo", StringComparison.Ordinal);
        var told = await Import(directory, Encoding.UTF8.GetBytes(changed), "text/csv", dryRun: true).Expect(HttpStatusCode.OK);
        var fields = told.GetProperty("records").EnumerateArray().Where(record => record.Text("change") == "Changed").SelectMany(record => record.GetProperty("fields").EnumerateArray())
            .Select(field => $"{field.Text("field")} {field.GetProperty("before")} {field.GetProperty("after")}").ToList();
        Assert.Contains("$.hours Mo-Fr 08:00-17:00 Mo-Fr 09:00-18:00", fields);
        Assert.Contains(fields, field => field.StartsWith("$.name", StringComparison.Ordinal) && field.Contains("Beržo", StringComparison.Ordinal));
        Assert.Equal((rows, file), (await directory.Rows(), Text(await Export(directory, "csv"))));
    }

    /// <summary>One bad cell anywhere: nothing is taken in, and the cell is named. Beside it the file has a record that is new.</summary>
    [Theory]
    [InlineData("type", "agency", "Castle"), InlineData("hours", "agency", "sometimes"), InlineData("competence", "agency", "LV-01"), InlineData("contacts", "agency", "Phone"), InlineData("source_date", "agency", "yesterday")]
    [InlineData("need", "service", "Gold"), InlineData("minimum_age", "service", "young"), InlineData("with_children", "service", "perhaps"), InlineData("on_call_hours", "service", "24/8"), InlineData("assured_by", "service", "xe-nobody")]
    [InlineData("visibility", "location", "Secret"), InlineData("latitude", "location", "north"), InlineData("latitude", "location", "NaN"), InlineData("services", "location", "xe-nothing"), InlineData("name_en", "location", ""), InlineData("need", "location", "Shelter")]
    [InlineData("record", "location", "castle")]
    public async Task BadCell_IsNamedAndNothingIsTakenIn(string column, string record, string value)
    {
        await Given(directory);
        var rows = Sheet.Read(Text(await Export(directory, "csv"))).Rows.Select(row => row.Select(cell => cell.Text).ToArray()).ToList();
        var at = Array.IndexOf(rows[0], column);
        var bad = rows.FindIndex(row => row[0] == record);
        rows[bad][at] = value;
        var fresh = rows.First(row => row[0] == "agency").ToArray();
        fresh[1] = "xe-fresh";
        rows.Add(fresh);
        var text = Sheet.Write(rows);
        // Where the row begins in the file: the cells before it may have more than one line.
        var line = 1 + rows.Take(bad).Sum(row => 1 + row.Sum(cell => cell.Count(c => c == '\n')));

        var (before, versions) = (await directory.Rows(), Text(await Export(directory, "csv")));
        foreach (var dryRun in new[] { true, false })
        {
            using var answer = await Import(directory, Encoding.UTF8.GetBytes(text), "text/csv", dryRun);
            Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
            Assert.Equal("TLT-DIR-1101", problem.Text("code"));
            var error = problem.GetProperty("errors").EnumerateArray().First();
            Assert.Equal((line, at + 1, column), (error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32(), error.Text("name")));
            Assert.NotEmpty(error.Text("message"));
            if (value.Length > 3) Assert.DoesNotContain(value, problem.GetRawText(), StringComparison.Ordinal);
        }
        Assert.Equal((before, versions), (await directory.Rows(), Text(await Export(directory, "csv"))));
    }

    [Fact]
    public async Task Exchange_IsTheRegistrarsAlone()
    {
        using var agency = directory.As("xe-a", "agency");
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.GetAsync("/v1/exchange/directory.csv", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.GetAsync("/v1/exchange/directory.ndjson", Stop)).StatusCode);
        using var file = new StringContent("record,id", Encoding.UTF8, "text/csv");
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.PostAsync("/v1/exchange", file, Stop)).StatusCode);
    }

    private static async Task Given(DirectoryProcess directory)
    {
        using var registrar = directory.Registrar;
        var agency = Json.Agency();
        agency["contacts"]!.AsArray().Add(new JsonObject { ["kind"] = "Post", ["value"] = "A | B \\ street 1", ["label"] = new JsonObject { ["lt"] = "=Paštas; „Ąžuolas“", ["en"] = "a=b | c" }, ["languages"] = new JsonArray("lt", "uk") });
        agency["illustrative"] = "=HYPERLINK(\"x\"), all; of \"it\"";
        using (await registrar.Put("/v1/agencies/xe-a", agency)) { }
        var bare = Json.Agency("-Bare");
        (bare["contacts"], bare["source"]!["url"], bare["standing"]) = (new JsonArray(), null, "Suspended");
        using (await registrar.Put("/v1/agencies/xe-b", bare)) { }
        var service = Json.Service("xe-a");
        (service["profile"], service["name"]) = (Json.Profile("xe-a"), new JsonObject { ["lt"] = "Ąžuolo namai", ["en"] = "@Oak", ["uk"] = "Дуб" });
        using (await registrar.Put("/v1/services/xe-s1", service)) { }
        using (await registrar.Put("/v1/services/xe-s2", Json.Service("xe-a", "LegalAid"))) { }
        using (await registrar.Put("/v1/locations/xe-a-l1", LocationJson.Of("xe-a", "NeedToKnow", "xe-s1", "xe-s2"))) { }
        using (await registrar.Put("/v1/locations/xe-a-l2", LocationJson.Of("xe-a", "Public"))) { }
    }

    private static async Task<byte[]> Export(DirectoryProcess directory, string name)
    {
        using var registrar = directory.Registrar;
        using var answer = await registrar.GetAsync("/v1/exchange/directory." + name, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        return await answer.Content.ReadAsByteArrayAsync(Stop);
    }

    private static async Task<HttpResponseMessage> Import(DirectoryProcess directory, byte[] file, string type, bool dryRun = false)
    {
        using var registrar = directory.Registrar;
        using var content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue(type, "utf-8") } };
        return await registrar.PostAsync("/v1/exchange" + (dryRun ? "?dryRun=true" : ""), content, Stop);
    }

    private static string Text(byte[] file) => Encoding.UTF8.GetString(file);
}
