using System.Diagnostics;

namespace Tiltas.Local.Demo.Stories;

/// <summary>What a story is played on: the agencies' systems, their feeds and the timeline. Knows the gateway, and nothing of the mechanism.</summary>
internal sealed class Stage(Outside outside, Timeline timeline, CancellationToken stop) : IAsyncDisposable
{
    private readonly Dictionary<string, AgencySystem> _systems = [];
    private readonly Dictionary<string, FeedWatch> _feeds = [];

    internal CancellationToken Stop => stop;

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_feeds.Values.Select(feed => feed.DisposeAsync().AsTask()));
        foreach (var system in _systems.Values) system.Dispose();
    }

    internal AgencySystem Of(string agency)
    {
        if (!_systems.TryGetValue(agency, out var system)) _systems[agency] = system = outside.SystemOf(agency);
        return system;
    }

    internal void Title(string text)
    {
        timeline.Text(text);
        timeline.Head();
    }

    internal void Note(string text) => timeline.Note(text);

    /// <summary>These follow their feeds from here on.</summary>
    internal async Task WatchAsync(params string[] agencies)
    {
        foreach (var agency in agencies) _feeds[agency] = await FeedWatch.FromNowAsync(new HttpFeed(Of(agency), Following.LongPoll), stop);
    }

    /// <summary>A call that must succeed, and of whose answer this must be true.</summary>
    internal async Task<Reply> DoesAsync(string agency, string what, Func<AgencySystem, Task<Reply>> call, Func<Reply, bool>? isRight = null)
    {
        var reply = await call(Of(agency));
        if (!reply.Ok) throw new NotSeenException($"{agency} {what}: {reply.Problem}");
        if (isRight?.Invoke(reply) == false) throw new NotSeenException($"{agency} {what}: the answer says something else");
        timeline.Add(agency, HttpRecipient.WayName, what, reply.Took, reply.TraceId);
        return reply;
    }

    /// <summary>A call that must be refused: by this rule, or at this field of what was sent.</summary>
    internal async Task RefusedAsync(string agency, string what, string rule, Func<AgencySystem, Task<Reply>> call) => Refused(agency, what, rule, await call(Of(agency)));

    internal void Refused(string agency, string what, string rule, Reply reply)
    {
        var by = reply.Ok ? null : reply.Rule ?? reply.Body?["field"]?.GetValue<string>();
        if (by != rule) throw new NotSeenException($"{agency} {what}: should be refused by {rule}, but came {(reply.Ok ? $"{reply.Status}" : $"{reply.Problem} (by {by})")}");
        timeline.Add(agency, HttpRecipient.WayName, $"is refused, as it must be: {what}", reply.Took, reply.TraceId);
        timeline.Note($"{reply.Code} by {by}; {(reply.Body!["missing"] is { } missing ? $"missing: {string.Join(", ", missing.AsArray())}" : reply.Text("detail"))}");
    }

    /// <summary>An agency finds a notice about this referral on its feed; the time is since the call that caused it.</summary>
    internal async Task HearsAsync(string agency, string referral, string kind, Reply cause)
    {
        var arrival = await _feeds[agency].SeesAsync(referral, kind, stop);
        timeline.Add(agency, HttpRecipient.WayName, $"sees it on its feed, number {arrival.Seq}: {kind}", Stopwatch.GetElapsedTime(cause.Sent, arrival.At), arrival.TraceId);
    }
}
