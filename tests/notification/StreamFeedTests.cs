using System.Net;
using System.Text.Json;

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
