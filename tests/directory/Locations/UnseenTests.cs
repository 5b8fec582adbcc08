using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Locations;

/// <summary>
/// The one property that people's safety hangs on: what a caller may not see leaves no trace. Directories are drawn at random, questions
/// asked at random; then the hidden rows are deleted, and every answer must be the same to the byte: lists, totals, pages, searches,
/// distances, single records, refusals. Only front doors stay, which are for everybody to know.
/// </summary>
public sealed class UnseenTests(DirectoryProcess directory) : IClassFixture<DirectoryProcess>
{
    private const int Seed = 20261122;
    private const int Directories = 40;
    private const int Questions = 30;
    private static readonly string[] Words = ["Pušynas", "Ąžuolas", "Žibintas", "Sala", "Upė", "Tiltas", "Vilnius", "Kaunas", "Lietuva", "Prieglauda"];
    private static readonly string[] Municipalities = ["LT-57", "LT-58", "LT-15"];
    private static readonly string[] Areas = ["LT", "LT-VL", "LT-KU", "LT-57", "LT-58", "LT-15"];
    private static readonly string[] Agencies = ["ua", "ub", "uc"];

    [Fact]
    public async Task Answers_WithHiddenLocations_AreThoseOfADirectoryWithoutThem()
    {
        var random = new Random(Seed);
        using var nobody = directory.Nobody;
        var (asked, differ, sawOwn, refused) = (0, 0, 0, 0);
        for (var n = 0; n < Directories; n++)
        {
            // A passport does not hold as long as all of this takes.
            using var partner = directory.As("ub", "agency");
            await Draw(random, n);
            var (forPartner, forNobody) = (Ask(random), Ask(random));
            var everything = await Answers(nobody, forNobody);
            var partners = await Answers(partner, forPartner);

            // Were the questions such that hidden rows could show at all? The registrar's answers say so.
            if (n % 5 == 0)
            {
                using var registrar = directory.Registrar;
                var reading = forNobody.FindAll(question => question.StartsWith("GET /hsds", StringComparison.Ordinal));
                differ += (await Answers(registrar, reading)).Zip(await Answers(nobody, reading)).Count(pair => pair.First != pair.Second);
            }

            await Delete("visibility = 'NeedToKnow' AND agency <> 'ub' OR withdrawn_at IS NOT NULL AND agency <> 'ub'");
            Same(forPartner, partners, await Answers(partner, forPartner), n);
            await Delete("visibility <> 'Public' OR withdrawn_at IS NOT NULL");
            Same(forNobody, everything, await Answers(nobody, forNobody), n);
            sawOwn += partners.Zip(await Answers(partner, forPartner)).Count(pair => pair.First != pair.Second);
            asked += forPartner.Count + forNobody.Count;
            refused += everything.Concat(partners).Count(answer => answer.StartsWith('4'));
        }
        Assert.Equal(Directories * Questions * 2, asked);
        Assert.True(differ > asked / 100, $"only {differ} of the questions could have shown anything");
        Assert.True(sawOwn > asked / 50, $"the partner saw more than the public only {sawOwn} times");
        Assert.True(refused > asked / 50, $"only {refused} refusals");
    }

    private static void Same(List<string> questions, List<string> with, List<string> without, int n)
    {
        for (var i = 0; i < questions.Count; i++) Assert.True(with[i] == without[i], $"seed {Seed}, directory {n}, {questions[i]}\nwith    {with[i]}\nwithout {without[i]}");
    }

