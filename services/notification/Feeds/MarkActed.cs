using Tiltas.Hosting.Passports;
using Tiltas.Notification.Storage;

namespace Tiltas.Notification.Feeds;

/// <summary>The agency did what the notice called for. Whoever acted has seen it.</summary>
internal static class MarkActed
{
    public static void MapMarkActed(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/feed/{seq}/acted", async (
        string seq, Caller caller, NotificationStore db, TimeProvider time, CancellationToken stop) =>
        (await Marking.Mark(db, caller, seq, notice => Act(db, notice, time), stop)).ToHttp(notice => Results.Ok(NoticeItem.Of(notice))));

    private static void Act(NotificationStore db, Notice notice, TimeProvider time)
    {
        MarkSeen.See(db, notice, time);
        notice.ActedAt ??= Marking.Now(time);
    }
}
