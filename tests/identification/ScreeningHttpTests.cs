using System.Net;
using static Tiltas.Identification.Tests.RunningIdentification;

namespace Tiltas.Identification.Tests;

[Collection(WithService.Name)]
public sealed class ScreeningHttpTests(RunningIdentification service)
{
    [Fact]
    public async Task Record_OfAChild_ExplainsInWordsAndWithoutTheMeans()
    {
        var subject = await service.Subject(Ngo);
        var recorded = await service.Post(Ngo, "/v1/screenings", new
        {
            subject, set = "LT-CHILD-S0", setVersion = 1, ageBand = "From9To17", place = "LT-57", language = "lt",
            answers = new[] { Says("C07", "Observed"), Says("C01", "NotObserved"), Says("C02", "NotAsked") },
        });

        Assert.Equal(HttpStatusCode.Created, recorded.Status);
        Assert.Equal("/v1/screenings/" + recorded["screeningId"], recorded.Location);
        var fired = Assert.Single(recorded.Json.GetProperty("explanation").EnumerateArray());
        Assert.Equal(("C07", "Act"), (fired.GetProperty("indicator").GetString(), fired.GetProperty("element").GetString()));
        var means = recorded.Json.GetProperty("covered").GetProperty("means");
        Assert.False(means.GetProperty("required").GetBoolean());
        Assert.Contains("not required", means.GetProperty("text").GetProperty("en").GetString(), StringComparison.Ordinal);

        var message = Assert.Single(await service.Published(subject));
        Assert.Equal("urn:tiltas:identification:screening-recorded:v1", message.Urn);
        Assert.DoesNotContain("C07", message.Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OwnAgency_SeesItAndAnotherPartyDoesNot()
    {
        var subject = await service.Subject(Ngo, Police);
        var recorded = await service.Post(Ngo, "/v1/screenings", Camel(Screening(subject.ToString(), Says("A01", "Observed"))));

        var own = await service.Get(Ngo, recorded.Location!);
        var other = await service.Get(Police, recorded.Location!);
        var none = await service.Get(Ngo, $"/v1/screenings/{NewSubject()}");

        Assert.Equal((HttpStatusCode.OK, recorded["explanation"], recorded["covered"]), (own.Status, own["explanation"], own["covered"]));
        var answers = own.Json.GetProperty("answers").EnumerateArray().ToDictionary(a => a.GetProperty("indicator").GetString()!, a => a.GetProperty("observation").GetString());
        Assert.Equal("Observed", answers["A01"]);
        Assert.All(answers.Where(answer => answer.Key != "A01"), answer => Assert.Equal("NotAsked", answer.Value));
        Assert.Equal((HttpStatusCode.NotFound, "TLT-IDN-0405"), (other.Status, other["code"]));
        Assert.Equal((other.Status, other["detail"]), (none.Status, none["detail"]));
    }

    [Theory]
    [InlineData("LT-57", "uk", true)]
    [InlineData("LT-BP-MEDININKAI", "fa", false)]
    [InlineData(null, null, null)]
    public async Task Read_WhereAndHow_AreAsTheyWereRecorded(string? place, string? language, bool? interpreter)
    {
        var subject = (await service.Subject(Ngo)).ToString();
        var recorded = await service.Post(Ngo, "/v1/screenings", Camel(Screening(subject) with { Set = "LT-MIGRANT", Place = place, Language = language, Interpreter = interpreter }));
        var read = await service.Get(Ngo, recorded.Location!);

        Assert.Equal((HttpStatusCode.OK, place, language, interpreter?.ToString()), (read.Status, read["place"], read["language"], read["interpreter"]));
    }

    [Fact]
    public async Task ListBorderPoints_OfTheCountry_CanBeNamedAsAPlace()
    {
        var points = (await service.Get(Ngo, "/v1/border-points")).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Contains(points, point => point.GetProperty("id").GetString() == "LT-BP-MEDININKAI");
        Assert.All(points, point => Assert.True(point.GetProperty("name").TryGetProperty("en", out _) && point.GetProperty("source").TryGetProperty("title", out _)));
    }

    [Fact]
    public async Task Record_WithAnOlderVersion_KeepsIt()
    {
        var subject = (await service.Subject(Ngo)).ToString();
        foreach (var (version, languages) in ((int, string[])[])[(1, ["en", "lt"]), (2, ["en", "lt", "ru", "uk"])])
        {
            var recorded = await service.Post(Ngo, "/v1/screenings", Camel(Screening(subject, Says("A01", "Observed")) with { SetVersion = version }));
            var read = await service.Get(Ngo, recorded.Location!);
            var fired = Assert.Single(read.Json.GetProperty("explanation").EnumerateArray());
            Assert.Equal(languages, fired.GetProperty("text").EnumerateObject().Select(word => word.Name));
            Assert.Equal(version.ToString(System.Globalization.CultureInfo.InvariantCulture), read["setVersion"]);
        }
    }

    [Fact]
    public async Task Record_WrongContent_NamesTheField()
    {
        var subject = (await service.Subject(Ngo)).ToString();
        var right = Screening(subject, Says("A01", "Observed"));
        (object Body, string Code, string Field)[] wrongs =
        [
            (Screening(subject, Says("A01", "Observed"), Says("A02", "NotAsked"), Says("Z99", "Observed")), "TLT-IDN-0012", "$.answers[2].indicator"),
            (Screening(subject, Says("A01", "Observed"), Says("A01", "NotAsked")), "TLT-IDN-0013", "$.answers[1].indicator"),
            (right with { Set = "LT-NONE" }, "TLT-IDN-0010", "$.set"),
            (right with { SetVersion = 99 }, "TLT-IDN-0011", "$.setVersion"),
            (right with { Place = "LT-99" }, "TLT-IDN-0014", "$.place"),
            (right with { Place = "LT-BP-NOWHERE" }, "TLT-IDN-0014", "$.place"),
            (right with { Interpreter = "yes" }, "TLT-NET-0400", "$.interpreter"),
            (right with { Language = "LIT" }, "TLT-IDN-0015", "$.language"),
            (right with { Language = "zz" }, "TLT-IDN-0015", "$.language"),
        ];
        foreach (var (body, code, field) in wrongs)
        {
            var answer = await service.Post(Ngo, "/v1/screenings", Camel(body));
            Assert.Equal((HttpStatusCode.BadRequest, code, field), (answer.Status, answer["code"], answer["field"]));
        }
        Assert.Empty(await service.Published(Contracts.SubjectRef.Parse(subject, null)));
    }

    [Fact]
    public async Task Record_ForeignSubject_IsAnsweredAsUnknown()
    {
        var foreign = await service.Post(Ngo, "/v1/screenings", Camel(Screening((await service.Subject(OtherNgo)).ToString())));
        Assert.Equal((HttpStatusCode.NotFound, "TLT-IDN-0404"), (foreign.Status, foreign["code"]));
    }

    [Fact]
    public async Task Record_SameKey_AnswersTheSame()
    {
        var (subject, key) = (await service.Subject(Ngo), NewKey());
        var body = Camel(Screening(subject.ToString(), Says("M10", "Observed")));
        var first = await service.Post(Ngo, "/v1/screenings", body, key);
        var again = await service.Post(Ngo, "/v1/screenings", body, key);

        Assert.Equal((first.Status, first.Text), (again.Status, again.Text));
        Assert.Single(await service.Published(subject));
    }

    [Fact]
    public async Task ChangeStatus_AfterTheAgencysOwnScreeningOfAChild_KnowsTheAge()
    {
        var subject = await service.Subject(Ngo, Police);
        await service.Post(Ngo, "/v1/screenings", Camel(Screening(subject.ToString()) with { AgeBand = "From9To17" }));

        Assert.Equal("Unknown", (await service.Post(Police, $"/v1/subjects/{subject}/status", new { status = "Suspected" }))["ageBand"]);
        Assert.Equal("From9To17", (await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed" }))["ageBand"]);
    }

    [Fact]
    public async Task ListSets_Offered_WithSourceAndIndicators()
    {
        var list = await service.Get(Ngo, "/v1/indicator-sets");
        var set = await service.Get(Ngo, "/v1/indicator-sets/LT-CHILD-S0");
        var none = await service.Get(Ngo, "/v1/indicator-sets/lt-child-s0");

        Assert.Equal(["LT-ADULT-LABOUR", "LT-BEGGING", "LT-CHILD-S0", "LT-CRIMINALITY", "LT-MIGRANT", "LT-REFUGEE-UA", "LT-SEXUAL"], list.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
        Assert.Equal(("2", "Child"), (set["version"], set["population"]));
        Assert.Equal(16, set.Json.GetProperty("indicators").GetArrayLength());
        Assert.Equal("2023-12-10", set.Json.GetProperty("source").GetProperty("date").GetString());
        Assert.Equal(HttpStatusCode.NotFound, none.Status);
    }

    [Fact]
    public async Task Start_UsedSetChangedItsContent_RefusesAndSaysSo_UnusedOneMayChange()
    {
        using var country = new TempFolder();
        foreach (var name in (string[])["entitlements.yaml", "reflection.yaml", "gaps.yaml", "municipalities.csv", "country.yaml"]) File.Copy(Path.Combine(Kit.CountryFolder, name), Path.Combine(country.Path, name));
        country.Write("indicators/trial.yaml", IndicatorFileTests.Right);
        await StartsAndStops(country.Path);
        country.Write("indicators/trial.yaml", IndicatorFileTests.Right.Replace("en: act}", "en: an act}", StringComparison.Ordinal));
        await StartsAndStops(country.Path);

        await Use("LT-TRIAL");
        await StartsAndStops(country.Path);
        country.Write("indicators/trial.yaml", IndicatorFileTests.Right.Replace("en: act}", "en: the act}", StringComparison.Ordinal));
        using var changed = service.Start(country.Path);
        Assert.Equal(2, await changed.Ended());
        Assert.Contains("identification does not start: Indicator set LT-TRIAL version 1 was used in a screening and its content has changed since", changed.Said, StringComparison.Ordinal);

        country.Write("indicators/trial.yaml", "id: [");
        using var broken = service.Start(country.Path);
        Assert.Equal(2, await broken.Ended());
        Assert.Contains("identification does not start: trial.yaml, line 2: not valid YAML", broken.Said, StringComparison.Ordinal);
    }

    private async Task StartsAndStops(string country)
    {
        using var process = service.Start(country);
        await process.Ready();
    }

    private async Task Use(string set)
    {
        await using var command = service.Store.CreateCommand("""
            INSERT INTO screenings (id, subject, agency, set_id, set_version, set_hash, age_band, at, observed, not_observed)
            SELECT gen_random_uuid(), gen_random_uuid(), 'lt-help', id, version, content_hash, 'Unknown', now(), '{}', '{}' FROM indicator_sets WHERE id = $1
            """);
        command.Parameters.Add(new() { Value = set });
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }

    internal static ScreeningBody Screening(string subject, params object[] answers) => new(subject, "LT-ADULT-LABOUR", 1, "From21To23", "LT-57", "lt", answers);

    internal static object Says(string indicator, string observation) => new { indicator, observation };

    internal static System.Text.Json.JsonElement Camel(object body) => System.Text.Json.JsonSerializer.SerializeToElement(body, System.Text.Json.JsonSerializerOptions.Web);

    internal sealed record ScreeningBody(string Subject, string Set, int SetVersion, string AgeBand, string? Place, string? Language, object[] Answers, object? Interpreter = null);
}
