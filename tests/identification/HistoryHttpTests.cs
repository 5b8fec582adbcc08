using System.Net;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Identification.Parties;

namespace Tiltas.Identification.Tests;

/// <summary>The walks of HistoryTests, fewer of them, against the running service: what it answers, keeps, shows to each agency and publishes.</summary>
[Collection(WithService.Name)]
public sealed class HistoryHttpTests(RunningIdentification service)
{
    private const int Histories = 300;
    private const string Reference = "1-02/2026", DecidedOn = "2026-01-05";

    private static readonly Oracle Oracle = Oracle.File;

    [Fact]
    public async Task ChangeStatus_RandomHistories_AnswersShowsAndPublishesAsTheOracle()
    {
        var seed = OracleWalk.Seed();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await RegisterAgencies();
        var (met, attempts) = (new HashSet<string>(), 0);
        await Parallel.ForEachAsync(Enumerable.Range(0, Histories), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, async (history, _) =>
        {
            var tally = new OracleWalk.Tally();
            await Walk(new Random(unchecked(seed + history)), tally, $"seed {seed}, history {history}");
            lock (met) met.UnionWith(tally.Keys);
            Interlocked.Add(ref attempts, tally.Where(row => row.Key.Contains(": ", StringComparison.Ordinal)).Sum(row => row.Value));
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{Histories} histories, {attempts} attempts");

        // Too few walks for every pair of row and refusal; HistoryTests meets those.
        Assert.Empty(OracleWalk.Tally.Expected(Oracle).Where(what => what.EndsWith(": allowed", StringComparison.Ordinal) || what.EndsWith(": illegal", StringComparison.Ordinal)).Except(met));
        Assert.All(Oracle.Refusals, refusal => Assert.Contains(met, what => what.EndsWith(": " + refusal.Kind, StringComparison.Ordinal)));
    }

    private async Task Walk(Random random, OracleWalk.Tally tally, string name)
    {
        var walk = new OracleWalk(random, residence: false);
        var subject = await service.Subject([.. walk.Agencies.Select(Id)]);
        for (var left = random.Next(3, 16); left > 0; left--)
        {
            var attempt = walk.Draw(Oracle);
            var where = $"{name}, after {walk}: {attempt}";
            var (row, refusal) = walk.Judge(Oracle, attempt, tally);
            var answer = await service.Post(Id(attempt.By), $"/v1/subjects/{subject}/status", Body(attempt));
            if (refusal is null) walk.Take(Oracle, attempt, row, tally);
            var right = refusal switch
            {
                null => $"{HttpStatusCode.OK} {walk.State} {walk.Steps.Count} {walk.Age} {string.Join(' ', walk.Given)}",
                { Kind: "illegal" or "agency" } => $"{(refusal.Kind == "illegal" ? HttpStatusCode.Conflict : HttpStatusCode.Forbidden)} {refusal.Code} {row.Rule}",
                _ => $"{HttpStatusCode.BadRequest} {refusal.Code} ",
            };
            var answered = answer.Status == HttpStatusCode.OK
                ? $"{HttpStatusCode.OK} {answer["status"]} {answer["version"]} {answer["ageBand"]} {Held(answer.Json)}"
                : $"{answer.Status} {answer["code"]} {answer["rule"]}";
            Assert.True(right == answered, $"{where}: oracle {right}; service {answered}");
        }
        foreach (var agency in walk.Agencies) await Shows(walk, subject, agency, name);
        await Published(walk, subject, name);
    }

    private async Task Shows(OracleWalk walk, SubjectRef subject, OracleWalk.Actor agency, string name)
    {
        var status = await service.Get(Id(agency), $"/v1/subjects/{subject}/status");
        var held = await service.Get(Id(agency), $"/v1/subjects/{subject}/entitlements");

        var state = walk.Steps.Count == 0 ? null : walk.State;
        Assert.True((HttpStatusCode.OK, state, walk.Steps.Count) == (status.Status, Member(status.Json, "status"), Version(status.Json)), $"{name}: {status.Text}");
        Assert.Equal(
            walk.Steps.Select((step, i) => (i + 1, step.Attempt.To, Id(step.Attempt.By), step.Attempt.Decision ? DecidedOn : null, step.Attempt.Reason ? "PersonWithdrew" : null,
                step.Attempt.Decision && step.Attempt.By == agency ? Reference : null)),
            status.Json.GetProperty("history").EnumerateArray().Select(step => (step.GetProperty("version").GetInt32(), step.GetProperty("status").GetString()!, step.GetProperty("by").GetString()!,
                Member(step, "decidedOn"), Member(step, "reason"), Member(step, "decisionReference"))));
        Assert.True((state, string.Join(' ', walk.Given)) == (Member(held.Json, "status"), Held(held.Json)), $"{name}: {held.Text}");
    }

    private async Task Published(OracleWalk walk, SubjectRef subject, string name)
    {
        var published = (await service.Published(subject)).ToLookup(message => message.Urn, message => message.Body);
        var statuses = published["urn:tiltas:identification:victim-status-changed:v1"].OrderBy(Version).Select(body => $"{Version(body)} {body.GetProperty("status")} {body.GetProperty("by")}");
        var changes = published["urn:tiltas:identification:entitlements-changed:v1"].OrderBy(Version)
            .Select(body => $"{Version(body)} ={Codes(body, "entitlements")} +{Codes(body, "gained")} -{Codes(body, "lost")}");

        Assert.Equal(walk.Steps.Select((step, i) => $"{i + 1} {step.Attempt.To} {Id(step.Attempt.By)}"), statuses);
        var expected = walk.Steps.Select((step, i) => (Step: step, Version: i + 1)).Where(at => at.Step.Gained.Length + at.Step.Lost.Length > 0)
            .Select(at => $"{at.Version} ={string.Join(' ', at.Step.Given)} +{string.Join(' ', at.Step.Gained)} -{string.Join(' ', at.Step.Lost)}");
        Assert.True(expected.SequenceEqual(changes), $"{name}: told {string.Join("; ", changes)}; oracle {string.Join("; ", expected)}");
    }

    private async Task RegisterAgencies()
    {
        var all = Enum.GetValues<AgencyType>().SelectMany(type => Enumerable.Range(0, 7).Select(number => (Id: Id(new OracleWalk.Actor(number, type.ToString())), Type: type))).ToArray();
        foreach (var (id, type) in all) await service.Register(id, type);
        await service.Give(new KnownMemoranda(), new MemorandumInForce
        {
            Memorandum = MemorandumId.From("lt-mou-walks"), Version = 1, Parties = [.. all.Select(agency => AgencyId.From(agency.Id))], DataClasses = [DataClass.Needs],
            Purposes = [Purpose.Assistance], Needs = [], ValidFrom = new(2025, 1, 1), ValidTo = null, At = TimeProvider.System.GetUtcNow(),
        });
    }

    private static Dictionary<string, object> Body(OracleWalk.Attempt attempt)
    {
        var body = new Dictionary<string, object> { ["status"] = attempt.To };
        if (attempt.Age is { } age) body["ageBand"] = age;
        if (attempt.Reason) body["reason"] = "PersonWithdrew";
        if (attempt.Decision) (body["decisionReference"], body["decidedOn"]) = (Reference, DecidedOn);
        return body;
    }

    private static string Id(OracleWalk.Actor actor) => $"lt-walk-{actor.Type.ToLowerInvariant()}-{actor.Number}";

    private static int Version(JsonElement body) => body.GetProperty("version").GetInt32();

    private static string Codes(JsonElement body, string member) => string.Join(' ', body.GetProperty(member).EnumerateArray().Select(code => code.GetString()!).Order(StringComparer.Ordinal));

    private static string Held(JsonElement body) =>
        string.Join(' ', body.GetProperty("entitlements").EnumerateArray().Select(item => item.GetProperty("entitlement").GetString()!).Order(StringComparer.Ordinal));

    private static string? Member(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.GetString() : null;
}
