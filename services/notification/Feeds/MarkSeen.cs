using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts.Notification.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Notification.Storage;

namespace Tiltas.Notification.Feeds;

/// <summary>Somebody at the agency looked at a notice. The first time counts and is announced; again is the same answer.</summary>
internal static class MarkSeen
{
    public static void MapMarkSeen(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/feed/{seq}/seen", async (
        string seq, Caller caller, NotificationStore db, TimeProvider time, CancellationToken stop) =>
        (await Mark(db, caller, seq, time, stop)).ToHttp(Results.Ok));

    public static Task<Result<NoticeItem>> Mark(NotificationStore db, Caller caller, string seq, TimeProvider time, CancellationToken stop) =>
        Marking.Mark(db, caller, seq, notice => See(db, notice, time), stop);

    public static void See(NotificationStore db, Notice notice, TimeProvider time)
    {
        if (notice.SeenAt is not null) return;
        notice.SeenAt = Marking.Now(time);
        db.Publish(new NoticeSeen
        {
            Notice = notice.Id, Agency = notice.Agency, Sequence = notice.Seq, Kind = notice.Kind, Referral = notice.Referral, At = notice.SeenAt.Value, Form = notice.Form,
        }, time);
    }
}

internal static class Marking
{
    /// <summary>Now, as exactly as the store keeps it: the first answer and every later one show the same time.</summary>
    public static DateTimeOffset Now(TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>Marks a notice of the caller's feed. Of two at the same moment one marks and both get the outcome.</summary>
    public static async Task<Result<NoticeItem>> Mark(NotificationStore db, Caller caller, string number, Action<Notice> mark, CancellationToken stop)
    {
        if (!Cursor.TryParse(number, out var seq)) return FeedErrors.NoSuchNotice;
        while (true)
        {
            var notice = await db.Notices.SingleOrDefaultAsync(n => n.Agency == caller.Agency && n.Seq == seq, stop);
            if (notice is null) return FeedErrors.NoSuchNotice;
            mark(notice);
            try
            {
                await db.SaveChangesAsync(stop);
                return NoticeItem.Of(notice);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Marks are only ever set, never taken back: the next look finds the winner's.
                db.ChangeTracker.Clear();
            }
        }
    }
}
