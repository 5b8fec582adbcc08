using System.Net;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;
using static Tiltas.Identification.Tests.FormDesk;
using static Tiltas.Identification.Tests.RunningIdentification;

namespace Tiltas.Identification.Tests;

/// <summary>Assessments that found nothing are counted, and nothing of them is kept; a form that was used never changes.</summary>
[Collection(WithService.Name)]
public sealed class FormCountTests(RunningIdentification service) : IAsyncLifetime
{
    private const string Assessment = "LT-SBGS-VULNERABILITY";
    private readonly FormDesk _desk = new(service);

    public async ValueTask InitializeAsync() => await _desk.Open();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task NegativeAssessment_IsCounted_AndNothingOfItIsKept()
    {
        var guard = await OfItsOwn();
        var canary = "Kanarėlė-" + Guid.CreateVersion7().ToString("N");
        var (subject, key) = (await service.Subject(guard), NewKey());
        object[] answers = [.. Negative("2026-10-05", "LT-BP-MEDININKAI"), Says("AGE", "From48"), Says("LANGUAGE", "eu"), new { field = "NOTE", note = canary }];
        var tables = await Rows();
        var (counted, again) = (await _desk.FillIn(guard, null, answers, Assessment, key: key), await _desk.FillIn(guard, null, answers, Assessment, key: key));
        Assert.Equal((HttpStatusCode.OK, "True", null, null), (counted.Status, counted["counted"], counted["formId"], counted["contentHash"]));
        Assert.Equal(counted.Text, again.Text);

        // One row of its own and one for the key; in no other table anything, and nobody is told.
        var after = await Rows();
        Assert.Equal(["idempotency_keys +1", "negative_assessments +1"], after.Where(table => table.Value != tables[table.Key]).Select(table => $"{table.Key} +{table.Value - tables[table.Key]}").Order());
        var row = await Text("SELECT row_to_json(n)::text FROM negative_assessments n WHERE agency = $1", guard);
        Assert.Equal(["agency", "day", "id", "place", "result", "schema_hash", "schema_id", "schema_version"], JsonDocument.Parse(row).RootElement.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal("{\"counted\": true}", await Text("SELECT answer::text FROM idempotency_keys WHERE agency = $1 AND operation = 'fill-in-form'", guard));
        var dump = await _desk.Dump();
        Assert.DoesNotContain(canary, dump, StringComparison.Ordinal);
        Assert.DoesNotContain(dump.Split('\n'), line => line.Contains(guard, StringComparison.Ordinal) && (line.Contains("From48", StringComparison.Ordinal) || line.Contains("\"eu\"", StringComparison.Ordinal)));

        // Nobody is a non-victim by it: the person has no status, and whoever names one is refused.
        Assert.Equal("0", (await service.Get(guard, $"/v1/subjects/{subject}/status"))["version"]);
        var named = await _desk.FillIn(guard, subject, answers, Assessment);
        Assert.Equal((HttpStatusCode.BadRequest, "TLT-IDN-0087", "$.subject"), (named.Status, named["code"], named["field"]));
        var little = await _desk.FillIn(guard, null, Negative("2026-10-05", "LT-57")[..2], Assessment);
        Assert.Equal("TLT-IDN-0085", little["code"]);
        var another = await _desk.FillIn(Inspectorate, null, answers, Assessment);
        Assert.Equal("TLT-IDN-0091", another["code"]);
    }

    [Fact]
    public async Task Counts_AreTheAgencysOwn_ByFormResultPlaceAndMonth()
    {
        var (guard, other) = (await OfItsOwn(), await OfItsOwn());
        foreach (var (day, place) in ((string, string)[])[("2026-09-30", "LT-BP-MEDININKAI"), ("2026-10-01", "LT-BP-MEDININKAI"), ("2026-10-31", "LT-BP-MEDININKAI"), ("2026-10-15", "LT-57")])
            Assert.Equal(HttpStatusCode.OK, (await _desk.FillIn(guard, null, Negative(day, place), Assessment)).Status);
        await _desk.FillIn(other, null, Negative("2026-10-02", "LT-57"), Assessment);
        var subject = await service.Subject(guard);
        object[] positive = [Says("DAY", "2026-10-20"), Says("PLACE", "LT-57"), Says("RESULT", "SignsOfTrafficking"), Says("AGE", "Under18"), Says("INDICATORS", "A01"), Says("PRESENT_DANGER", "Unknown")];
        var found = await _desk.FillIn(guard, subject, positive, Assessment);
        await _desk.FillIn(guard, subject, positive, Assessment, replaces: found["formId"]);
        Assert.Equal(HttpStatusCode.Created, found.Status);

        Assert.Equal(
            ["2026-09 NoSigns LT-BP-MEDININKAI True 1", "2026-10 NoSigns LT-57 True 1", "2026-10 NoSigns LT-BP-MEDININKAI True 2", "2026-10 SignsOfTrafficking LT-57 False 1"], await Counts(guard, ""));
        Assert.Equal(["2026-10 NoSigns LT-57 True 1"], await Counts(other, ""));
        Assert.Equal(["2026-10 NoSigns LT-57 True 1", "2026-10 NoSigns LT-BP-MEDININKAI True 1", "2026-10 SignsOfTrafficking LT-57 False 1"], await Counts(guard, "?from=2026-10-02&to=2026-10-31&schema=" + Assessment));
        Assert.Empty(await Counts(guard, "?schema=LT-SLI-IDENTIFICATION"));
        foreach (var wrong in (string[])["?from=October", "?from=2026-10-01&from=2026-10-02", "?subject=x", "?schema=a&schema=b"])
            Assert.Equal((HttpStatusCode.BadRequest, "TLT-IDN-0099"), ((await service.Get(guard, "/v1/forms/counts" + wrong)) is var refused ? refused.Status : 0, refused["code"]));
    }

    [Fact]
    public async Task VersionThatWasFilledIn_MayNotChange_AndANewOneStandsBesideIt()
    {
        using var country = new TempFolder();
        foreach (var file in Directory.EnumerateFiles(Kit.CountryFolder, "*", SearchOption.AllDirectories)) country.Write(Path.GetRelativePath(Kit.CountryFolder, file), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        country.Write("forms/trial.yaml", FormFileTests.Right);
        var guard = await OfItsOwn();
        object[] answers = [Says("DAY", "2026-10-05"), Says("PLACE", "LT-57"), Says("RESULT", "Nothing")];
        using (var first = service.Start(country.Path))
        {
            await first.Ready();
            Assert.Equal(HttpStatusCode.OK, (await service.PostTo(first, guard, "/v1/forms", new { schema = "LT-TRIAL", schemaVersion = 1, answers })).Status);
        }
        country.Write("forms/trial.yaml", FormFileTests.Right.Replace("en: safe", "en: danger", StringComparison.Ordinal));
        using (var changed = service.Start(country.Path))
        {
            Assert.Equal(2, await changed.Ended());
            Assert.Contains("Form LT-TRIAL version 1 was filled in and its content has changed since; give the changed form a new version.", changed.Said, StringComparison.Ordinal);
        }
        country.Write("forms/trial.yaml", FormFileTests.Right.Replace("en: safe", "en: danger", StringComparison.Ordinal).Replace("version: 1", "version: 2", StringComparison.Ordinal));
        using var second = service.Start(country.Path);
        await second.Ready();
        Assert.Equal(HttpStatusCode.OK, (await service.PostTo(second, guard, "/v1/forms", new { schema = "LT-TRIAL", schemaVersion = 2, answers })).Status);
        Assert.Equal("TLT-IDN-0081", (await service.PostTo(second, guard, "/v1/forms", new { schema = "LT-TRIAL", schemaVersion = 1, answers }))["code"]);
        // What is not offered any more stays readable, and a replica that does not have the files learns of it.
        foreach (var version in (int[])[1, 2])
            Assert.Contains(version == 1 ? "\"safe\"" : "\"danger\"", (await service.Get(guard, $"/v1/form-schemas/LT-TRIAL/{version}")).Text, StringComparison.Ordinal);
        Assert.Equal(["2026-10 Nothing LT-57 True 1", "2026-10 Nothing LT-57 True 1"], await Counts(guard, ""));
    }

    private static object[] Negative(string day, string place) => [Says("DAY", day), Says("RESULT", "NoSigns"), Says("PLACE", place)];

    /// <summary>A border guard that nobody else counts for.</summary>
    private async Task<string> OfItsOwn()
    {
        var guard = $"lt-guard-{Guid.CreateVersion7():N}";
        await service.Register(guard, AgencyType.BorderGuard);
        return guard;
    }

    private async Task<string[]> Counts(string agency, string query) =>
    [
        .. (await service.Get(agency, "/v1/forms/counts" + query)).Json.GetProperty("items").EnumerateArray()
            .Select(line => string.Join(' ', ((string[])["month", "result", "place", "onlyCounted", "count"]).Select(name => line.GetProperty(name).ToString()))).Order(StringComparer.Ordinal),
    ];

    private async Task<Dictionary<string, long>> Rows()
    {
        var rows = new Dictionary<string, long>();
        foreach (var line in (await _desk.Dump()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ")[0])) rows[line] = rows.GetValueOrDefault(line) + 1;
        foreach (var table in (string[])["idempotency_keys", "negative_assessments"]) rows.TryAdd(table, 0);
        return rows;
    }

    private async Task<string> Text(string sql, string agency)
    {
        await using var command = service.Store.CreateCommand(sql);
        command.Parameters.Add(new() { Value = agency });
        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
