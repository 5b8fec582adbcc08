using System.Net;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.TestKit;
using static Tiltas.Identification.Tests.RunningIdentification;

namespace Tiltas.Identification.Tests;

[Collection(WithService.Name)]
public sealed class ReflectionHttpTests(RunningIdentification service)
{
    [Fact]
    public async Task Period_OfAPresumedVictim_RunsPausesGrowsAndEnds_AndEachIsTold()
    {
        var subject = await Presumed();
        var (start, pause) = (await Move(subject, "start"), await Move(subject, "pause", new { reason = "HospitalCare" }));
        var (extend, resume) = (await Move(subject, "extend", new { days = 14, reason = "RecoveryNotComplete" }), await Move(subject, "resume"));
        var running = await service.Get(Ngo, Path(subject));
        var end = await Move(subject, "end", new { reason = "PersonDecided" });
        var ended = await service.Get(Police, Path(subject));

        Assert.Equal((HttpStatusCode.OK, "Running", "1"), (start.Status, start["state"], start["version"]));
        Assert.Equal(("Paused", "30"), (pause["state"], pause["daysLeft"]));
        Assert.Equal(("Paused", "44", "3"), (extend["state"], extend["daysLeft"], extend["version"]));
        Assert.Equal(("Running", "44", "44"), (resume["state"], running["daysLeft"], running["days"]));
        Assert.Equal(("Ended", "Ended", "PersonDecided", "5"), (end["state"], ended["state"], ended["endReason"], ended["version"]));
        Assert.Equal([null, "HospitalCare", "RecoveryNotComplete", null, "PersonDecided"], ended.Json.GetProperty("history").EnumerateArray().Select(Reason));
        Assert.Contains("2019", ended.Json.GetProperty("rules").GetProperty("source").GetProperty("title").GetString(), StringComparison.Ordinal);

        var told = await Told(subject, "reflection-period-changed");
        Assert.Equal(["Running", "Paused", "Paused", "Running", "Ended"], told.Select(body => body.GetProperty("state").GetString()));
        Assert.Equal([1, 2, 3, 4, 5], told.Select(body => body.GetProperty("version").GetInt32()));
        Assert.Equal([true, false, false, true, false], told.Select(body => body.TryGetProperty("lastDay", out _)));
    }

    [Fact]
    public async Task Move_ThatRulesForbid_IsToldByRule_AndChangesNothing()
    {
        var subject = await service.Subject(Ngo, Police);
        var early = await Move(subject, "start");
        await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed" });
        var ngo = await service.Post(Ngo, Path(subject) + "/start", new { });
        var nothing = await Move(subject, "pause", new { reason = "Missing" });
        var started = await Move(subject, "start");
        var twice = await Move(subject, "start");
        var running = await Move(subject, "resume");
        var (none, much) = (await Move(subject, "extend", new { days = 0, reason = "DecisionPending" }), await Move(subject, "extend", new { days = 61, reason = "DecisionPending" }));
        var elapsed = await Move(subject, "end", new { reason = "Elapsed" });
        var unheard = await Move(subject, "end", new { reason = "Unheard" });
        var stranger = await service.Post(Police, Path(NewSubject()) + "/start", new { });
        await Move(subject, "end", new { reason = "PersonDecided" });
        var again = await Move(subject, "start");

        Assert.Equal((HttpStatusCode.Conflict, "TLT-IDN-0073", "reflection-needs-entitlement"), (early.Status, early["code"], early["rule"]));
        Assert.Equal((HttpStatusCode.Forbidden, "TLT-IDN-0072", "reflection-by-competent-authority:Start"), (ngo.Status, ngo["code"], ngo["rule"]));
        Assert.Equal("reflection-not-started", nothing["rule"]);
        Assert.Equal(HttpStatusCode.OK, started.Status);
        Assert.Equal(("reflection-under-way", "reflection-not-paused"), (twice["rule"], running["rule"]));
        Assert.Equal(("TLT-IDN-0070", "$.days", "reflection-longest"), (none["code"], none["field"], much["rule"]));
        Assert.Equal(("TLT-IDN-0071", HttpStatusCode.BadRequest, "$.reason"), (elapsed["code"], unheard.Status, unheard["field"]));
        Assert.Equal((HttpStatusCode.NotFound, "TLT-IDN-0404"), (stranger.Status, stranger["code"]));
        Assert.Equal("reflection-once-a-presumption", again["rule"]);
        Assert.Equal(2, (await Told(subject, "reflection-period-changed")).Count);
    }

