using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Grpc.Core;

namespace Tiltas.Local.Demo;

/// <summary>When a notice was there for its agency.</summary>
internal sealed record Arrival(long Seq, long At, string TraceId);

/// <summary>One agency's eye on its own feed, from the moment it was opened on.</summary>
internal sealed class FeedWatch : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(250);
    private readonly IFeed _feed;
    private readonly ConcurrentDictionary<(string Referral, string Kind), TaskCompletionSource<Arrival>> _notices = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;
    private long _cursor;
    private string _trouble = "nothing came";

    private FeedWatch(IFeed feed, long cursor)
    {
        (_feed, _cursor) = (feed, cursor);
        _loop = Task.Run(FollowAsync);
    }

    /// <summary>Passes over what is on the feed already and follows it from there.</summary>
    internal static async Task<FeedWatch> FromNowAsync(IFeed feed, CancellationToken stop) => new(feed, await feed.EndAsync(stop));

    /// <summary>The notice of this kind about this referral, as soon as it is there.</summary>
    internal async Task<Arrival> SeesAsync(string referral, string kind, CancellationToken stop)
    {
        try
        {
            return await Notice(referral, kind).Task.WaitAsync(Patience, stop);
        }
        catch (TimeoutException)
        {
            throw new NotSeenException($"{_feed.Agency} has no {kind} on its feed after {Patience.TotalSeconds:0} s: {_trouble}");
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

    private async Task FollowAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await foreach (var told in _feed.FollowAsync(_cursor, _end.Token)) Take(told);
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException or LocalException or NotSeenException or RpcException)
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

    private void Take(Told told)
    {
        _cursor = told.Seq;
        if (told.Referral is { } referral) Notice(referral, told.Kind).TrySetResult(new Arrival(told.Seq, Stopwatch.GetTimestamp(), told.TraceId));
    }
}
