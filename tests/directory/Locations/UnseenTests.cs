using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Locations;

/// <summary>
/// The one property that people's safety hangs on: what a caller may not see leaves no trace. Directories are drawn at random, questions
/// asked at random; then the hidden rows are deleted, and every answer must be the same to the byte: lists, totals, pages, searches,
/// distances, single records, refusals. Only front doors stay, which are for everybody to know.
/// <para>
/// A hundred directories lie side by side, with agencies, words and postcodes of their own, and are written, asked, stripped of what is
/// hidden and asked again together. Most questions name something that one of them has alone, so its answer is that of the directory by
/// itself; the others are about all at once. Either way nothing may differ: more rows around cannot hide a trace.
/// </para>
/// <para><c>TILTAS_TEST_DIRECTORIES=10000</c> draws ten thousand (under an hour); without it two hundred are drawn.</para>
/// </summary>
public sealed class UnseenTests(DirectoryProcess directory) : IClassFixture<DirectoryProcess>
{
    private const int Usual = 200;
    private const int Together = 100;
    private const int ProbeEach = 5;

    private static readonly int Directories =
        int.TryParse(Environment.GetEnvironmentVariable("TILTAS_TEST_DIRECTORIES"), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted > 0 ? wanted : Usual;

    private readonly HttpClient _http = directory.Nobody;

    [Fact]
    public async Task Answers_WithHiddenLocations_AreThoseOfADirectoryWithoutThem()
    {
        var seen = new Seen();
        for (var first = 0; first < Directories; first += Together)
            await Batch([.. Enumerable.Range(first, Math.Min(Together, Directories - first)).Select(n => new UnseenDirectory(n))], seen);
        Assert.Equal(Directories * UnseenDirectory.Questions * 2, seen.Asked);
        Assert.True(seen.Differ > seen.Probed / 10, $"only {seen.Differ} of {seen.Probed} questions could have shown anything");
        Assert.True(seen.Own > seen.OwnProbed / 25, $"the partner saw more than the public only {seen.Own} of {seen.OwnProbed} times");
        Assert.True(seen.Refused > seen.Asked / 50, $"only {seen.Refused} refusals");
    }

    private async Task Batch(IReadOnlyList<UnseenDirectory> drawn, Seen seen)
    {
        await Run("TRUNCATE agencies, services, locations, service_locations, front_doors, services_shown, outbox CASCADE");
        // A passport does not hold as long as all of this takes.
        var registrar = directory.Passport("lt-registrar", "registrar");
        await Each(drawn, one => one.Write(body => Send(registrar, body)));
        await Run(UnseenDirectory.Moments);

        var (partners, everybody) = (new Dictionary<UnseenDirectory, string[]>(), new Dictionary<UnseenDirectory, string[]>());
        await Each(drawn, async one =>
        {
            var (forPartner, forNobody) = (await Answers(Partner(one), one.ForPartner), await Answers(null, one.ForNobody));
            // Were the questions such that hidden rows could show at all? The registrar's answers say so.
            List<string> reading = one.Number % ProbeEach == 0 ? one.ForNobody.FindAll(question => question.StartsWith("GET /hsds", StringComparison.Ordinal)) : [];
            var differ = (await Answers(registrar, reading)).Zip(await Answers(null, reading)).Count(pair => pair.First != pair.Second);
            lock (seen)
            {
                (partners[one], everybody[one]) = (forPartner, forNobody);
                (seen.Probed, seen.Differ) = (seen.Probed + reading.Count, seen.Differ + differ);
                seen.Refused += forPartner.Concat(forNobody).Count(answer => answer.StartsWith('4'));
            }
        });
        await Delete("(visibility = 'NeedToKnow' OR withdrawn_at IS NOT NULL) AND agency NOT LIKE '%b'");
        await Each(drawn, async one => Same(one, one.ForPartner, partners[one], await Answers(Partner(one), one.ForPartner)));
        await Delete("visibility <> 'Public' OR withdrawn_at IS NOT NULL");
        await Each(drawn, async one =>
        {
            Same(one, one.ForNobody, everybody[one], await Answers(null, one.ForNobody));
            var without = one.Number % ProbeEach == 0 ? await Answers(Partner(one), one.ForPartner) : [];
            lock (seen)
            {
                (seen.OwnProbed, seen.Own) = (seen.OwnProbed + without.Length, seen.Own + without.Zip(partners[one]).Count(pair => pair.First != pair.Second));
                seen.Asked += one.ForPartner.Count + one.ForNobody.Count;
            }
        });
    }

    private AuthenticationHeaderValue Partner(UnseenDirectory one) => directory.Passport(one.Partner, "agency");

    private static void Same(UnseenDirectory one, List<string> questions, string[] with, string[] without)
    {
        for (var i = 0; i < questions.Count; i++) Assert.True(with[i] == without[i], $"directory {one.Number}, {questions[i]}\nwith    {with[i]}\nwithout {without[i]}");
    }

    /// <summary>Status, headers that are not the server's clock, and body; the trace id is each request's own.</summary>
    private async Task<string[]> Answers(AuthenticationHeaderValue? passport, List<string> questions)
    {
        var answers = new string[questions.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            using var answer = await Send(passport, questions[i]);
            Assert.True((int)answer.StatusCode < 500, questions[i]);
            var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Date" or "Content-Length")).Select(header => header.Key + "=" + string.Join(',', header.Value)).Order(StringComparer.Ordinal);
            answers[i] = $"{(int)answer.StatusCode} {string.Join(';', headers)} {(body.Contains("traceId", StringComparison.Ordinal) ? WithoutTrace(body) : body)}";
        }
        return answers;
    }

    /// <param name="passport">Whose request it is.</param>
    /// <param name="request">Method, address and body, apart by spaces.</param>
    private async Task<HttpResponseMessage> Send(AuthenticationHeaderValue? passport, string request)
    {
        var parts = request.Split(' ', 3);
        using var message = new HttpRequestMessage(new HttpMethod(parts[0]), parts[1]) { Content = parts.Length > 2 ? Json.Body(parts[2]) : null };
        message.Headers.Authorization = passport;
        return await _http.SendAsync(message, TestContext.Current.CancellationToken);
    }

    private static string WithoutTrace(string body)
    {
        var problem = JsonNode.Parse(body)!.AsObject();
        problem.Remove("traceId");
        return problem.ToJsonString();
    }

    private static Task Each(IReadOnlyList<UnseenDirectory> drawn, Func<UnseenDirectory, Task> work) =>
        Parallel.ForEachAsync(drawn, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (one, _) => await work(one));

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

    private sealed class Seen
    {
        public int Asked { get; set; }
        public int Refused { get; set; }
        public int Probed { get; set; }
        public int Differ { get; set; }
        public int OwnProbed { get; set; }
        public int Own { get; set; }
    }
}
