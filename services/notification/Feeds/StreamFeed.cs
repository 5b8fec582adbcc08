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
/// The caller's own feed as Server-Sent Events, from <c>Last-Event-ID</c> or <c>after</c> on; followed as <see cref="FeedFollower"/> says.
/// </summary>
internal static class StreamFeed
{
    public static void MapStreamFeed(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/feed/stream", Handle);

    private static async Task Handle(Request request, Caller caller, FeedFollower follower, FeedReader feeds, HttpContext context)
    {
        // Read before the answer begins, so that a store that is away is told as such.
        await feeds.ReadFrom(caller.Agency, request.After, request.Field, 1, context.RequestAborted);
        Begin(context);
        var body = context.Response.BodyWriter;
        await body.FlushAsync(context.RequestAborted);
        await follower.Follow(caller.Agency, request.After,
            async notices =>
            {
                foreach (var notice in notices) Write(body, notice);
                await body.FlushAsync(context.RequestAborted);
            },
            async _ =>
            {
                body.Write(": still here\n\n"u8);
                await body.FlushAsync(context.RequestAborted);
            },
            context.RequestAborted);
    }

    private static void Begin(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.BodyWriter.Write("retry: 2000\n\n"u8);
    }

    private static void Write(IBufferWriter<byte> body, Notice notice)
    {
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {notice.Seq}\nevent: notice\ndata: "), body);
        body.Write(JsonSerializer.SerializeToUtf8Bytes(NoticeItem.Of(notice), TiltasJson.Api));
        body.Write("\n\n"u8);
    }

    private sealed record Request(long After, string Field)
    {
        public static ValueTask<Request> BindAsync(HttpContext context)
        {
            var resumed = context.Request.Headers["Last-Event-ID"];
            var after = Cursor.Parse(context.Request.Query["after"], "after");
            return new(resumed.Count > 0 ? new Request(Cursor.Parse(resumed, "Last-Event-ID"), "Last-Event-ID") : new Request(after, "after"));
        }
    }
}
