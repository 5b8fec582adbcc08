using System.Net;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Coverage;

[Collection(RunningDirectory.Name)]
public sealed class ReadCoverageTests(DirectoryProcess directory)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Coverage_OfANeed_TellsWhoAndTheGap()
    {
        using var registrar = directory.Registrar;
        foreach (var agency in new[] { "cv-day", "cv-night", "cv-gone" }) await registrar.Put("/v1/agencies/" + agency, Json.Agency()).Expect(HttpStatusCode.Created);
        await Offer("cv-day", "LT", "Mo-Fr 08:00-17:00; PH off");
        await Offer("cv-night", "LT-57", "Mo-Su 20:00-08:00");
        await Offer("cv-gone", "LT-57", "24/7");
        var gone = Json.Agency();
        gone["standing"] = "Suspended";
        await registrar.Put("/v1/agencies/cv-gone", gone).Expect(HttpStatusCode.OK);

        var rows = await Rows("need=Reintegration");
        Assert.Equal(3 * 4, rows.Count);
        Assert.Equal(
            ["LT-57 WeekdayDay cv-day", "LT-57 WeekdayEvening ", "LT-57 WeekdayNight cv-night", "LT-57 Weekend "],
            rows.Where(row => row.StartsWith("LT-57", StringComparison.Ordinal)));
        Assert.Equal(["LT-15 WeekdayDay cv-day", "LT-15 WeekdayEvening ", "LT-15 WeekdayNight ", "LT-15 Weekend "], rows.Where(row => row.StartsWith("LT-15", StringComparison.Ordinal)));
        Assert.Equal(["LT-15 At ", "LT-57 At cv-night", "LT-58 At "], await Rows("need=Reintegration&at=2026-06-02T21:00:00%2B03:00"));
        // A holiday.
        Assert.Equal(["LT-15 At ", "LT-57 At ", "LT-58 At "], await Rows("need=Reintegration&at=2026-06-24T10:00:00%2B03:00"));

        using var answer = await registrar.GetAsync("/v1/coverage?need=Reintegration&format=csv", Stop);
        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        var lines = (await answer.Content.ReadAsStringAsync(Stop)).Split("\r\n");
        Assert.Equal("municipality,name,county,need,time,gap,count,agencies", lines[0]);
        Assert.Equal(("LT-15,Kauno miestas,LT-KU,Reintegration,WeekdayDay,no,1,cv-day", "LT-15,Kauno miestas,LT-KU,Reintegration,WeekdayEvening,yes,0,"), (lines[1], lines[2]));
        Assert.Equal(1 + 3 * 4 + 1, lines.Length);

        async Task Offer(string agency, string area, string hours)
        {
            var service = Json.Service(agency, "Reintegration");
            (service["areas"], service["hours"]) = (new JsonArray(area), hours);
            await registrar.Put("/v1/services/" + agency, service).Expect(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task Coverage_OfEverything_HasEveryRow()
    {
        using var registrar = directory.Registrar;
        var rows = (await registrar.GetAsync("/v1/coverage", Stop).Expect(HttpStatusCode.OK)).GetProperty("rows");
        Assert.Equal(3 * Enum.GetValues<Contracts.Codes.Need>().Length * 4, rows.GetArrayLength());
    }

    [Theory]
    [InlineData("need=shelter", "TLT-DIR-0016", "need")]
    [InlineData("format=xml", "TLT-DIR-0016", "format")]
    [InlineData("at=now", "TLT-DIR-0901", "at")]
    public async Task Coverage_WrongQuery_IsToldByName(string query, string code, string field)
    {
        using var registrar = directory.Registrar;
        await registrar.GetAsync("/v1/coverage?" + query, Stop).ExpectProblem(HttpStatusCode.BadRequest, code, field);
    }

    private async Task<List<string>> Rows(string query)
    {
        using var registrar = directory.Registrar;
        return [.. (await registrar.GetAsync("/v1/coverage?" + query, Stop).Expect(HttpStatusCode.OK)).GetProperty("rows").EnumerateArray().Select(row =>
        {
            Assert.Equal(row.GetProperty("gap").GetBoolean(), row.GetProperty("count").GetInt32() == 0);
            return $"{row.Text("municipality")} {row.Text("time")} {string.Join(' ', row.GetProperty("agencies").EnumerateArray().Select(agency => agency.GetString()))}";
        })];
    }
}