    [Fact]
    public async Task Start_RepeatedOrAtOnce_BeginsOnePeriod()
    {
        var subject = await Presumed();
        var key = NewKey();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => service.Post(Police, Path(subject) + "/start", new { }, i % 2 == 0 ? key : null)));
        var later = await service.Post(Police, Path(subject) + "/start", new { }, key);

        Assert.Single(await Told(subject, "reflection-period-changed"));
        Assert.All(answers, answer => Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Conflict]));
        // One won: the repeated request, and then it is answered alike each time, or one of the others, and then it never is.
        var repeated = answers.Where((_, i) => i % 2 == 0).Append(later).ToList();
        var others = answers.Where((_, i) => i % 2 != 0).Count(answer => answer.Status == HttpStatusCode.OK);
        if (others == 0) Assert.Equal("OK 1", Assert.Single(repeated.Select(answer => $"{answer.Status} {answer["version"]}").Distinct()));
        else Assert.Equal((1, 0), (others, repeated.Count(answer => answer.Status == HttpStatusCode.OK)));
    }

    /// <summary>Rows as an earlier day left them: the watch ends what ran out, and warns once of what is about to, by the distance that is left.</summary>
    [Fact]
    public async Task Days_ThatPass_AreNoticed_Once()
    {
        var (over, soon, far) = (await Presumed(), await Presumed(), await Presumed());
        await Began(over, -31, -1);
        await Began(soon, -29, 1);
        await Began(far, -10, 20);

        var ended = Assert.Single(await Eventually.Some("the end of the period", async () => await Told(over, "reflection-period-changed") is { Count: > 0 } told ? told : null));
        Assert.Equal(("Ended", 2, false), (ended.GetProperty("state").GetString(), ended.GetProperty("version").GetInt32(), ended.TryGetProperty("by", out _)));
        var warned = await Eventually.Some("the warning", async () => await Told(soon, "reflection-period-ends-soon") is { Count: > 0 } told ? told : null);
        Assert.Equal(1, Assert.Single(warned).GetProperty("daysLeft").GetInt32());
        Assert.Equal("Elapsed", (await service.Get(Ngo, Path(over)))["endReason"]);

        // A second look begins only after the first is done: what ran out in the meantime shows that there was one.
        var next = await Presumed();
        await Began(next, -40, -1);
        await Eventually.Some("the end of the next period", async () => await Told(next, "reflection-period-changed") is { Count: > 0 } told ? told : null);
        Assert.Single(await Told(soon, "reflection-period-ends-soon"));
        Assert.Single(await Told(over, "reflection-period-changed"));
        Assert.Empty(await Told(far, "reflection-period-ends-soon"));
    }

    [Fact]
    public async Task Recognition_StopsNoPeriodThatRuns()
    {
        var subject = await Presumed();
        await Move(subject, "start");
        await service.Post(Police, $"/v1/subjects/{subject}/status", new { status = "Recognised", decisionReference = "1-1", decidedOn = "2026-01-05" });
        Assert.Equal("Running", (await service.Get(Ngo, Path(subject)))["state"]);
    }

    [Fact]
    public async Task Reasons_OfHealthAndSafety_AreToldToOwnerAndAuthority_AndNotToWhoeverHelps()
    {
        var subject = await service.Subject(Ngo, Police, OtherNgo);
        await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed" });
        await Move(subject, "start");
        await Move(subject, "pause", new { reason = "HospitalCare" });
        foreach (var party in (string[])[Ngo, Police]) Assert.Contains("HospitalCare", (await service.Get(party, Path(subject))).Text, StringComparison.Ordinal);
        var helper = await service.Get(OtherNgo, Path(subject));
        Assert.Equal((HttpStatusCode.OK, "Paused", "30"), (helper.Status, helper["state"], helper["daysLeft"]));
        Assert.DoesNotContain("HospitalCare", helper.Text, StringComparison.Ordinal);
    }

    private static string Path(SubjectRef subject) => $"/v1/subjects/{subject}/reflection-period";

    private static string? Reason(JsonElement step) => step.TryGetProperty("reason", out var reason) ? reason.GetString() : null;

    private async Task<SubjectRef> Presumed()
    {
        var subject = await service.Subject(Ngo, Police);
        await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed" });
        return subject;
    }

    private Task<Answer> Move(SubjectRef subject, string move, object? body = null) => service.Post(Police, $"{Path(subject)}/{move}", body ?? new { });

    private async Task<List<JsonElement>> Told(SubjectRef subject, string what) =>
        [.. (await service.Published(subject)).Where(message => message.Urn.Contains(what, StringComparison.Ordinal)).Select(message => message.Body)];

    private async Task Began(SubjectRef subject, int from, int to)
    {
        await using var command = service.Store.CreateCommand("""
            INSERT INTO reflection_periods (subject, version, state, started_on, day, days, standing_version, decided_by, at)
            SELECT $1, 1, 'Running', d + $2, d + $3, $3 - $2, 1, 'lt-police', now() FROM (SELECT (now() AT TIME ZONE 'Europe/Vilnius')::date AS d) AS today
            """);
        foreach (var value in (object[])[subject.Value, from, to]) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