    /// <summary>Status, headers that are not the server's clock, and body; the trace id is each request's own.</summary>
    private static async Task<List<string>> Answers(HttpClient client, List<string> questions)
    {
        var answers = new string[questions.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, questions.Count), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, async (i, stop) =>
        {
            var parts = questions[i].Split(' ', 3);
            using var request = new HttpRequestMessage(new HttpMethod(parts[0]), parts[1]) { Content = parts.Length > 2 ? Json.Body(parts[2]) : null };
            using var answer = await client.SendAsync(request, stop);
            Assert.True((int)answer.StatusCode < 500, questions[i]);
            var body = await answer.Content.ReadAsStringAsync(stop);
            var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Date" or "Content-Length")).Select(header => header.Key + "=" + string.Join(',', header.Value)).Order(StringComparer.Ordinal);
            answers[i] = $"{(int)answer.StatusCode} {string.Join(';', headers)} {(body.Contains("traceId", StringComparison.Ordinal) ? WithoutTrace(body) : body)}";
        });
        return [.. answers];
    }

    private static string WithoutTrace(string body)
    {
        var problem = JsonNode.Parse(body)!.AsObject();
        problem.Remove("traceId");
        return problem.ToJsonString();
    }

    private static List<string> Ask(Random random)
    {
        var questions = new List<string>();
        while (questions.Count < Questions)
        {
            var agency = random.Pick(Agencies);
            var service = $"{agency}-s{random.Next(3)}";
            var location = $"{agency}-l{random.Next(7)}";
            questions.Add(random.Next(16) switch
            {
                0 => $"GET /hsds/services?{Filters(random)}",
                1 => $"GET /hsds/organizations?{Filters(random)}&{random.Pick("full=true", "full_service=true", "minimal=true", "format=ndjson")}",
                2 or 3 => $"GET /hsds/service_at_locations?{Filters(random)}",
                4 or 5 => $"GET /hsds/service_at_locations?{Filters(random)}&postcode={Postcode(random)}{(random.Next(2) == 0 ? $"&proximity={random.Next(1, 40_000)}" : "")}",
                6 => "POST /hsds/service_at_locations " + new JsonObject { ["search"] = random.Pick(Words), ["full"] = true }.ToJsonString(),
                7 => "POST /hsds/services " + new JsonObject { ["search"] = random.Pick(Words), ["full"] = true }.ToJsonString(),
                8 => $"GET /hsds/services/{HsdsId.Service(service)}",
                9 => $"GET /hsds/organizations/{HsdsId.Organization(agency)}{random.Pick("", "?full_service=true")}",
                10 or 11 => $"GET /hsds/service_at_locations/{HsdsId.ServiceAtLocation(service, location)}",
                12 => $"GET /v1/locations/{location}",
                13 => $"GET /v1/locations?limit={random.Next(1, 4)}{random.Pick("", $"&agency={agency}")}{random.Pick("", $"&municipality={random.Pick(Municipalities)}")}{random.Pick("", $"&after={location}")}",
                14 => $"DELETE /v1/locations/{random.Pick("ua", "uc")}-l{random.Next(7)}",
                _ => $"PUT /v1/locations/{random.Pick("ua", "uc")}-l{random.Next(7)} {LocationJson.Of("ub").ToJsonString()}",
            });
        }
        return questions;
    }

    private static string Filters(Random random)
    {
        var filters = new List<string> { $"per_page={random.Next(1, 9)}", $"page={random.Next(1, 4)}" };
        if (random.Next(2) == 0) filters.Add("search=" + Uri.EscapeDataString(random.Pick(Words)[..random.Next(2, 4)]));
        if (random.Next(4) == 0) filters.Add("organization_id=" + HsdsId.Organization(random.Pick(Agencies)));
        if (random.Next(4) == 0) filters.Add("taxonomy_term_id=" + HsdsId.Of("taxonomy_term", random.Pick("needs/Shelter", "needs/LegalAid", "areas/LT-57", "areas/LT-KU")));
        if (random.Next(4) == 0) filters.Add("modified_after=" + DateTimeOffset.UnixEpoch.AddSeconds(random.Next(100)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        if (random.Next(3) == 0) filters.Add(random.Pick("full=true", "minimal=true", "format=ndjson"));
        return string.Join('&', filters);
    }

    private static string Postcode(Random random) => $"LT-0000{random.Next(6)}";

    /// <summary>A directory: agencies, services, locations of every visibility, some changed and withdrawn meanwhile, through the interface.</summary>
    private async Task Draw(Random random, int number)
    {
        await Run("TRUNCATE agencies, services, locations, service_locations, front_doors, services_shown, outbox CASCADE");
        using var registrar = directory.Registrar;
        foreach (var agency in Agencies)
        {
            await registrar.Put("/v1/agencies/" + agency, Json.Agency(random.Pick(Words))).Expect(HttpStatusCode.Created);
            for (var s = 0; s < 3; s++)
            {
                var service = Json.Service(agency, random.Pick("Shelter", "LegalAid"));
                (service["name"], service["areas"]) = (new JsonObject { ["lt"] = random.Pick(Words), ["en"] = random.Pick(Words) }, new JsonArray(random.Pick(Areas)));
                await registrar.Put($"/v1/services/{agency}-s{s}", service).Expect(HttpStatusCode.Created);
            }
            for (var l = 0; l < 5; l++)
            {
                for (var times = random.Next(1, 3); times > 0; times--) using (await registrar.Put($"/v1/locations/{agency}-l{l}", Location(random, agency))) { }
                if (random.Next(6) == 0) using (await registrar.DeleteAsync($"/v1/locations/{agency}-l{l}", TestContext.Current.CancellationToken)) { }
            }
        }
        if (random.Next(4) == 0)
        {
            var body = Json.Agency();
            body["standing"] = random.Pick("Suspended", "Removed");
            await registrar.Put("/v1/agencies/uc", body).Expect(HttpStatusCode.OK);
        }
        if (random.Next(3) == 0) await registrar.DeleteAsync("/v1/services/ua-s0", TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
        // Moments that questions can fall between, in an order that is the seed's and not the clock's.
        await Run(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT setseed({number % 100 / 100.0});
            UPDATE services SET changed_at = to_timestamp(floor(random() * 100));
            UPDATE agencies SET changed_at = to_timestamp(floor(random() * 100));
            UPDATE locations SET changed_at = to_timestamp(floor(random() * 100));
            UPDATE services_shown SET for_all = CASE WHEN for_all IS NOT NULL THEN to_timestamp(floor(random() * 100)) END,
                for_partners = CASE WHEN for_partners IS NOT NULL THEN to_timestamp(floor(random() * 100)) END, for_owner = to_timestamp(floor(random() * 100));
            """));
    }

    private static JsonObject Location(Random random, string agency)
    {
        var body = LocationJson.Of(agency, random.Pick("Public", "Partner", "NeedToKnow"), [.. Enumerable.Range(0, 3).Where(_ => random.Next(2) == 0).Select(s => $"{agency}-s{s}")]);
        (body["name"], body["municipality"]) = (new JsonObject { ["lt"] = random.Pick(Words), ["en"] = random.Pick(Words) }, random.Pick(Municipalities));
        (body["postalCode"], body["latitude"], body["longitude"]) = (Postcode(random), 54.5 + random.NextDouble() / 4, 25 + random.NextDouble() / 4);
        if (random.Next(4) == 0) (body["latitude"], body["longitude"]) = (null, null);
        if (random.Next(3) == 0) body["frontDoor"] = null;
        else body["frontDoor"]!["value"] = $"+370 600 0000{random.Next(10)}";
        return body;
    }

    /// <summary>As if they had never been; only what was told to everybody stays.</summary>
    private Task Delete(string hidden) => Run($"""
        SET session_replication_role = replica;
        DELETE FROM service_locations WHERE location IN (SELECT id FROM locations WHERE {hidden});
        DELETE FROM locations WHERE {hidden};
        SET session_replication_role = DEFAULT;
        """);

    private async Task Run(string sql)
    {
        await using var command = directory.Store.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}

/// <summary>Drawing lots.</summary>
internal static class Lots
{
    public static T Pick<T>(this Random random, params T[] from) => from[random.Next(from.Length)];
}
