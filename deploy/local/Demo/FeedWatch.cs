using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Tiltas.Local.Demo;

/// <summary>How a system follows its feed; an agency chooses what suits it.</summary>
internal enum Following { LongPoll, Stream }

/// <summary>A notice as its agency got it.</summary>
internal sealed record Arrival(long Seq, JsonNode Notice, long At, string TraceId);

/// <summary>One agency's eye on its own feed, from the moment it was opened on.</summary>
internal sealed class FeedWatch : IAsyncDisposable
{
    private const int PageSize = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(250);
    private readonly AgencySystem _system;
    private readonly ConcurrentDictionary<(string Referral, string Kind), TaskCompletionSource<Arrival>> _notices = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;
    private long _cursor;
    private string _trouble = "nothing came";

    private FeedWatch(AgencySystem system, long cursor, Following by)
    {
        (_system, _cursor) = (system, cursor);
        _loop = Task.Run(() => FollowAsync(by == Following.LongPoll ? PollAsync : StreamAsync));
    }

    /// <summary>Passes over what is on the feed already and follows it from there.</summary>
    internal static async Task<FeedWatch> FromNowAsync(AgencySystem system, Following by, CancellationToken stop)
    {
        var cursor = 0L;
        while (true)
        {
            var page = await system.GetAsync($"/v1/feed?after={cursor}&limit={PageSize}", stop);
            if (!page.Ok) throw new NotSeenException($"{system.Agency} cannot read its feed: {page.Problem}");
            cursor = page.Body!["next"]!.GetValue<long>();
            if (page.Body["items"]!.AsArray().Count < PageSize) return new FeedWatch(system, cursor, by);
        }
    }

    /// <summary>The notice of this kind about this referral, as soon as it is there.</summary>
    internal async Task<Arrival> SeesAsync(string referral, string kind, CancellationToken stop)
    {
        try
        {
            return await Notice(referral, kind).Task.WaitAsync(Patience, stop);
        }
        catch (TimeoutException)
        {
            throw new NotSeenException($"{_system.Agency} has no {kind} on its feed after {Patience.TotalSeconds:0} s: {_trouble}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _end.Dispose();
    }

    private TaskCompletionSource<Arrival> Notice(string referral, string kind) =>
        _notices.GetOrAdd((referral, kind), _ => new TaskCompletionSource<Arrival>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task FollowAsync(Func<Task> follow)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await follow();
            }
            catch (Exception e) when (e is HttpRequestException or IOException or LocalException or NotSeenException)
            {
                _trouble = e.Message;
                await Task.Delay(BetweenTries, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // The end, or a call that took too long: the loop's condition knows.
            }
        }
    }

    private async Task PollAsync()
    {
        var page = await _system.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/feed?after={_cursor}&wait=30"), _end.Token);
        var at = Stopwatch.GetTimestamp();
        if (!page.Ok) throw new NotSeenException(page.Problem);
        foreach (var notice in page.Body!["items"]!.AsArray()) Take(notice!, at, page.TraceId);
    }

    private async Task StreamAsync()
    {
        var traceId = AgencySystem.NewTraceId();
        await foreach (var notice in _system.StreamFeedAsync(_cursor, traceId, _end.Token)) Take(notice, Stopwatch.GetTimestamp(), traceId);
    }

    private void Take(JsonNode notice, long at, string traceId)
    {
        _cursor = notice["seq"]!.GetValue<long>();
        if (notice["referral"] is { } referral)
            Notice(referral.GetValue<string>(), notice["kind"]!.GetValue<string>()).TrySetResult(new Arrival(_cursor, notice, at, traceId));
    }
}
