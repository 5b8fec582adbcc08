using System.Net;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Notification.Feeds;
using Tiltas.TestKit;

namespace Tiltas.Notification.Tests;

public sealed class ReadFeedTests(TestStore store, ITestOutputHelper output) : IClassFixture<TestStore>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cursor_WritersCommitConcurrently_NothingIsPassedBy()
    {
        const int Facts = 1500, Agencies = 3;
        var seed = Seeds.Of(0);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var service = await TestService.Start(store);
        var agencies = Enumerable.Range(0, Agencies).Select(n => $"lt-cursor-{n}").ToList();
        var facts = Enumerable.Range(0, Facts).Select(_ => Submitted(agencies[random.Next(Agencies)])).ToList();

        var readers = agencies.Select(agency => Follow(service, agency, facts.Count(fact => fact.Agencies[0] == agency))).ToList();
        // Small batches over many loops, so that transactions overlap as much as they can.
        await using (var group = new GroupCommit<Occurrence, bool>("test", store.Source, new OutboxBell(new OutboxOptions()), TimeProvider.System,
            new GroupOptions { Loops = 8, Batch = 3 }, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, async (batch, scope, stop) =>
            {
                var written = await service.Writer.Put(scope.Connection, batch, stop);
                scope.Afterwards(() => service.Writer.Announce(written));
                return new bool[batch.Count];
            }))
            await Task.WhenAll(facts.Select(group.Run));

        foreach (var reader in readers)
        {
            var seqs = await reader;
            Assert.Equal(Enumerable.Range(1, seqs.Count).Select(n => (long)n), seqs);
        }
    }

    [Fact]
    public async Task LongPoll_WakesAtCommit_AndAnswersEmptyWhenStopped()
    {
        await using var service = await TestService.Start(store);
        using var client = service.ClientOf("lt-poll");
        var waiting = client.GetStringAsync("/v1/feed?wait=30", Stop);
        await Put(service, Submitted("lt-poll-other"), Submitted("lt-poll"));
        var page = JsonDocument.Parse(await waiting.WaitAsync(TimeSpan.FromSeconds(10), Stop)).RootElement;
        Assert.Equal(1, page.GetProperty("next").GetInt64());
        Assert.Equal(1, page.GetProperty("items").GetArrayLength());

        using var other = service.ClientOf("lt-poll-idle");
        var idle = other.GetStringAsync("/v1/feed?wait=30&after=0", Stop);
        await Eventually.True("the other waits at its feed", () => Task.FromResult(service.Bell.IsAwaited("lt-poll-idle")));
        await service.Stop();
        var end = JsonDocument.Parse(await idle.WaitAsync(TimeSpan.FromSeconds(10), Stop)).RootElement;
        Assert.Equal(0, end.GetProperty("items").GetArrayLength());
        Assert.Equal(0, end.GetProperty("next").GetInt64());
    }

    [Fact]
    public async Task LongPoll_CommitOnAnotherReplica_WakesHere()
    {
        await using var here = await TestService.Start(store);
        await using var there = await TestService.Start(store);
        using var client = here.ClientOf("lt-replica");
        var waiting = client.GetStringAsync("/v1/feed?wait=30", Stop);
        await Put(there, Submitted("lt-replica"));
        using var page = JsonDocument.Parse(await waiting.WaitAsync(TimeSpan.FromSeconds(10), Stop));
        Assert.Equal(1, page.RootElement.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Page_ReadByTwoAtOnce_IsDeliveredOnce_AndBothSeeTheSameTimes()
    {
        await using var service = await TestService.Start(store);
        await Put(service, [.. Enumerable.Range(0, 20).Select(_ => Submitted("lt-twice"))]);
        using var client = service.ClientOf("lt-twice");
        var pages = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => client.GetStringAsync(n % 2 == 0 ? "/v1/feed" : "/v1/feed?after=5", Stop)));
        var full = pages.Where((_, n) => n % 2 == 0).Distinct().ToList();
        Assert.Single(full);
        Assert.Equal(20, await Outbox("notice-delivered", "lt-twice"));

        await client.GetStringAsync("/v1/feed", Stop);
        Assert.Equal(20, await Outbox("notice-delivered", "lt-twice"));
    }

    [Fact]
    public async Task Item_HoldsReferencesCodesAndTimesOnly()
    {
        await using var service = await TestService.Start(store);
        var referral = ReferralId.From(Guid.CreateVersion7());
        var (consent, older) = (ConsentId.From(Guid.CreateVersion7()), ConsentId.From(Guid.CreateVersion7()));
        var gap = GapId.From(Guid.CreateVersion7());
        var withdrawn = new ConsentWithdrawn
        {
            Consent = consent, Subject = SubjectRef.From(Guid.CreateVersion7()), Owner = AgencyId.From("lt-owner"), Recipients = [AgencyId.From("lt-shape")], At = DateTimeOffset.UnixEpoch,
            Referrals = [new() { Referral = referral, Recipient = AgencyId.From("lt-shape"), Covered = false }],
        };
        Occurrence[] facts =
        [
            Occurrence.OfReferral(NoticeKind.ReferralSubmitted, referral, 1, Urgency.Emergency, DateTimeOffset.UnixEpoch, AgencyId.From("lt-shape")),
            Occurrence.OfReferral(NoticeKind.ClockLapsed, referral, 2, Urgency.Emergency, DateTimeOffset.UnixEpoch, AgencyId.From("lt-shape")) with { Clock = Clock.Acknowledge },
            Assert.Single(Occurrence.OfConsent(withdrawn)), Assert.Single(Occurrence.OfConsent(withdrawn with { Consent = older, Referrals = null })),
            Occurrence.OfSubject(NoticeKind.GapOpened, gap.Value, withdrawn.Subject, DateTimeOffset.UnixEpoch, [AgencyId.From("lt-shape")]),
            Occurrence.OfSubject(NoticeKind.ReflectionPeriodEndsSoon, Guid.CreateVersion7(), withdrawn.Subject, DateTimeOffset.UnixEpoch, [AgencyId.From("lt-shape")]),
        ];
        // One after the other: what comes at once about different things may stand on the feed in any order.
        foreach (var fact in facts) await Put(service, fact);
        using var client = service.ClientOf("lt-shape");
        var items = JsonDocument.Parse(await client.GetStringAsync("/v1/feed", Stop)).RootElement.GetProperty("items");
        Assert.Equal(["seq", "noticeId", "kind", "referral", "version", "urgency", "at", "delivered"], items[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(referral.ToString(), items[0].GetProperty("referral").GetString());
        Assert.Equal(["seq", "noticeId", "kind", "referral", "version", "urgency", "clock", "at", "delivered"], items[1].EnumerateObject().Select(member => member.Name));
        Assert.Equal("Acknowledge", items[1].GetProperty("clock").GetString());
        Assert.Equal(["seq", "noticeId", "kind", "referral", "consent", "covered", "at", "delivered"], items[2].EnumerateObject().Select(member => member.Name));
        Assert.Equal((consent.ToString(), referral.ToString(), false), (items[2].GetProperty("consent").GetString(), items[2].GetProperty("referral").GetString(), items[2].GetProperty("covered").GetBoolean()));
        Assert.Equal(["seq", "noticeId", "kind", "consent", "at", "delivered"], items[3].EnumerateObject().Select(member => member.Name));
        Assert.Equal(older.ToString(), items[3].GetProperty("consent").GetString());
        Assert.Equal(["seq", "noticeId", "kind", "gap", "subject", "at", "delivered"], items[4].EnumerateObject().Select(member => member.Name));
        Assert.Equal((gap.ToString(), withdrawn.Subject.ToString()), (items[4].GetProperty("gap").GetString(), items[4].GetProperty("subject").GetString()));
        Assert.Equal(["seq", "noticeId", "kind", "subject", "at", "delivered"], items[5].EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("/v1/feed?after=-1", "TLT-NTF-0001"), InlineData("/v1/feed?after=x", "TLT-NTF-0001"), InlineData("/v1/feed?after=1&after=2", "TLT-NTF-0001")]
    [InlineData("/v1/feed?after=99999999999999999999", "TLT-NTF-0001"), InlineData("/v1/feed?after=%00", "TLT-NTF-0001"), InlineData("/v1/feed?after=", "TLT-NTF-0001")]
    [InlineData("/v1/feed?after=%ED%A0%80", "TLT-NTF-0001"), InlineData("/v1/feed?after=%D9%A1", "TLT-NTF-0001"), InlineData("/v1/feed/stream?after=1e3", "TLT-NTF-0001")]
    [InlineData("/v1/feed?limit=0", "TLT-NTF-0002"), InlineData("/v1/feed?limit=501", "TLT-NTF-0002"), InlineData("/v1/feed?limit=+5", "TLT-NTF-0002")]
    [InlineData("/v1/feed?wait=31", "TLT-NTF-0003"), InlineData("/v1/feed?wait=0.5", "TLT-NTF-0003"), InlineData("/v1/feed?wait=-0", "TLT-NTF-0003")]
    public async Task Query_OfTheWrongForm_IsRefusedByName(string path, string code)
    {
        await using var service = await TestService.Start(store);
        using var client = service.ClientOf("lt-hostile");
        using var answer = await client.GetAsync(path, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
        Assert.Contains(problem.RootElement.GetProperty("field").GetString()!, path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seen"), InlineData("acted")]
    public async Task Mark_UnknownForeignOrNoNumber_AnswersAlike(string mark)
    {
        await using var service = await TestService.Start(store);
        await Put(service, Submitted("lt-owner"));
        using var client = service.ClientOf("lt-stranger");
        foreach (var seq in (string[])["1", "0", "99999999999999999999", "-1", "x", "%01", "1%20", "%F0%9F%98%80"])
        {
            using var answer = await client.PostAsync($"/v1/feed/{seq}/{mark}", null, Stop);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Contains("TLT-NTF-0404", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
        // The web server itself refuses NUL in a path.
        using var refused = await client.PostAsync($"/v1/feed/%00/{mark}", null, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task Mark_ManyAtOnce_MarksOnceAndAnnouncesOnce()
    {
        await using var service = await TestService.Start(store);
        await Put(service, Submitted("lt-mark"));
        using var client = service.ClientOf("lt-mark");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async n =>
        {
            using var answer = await client.PostAsync($"/v1/feed/1/{(n % 2 == 0 ? "seen" : "acted")}", null, Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            using var notice = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
            return notice.RootElement.GetProperty("seen").GetDateTimeOffset();
        }));
        Assert.Single(answers.Select(seen => seen.ToUnixTimeMilliseconds()).Distinct());
        Assert.Equal(1, await Outbox("notice-seen", "lt-mark"));
    }

    [Fact]
    public async Task Feed_WithoutPassport_IsRefused()
    {
        await using var service = await TestService.Start(store);
        using var client = new HttpClient { BaseAddress = service.Address };
        foreach (var path in (string[])["/v1/feed", "/v1/feed/stream"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(path, Stop)).StatusCode);
    }

    internal static Occurrence Submitted(string agency) => Occurrence.OfReferral(
        NoticeKind.ReferralSubmitted, ReferralId.From(Guid.CreateVersion7()), 1, Urgency.Normal, DateTimeOffset.UnixEpoch, AgencyId.From(agency));

    internal async Task Put(TestService service, params Occurrence[] facts)
    {
        await using var group = store.Group(service.Writer);
        await Task.WhenAll(facts.Select(group.Run));
    }

    private static async Task<List<long>> Follow(TestService service, string agency, int expected)
    {
        using var client = service.ClientOf(agency);
        var seqs = new List<long>();
        var after = 0L;
        while (seqs.Count < expected)
        {
            using var page = JsonDocument.Parse(await client.GetStringAsync($"/v1/feed?after={after}&limit=7&wait=20", Stop));
            var items = page.RootElement.GetProperty("items");
            Assert.NotEqual(0, items.GetArrayLength());
            seqs.AddRange(items.EnumerateArray().Select(item => item.GetProperty("seq").GetInt64()));
            after = page.RootElement.GetProperty("next").GetInt64();
        }
        return seqs;
    }

    private async Task<long> Outbox(string message, string agency) => (await store.Query(
        $"SELECT count(*) FROM outbox WHERE urn LIKE '%:{message}:%' AND convert_from(body, 'UTF8')::jsonb->>'agency' = '{agency}'", row => row.GetInt64(0)))[0];
}
