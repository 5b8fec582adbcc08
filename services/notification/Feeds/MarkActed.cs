using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Notification.Storage;

namespace Tiltas.Notification.Feeds;

/// <summary>The agency did what the notice called for. Whoever acted has seen it.</summary>
internal static class MarkActed
{
    public static void MapMarkActed(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/feed/{seq}/acted", async (
        string seq, Caller caller, NotificationStore db, TimeProvider time, CancellationToken stop) =>
        (await Mark(db, caller, seq, time, stop)).ToHttp(Results.Ok));

    public static Task<Result<NoticeItem>> Mark(NotificationStore db, Caller caller, string seq, TimeProvider time, CancellationToken stop) =>
        Marking.Mark(db, caller, seq, notice => Act(db, notice, time), stop);

    private static void Act(NotificationStore db, Notice notice, TimeProvider time)
    {
        MarkSeen.See(db, notice, time);
        notice.ActedAt ??= Marking.Now(time);
    }
}
