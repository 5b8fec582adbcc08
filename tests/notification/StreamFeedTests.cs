using System.Net;
using System.Text.Json;
using Tiltas.TestKit;

namespace Tiltas.Notification.Tests;

public sealed class StreamFeedTests(TestStore store) : IClassFixture<TestStore>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_CutAndResumed_GivesEachNoticeOnceInOrder_AndEndsOnShutdown()
    {
        await using var service = await TestService.Start(store);
        var feed = new ReadFeedTests(store, TestContext.Current.TestOutputHelper!);
        using var client = service.ClientOf("lt-stream");
        await feed.Put(service, [.. Enumerable.Range(0, 150).Select(_ => ReadFeedTests.Submitted("lt-stream"))]);

        var seen = new List<long>();
        using (var first = await Open(client, null))
        {
            using var lines = new StreamReader(await first.Content.ReadAsStreamAsync(Stop));
            Assert.Equal("retry: 2000", await lines.ReadLineAsync(Stop));
            while (seen.Count < 120) seen.Add(await NextEvent(lines));
        }

        using var second = await Open(client, seen[^1].ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var rest = new StreamReader(await second.Content.ReadAsStreamAsync(Stop));
        while (seen.Count < 150) seen.Add(await NextEvent(rest));
        // The reader waits now; what is committed meanwhile reaches it.
        await feed.Put(service, ReadFeedTests.Submitted("lt-stream"));
        seen.Add(await NextEvent(rest));
        Assert.Equal(Enumerable.Range(1, 151).Select(n => (long)n), seen);

        await service.Stop();
        Assert.Equal("", (await rest.ReadToEndAsync(Stop)).Trim());
    }

    /// <summary>As when the replica that wrote it dies between its commit and the word to the others.</summary>
    [Fact]
    public async Task NoticeOfWhichNobodyTells_ComesBeforeTheNextSignOfLife()
    {
        var time = new SetTime();
        await using var service = await TestService.Start(store, time);
        var feed = new ReadFeedTests(store, TestContext.Current.TestOutputHelper!);
        using var client = service.ClientOf("lt-untold");
        await feed.Put(service, ReadFeedTests.Submitted("lt-untold"));
        using var stream = await Open(client, null);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Stop));
        Assert.Equal(1, await NextEvent(lines));
        await store.Execute("""
            UPDATE feeds SET last_seq = 2 WHERE agency = 'lt-untold';
            INSERT INTO notices (agency, seq, id, kind, reference, version, urgency, at)
            SELECT agency, 2, gen_random_uuid(), kind, gen_random_uuid(), version, urgency, at FROM notices WHERE agency = 'lt-untold'
            """);
        var next = NextEvent(lines);
        // Less than the stream's whole life.
        for (var second = 0; second < 300 && !next.IsCompleted; second++)
        {
            time.Pass(TimeSpan.FromSeconds(1));
            await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(20), Stop));
        }
        Assert.Equal(2, await next.WaitAsync(TimeSpan.FromSeconds(10), Stop));
    }

    [Theory]
    [InlineData("/v1/feed?after=2", null, "after"), InlineData("/v1/feed?after=2&wait=30", null, "after"), InlineData("/v1/feed/stream?after=2", null, "after"), InlineData("/v1/feed/stream", "2", "Last-Event-ID")]
    public async Task CursorThatTheFeedHasNotReached_IsRefused_AsItWouldPassOverWhatIsToCome(string path, string? lastEventId, string field)
    {
        await using var service = await TestService.Start(store);
        var agency = "lt-beyond-" + Guid.CreateVersion7().ToString("N")[^8..];
        using var client = service.ClientOf(agency);
        await new ReadFeedTests(store, TestContext.Current.TestOutputHelper!).Put(service, ReadFeedTests.Submitted(agency));
        using var last = await client.GetAsync("/v1/feed?after=1", Stop);
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement;
        Assert.Equal((HttpStatusCode.BadRequest, "TLT-NTF-0007", field), (answer.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("x"), InlineData("-1"), InlineData("1,2"), InlineData("99999999999999999999")]
    public async Task LastEventId_OfTheWrongForm_IsRefused(string id)
    {
        await using var service = await TestService.Start(store);
        using var client = service.ClientOf("lt-stream-hostile");
        using var answer = await Open(client, id);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static Task<HttpResponseMessage> Open(HttpClient client, string? lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/feed/stream");
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    private static async Task<long> NextEvent(StreamReader lines)
    {
        string? line;
        do line = await lines.ReadLineAsync(Stop);
        while (line is not null && !line.StartsWith("id: ", StringComparison.Ordinal));
        Assert.NotNull(line);
        var id = long.Parse(line[4..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("event: notice", await lines.ReadLineAsync(Stop));
        using var notice = JsonDocument.Parse((await lines.ReadLineAsync(Stop))!["data: ".Length..]);
        Assert.Equal(id, notice.RootElement.GetProperty("seq").GetInt64());
        return id;
    }
}
