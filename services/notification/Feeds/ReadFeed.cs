using Tiltas.Hosting.Passports;

namespace Tiltas.Notification.Feeds;

/// <summary>One page of the caller's own feed. With <c>wait</c>, an empty page is answered only when the wait is over.</summary>
internal static class ReadFeed
{
    public static void MapReadFeed(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/feed", Handle);

    private static async Task<Answer> Handle(
        Request request, Caller caller, FeedReader feeds, FeedBell bell, TimeProvider time, IHostApplicationLifetime life, HttpContext context)
    {
        using var patience = new CancellationTokenSource(request.Wait, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, life.ApplicationStopping, context.RequestAborted);
        while (true)
        {
            var news = bell.Next(caller.Agency.Value);
            var notices = await feeds.ReadFrom(caller.Agency, request.After, "after", request.Limit, context.RequestAborted);
            if (notices.Count > 0 || end.IsCancellationRequested)
                return new Answer { Items = notices.ConvertAll(NoticeItem.Of), Next = notices.Count > 0 ? notices[^1].Seq : request.After };
            await news.UntilEither(end.Token);
        }
    }

    private sealed record Request(long After, int Limit, TimeSpan Wait)
    {
        public static ValueTask<Request> BindAsync(HttpContext context)
        {
            var query = context.Request.Query;
            return new(new Request(
                Cursor.Parse(query["after"], "after"),
                (int)Cursor.Number(query["limit"], 100, 1, 500, FeedErrors.LimitWrong),
                TimeSpan.FromSeconds(Cursor.Number(query["wait"], 0, 0, 30, FeedErrors.WaitWrong))));
        }
    }

    private sealed record Answer
    {
        public required IReadOnlyList<NoticeItem> Items { get; init; }
        public required long Next { get; init; }
    }
}

internal static class Waiting
{
    /// <summary>Completes with the task or with the token, whichever is first, and throws for neither.</summary>
    public static async Task UntilEither(this Task task, CancellationToken end) =>
        await task.WaitAsync(end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
