using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Notification.Storage;

namespace Tiltas.Notification.Feeds;

/// <summary>
/// The caller's own feed as Server-Sent Events, from <c>Last-Event-ID</c> or <c>after</c> on. A slow reader holds up nothing but
/// itself: the next page is read when the last one has left. The stream ends by itself in time, so that a reader has to come back
/// with a token that is still good.
/// </summary>
internal static class StreamFeed
{
    private const int Page = 100;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public static void MapStreamFeed(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/feed/stream", Handle);

    private static async Task Handle(Request request, Caller caller, FeedReader feeds, FeedBell bell, TimeProvider time, IHostApplicationLifetime life, HttpContext context)
    {
        using var lifetime = new CancellationTokenSource(Longest, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Token, life.ApplicationStopping, context.RequestAborted);
        var after = request.After;
        // Read before the answer begins, so that a store that is away is told as such.
        var news = bell.Next(caller.Agency.Value);
        var notices = await feeds.ReadAfter(caller.Agency, after, Page, context.RequestAborted);
        Begin(context);
        while (true)
        {
            foreach (var notice in notices) Write(context.Response.BodyWriter, notice);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            if (notices.Count > 0) after = notices[^1].Seq;
            if (notices.Count < Page) await UntilNews(news, context, time, end.Token);
            if (end.IsCancellationRequested) return;
            news = bell.Next(caller.Agency.Value);
            notices = await feeds.ReadAfter(caller.Agency, after, Page, context.RequestAborted);
        }
    }

    private static void Begin(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.BodyWriter.Write("retry: 2000\n\n"u8);
    }

    private static async Task UntilNews(Task news, HttpContext context, TimeProvider time, CancellationToken end)
    {
        while (!news.IsCompleted && !end.IsCancellationRequested)
        {
            using var beat = new CancellationTokenSource(Heartbeat, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(beat.Token, end);
            await news.UntilEither(either.Token);
            if (news.IsCompleted || end.IsCancellationRequested) return;
            context.Response.BodyWriter.Write(": still here\n\n"u8);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }

    private static void Write(IBufferWriter<byte> body, Notice notice)
    {
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {notice.Seq}\nevent: notice\ndata: "), body);
        body.Write(JsonSerializer.SerializeToUtf8Bytes(NoticeItem.Of(notice), TiltasJson.Api));
        body.Write("\n\n"u8);
    }

    private sealed record Request(long After)
    {
        public static ValueTask<Request> BindAsync(HttpContext context)
        {
            var resumed = context.Request.Headers["Last-Event-ID"];
            var after = Cursor.Parse(context.Request.Query["after"], "after");
            return new(new Request(resumed.Count > 0 ? Cursor.Parse(resumed, "Last-Event-ID") : after));
        }
    }
}
