using Tiltas.Contracts;
using Tiltas.Notification.Storage;

namespace Tiltas.Notification.Feeds;

/// <summary>
/// Follows an agency's feed from a number on, in order, none left out and none twice. A slow reader holds up nothing but itself: the
/// next page is read when the last one has left. It ends by itself in time, so that a reader has to come back with what still lets it in.
/// </summary>
internal sealed class FeedFollower(FeedReader feeds, FeedBell bell, TimeProvider time, IHostApplicationLifetime life)
{
    private const int Page = 100;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Hands over the notices in order, and a sign of life with the last number where nothing came for a while. Returns when it is time to come back.</summary>
    /// <exception cref="OperationCanceledException">The reader has gone.</exception>
    public async Task Follow(AgencyId agency, long after, Func<IReadOnlyList<Notice>, Task> tell, Func<long, Task> beat, CancellationToken gone)
    {
        using var lifetime = new CancellationTokenSource(Longest, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Token, life.ApplicationStopping, gone);
        var quiet = false;
        while (true)
        {
            // Taken before reading, so that no commit falls in between.
            var news = bell.Next(agency.Value);
            var notices = await feeds.ReadAfter(agency, after, Page, gone);
            if (notices.Count > 0)
            {
                await tell(notices);
                after = notices[^1].Seq;
            }
            else if (quiet)
            {
                await beat(after);
            }
            if (notices.Count < Page)
            {
                using var pause = new CancellationTokenSource(Heartbeat, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, end.Token);
                await news.UntilEither(either.Token);
                // Only the store says that nothing came: whoever would have rung may have died between its commit and the bell.
                quiet = !news.IsCompleted;
            }
            gone.ThrowIfCancellationRequested();
            if (end.IsCancellationRequested) return;
        }
    }
}
