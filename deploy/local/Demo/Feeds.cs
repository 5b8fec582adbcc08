using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Tiltas.Local.Demo;

/// <summary>A notice as its agency's system got it. Without a referral it is about something else.</summary>
internal sealed record Told(long Seq, string? Referral, string Kind, string TraceId);

/// <summary>One agency's numbered feed, whichever way it is read.</summary>
internal interface IFeed
{
    string Agency { get; }

    /// <summary>The number of the last notice that is there already.</summary>
    Task<long> EndAsync(CancellationToken stop);

    /// <summary>What stands after a number and what comes, until the gateway ends it.</summary>
    IAsyncEnumerable<Told> FollowAsync(long after, CancellationToken stop);
}

/// <summary>How a system follows its feed over HTTP; an agency chooses what suits it.</summary>
internal enum Following { LongPoll, Stream }

/// <summary>The feed over HTTP: by asking again and again, or as Server-Sent Events.</summary>
internal sealed class HttpFeed(AgencySystem system, Following by) : IFeed
{
    private const int PageSize = 500;

    public string Agency => system.Agency;

    public async Task<long> EndAsync(CancellationToken stop)
    {
        var cursor = 0L;
        while (true)
        {
            var page = await system.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/feed?after={cursor}&limit={PageSize}"), stop);
            if (!page.Ok) throw new NotSeenException($"{system.Agency} cannot read its feed: {page.Problem}");
            cursor = page.Body!["next"]!.GetValue<long>();
            if (page.Body["items"]!.AsArray().Count < PageSize) return cursor;
        }
    }

    public async IAsyncEnumerable<Told> FollowAsync(long after, [EnumeratorCancellation] CancellationToken stop)
    {
        if (by == Following.LongPoll)
        {
            var page = await system.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/feed?after={after}&wait=30"), stop);
            if (!page.Ok) throw new NotSeenException(page.Problem);
            foreach (var notice in page.Body!["items"]!.AsArray()) yield return Read(notice!, page.TraceId);
            yield break;
        }
        var traceId = AgencySystem.NewTraceId();
        await foreach (var notice in system.StreamFeedAsync(after, traceId, stop)) yield return Read(notice, traceId);
    }

    private static Told Read(JsonNode notice, string traceId) =>
        new(notice["seq"]!.GetValue<long>(), notice["referral"]?.GetValue<string>(), notice["kind"]!.GetValue<string>(), traceId);
}
