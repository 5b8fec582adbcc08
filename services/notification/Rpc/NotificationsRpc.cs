using System.Globalization;
using Grpc.Core;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Rpc;
using Tiltas.Notification.Feeds;
using Tiltas.Notification.Storage;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Notification.V1;
using Notice = Tiltas.Protos.Notification.V1.Notice;

namespace Tiltas.Notification.Rpc;

/// <summary>An agency's feed over gRPC: the same use cases as over HTTP, and a stream that goes on where the subscriber was.</summary>
internal sealed class NotificationsRpc(FeedReader feeds, FeedFollower follower, Positions positions, NotificationStore db, IHostApplicationLifetime life, TimeProvider time)
    : Notifications.NotificationsBase
{
    public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<SubscribeResponse> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var after = request.HasAfter
            ? Number(request.After, "after")
            : await positions.Of(caller.Agency, Name(request.Subscriber), context.CancellationToken);
        await feeds.ReadFrom(caller.Agency, after, "after", 1, context.CancellationToken);
        // The feed may be quiet for long; the caller learns at once that the stream stands.
        await context.WriteResponseHeadersAsync(Metadata.Empty);
        await follower.Follow(caller.Agency, after,
            async notices =>
            {
                foreach (var notice in notices) await responseStream.WriteAsync(new SubscribeResponse { Notice = Of(NoticeItem.Of(notice)) });
            },
            last => responseStream.WriteAsync(new SubscribeResponse { Idle = new Idle { After = last } }),
            context.CancellationToken);
        if (life.ApplicationStopping.IsCancellationRequested) throw RpcProblem.Of(FeedErrors.Stopping);
    }

    public override async Task<ListNoticesResponse> ListNotices(ListNoticesRequest request, ServerCallContext context)
    {
        var after = Number(request.After, "after");
        var notices = await feeds.ReadFrom(context.Caller().Agency, after, "after", RpcRequest.PageSize(request.PageSize, 100, 500), context.CancellationToken);
        return new ListNoticesResponse { Notices = { notices.Select(notice => Of(NoticeItem.Of(notice))) }, Next = notices.Count > 0 ? notices[^1].Seq : after };
    }

    public override async Task<AcknowledgeResponse> Acknowledge(AcknowledgeRequest request, ServerCallContext context) =>
        new() { Through = (await positions.Acknowledge(context.Caller().Agency, Name(request.Subscriber), request.Through, context.CancellationToken)).OrThrow() };

    public override async Task<ReportSeenResponse> ReportSeen(ReportSeenRequest request, ServerCallContext context) =>
        new() { Notice = Of((await MarkSeen.Mark(db, context.Caller(), Text(request.Sequence), time, context.CancellationToken)).OrThrow()) };

    public override async Task<ReportActedResponse> ReportActed(ReportActedRequest request, ServerCallContext context) =>
        new() { Notice = Of((await MarkActed.Mark(db, context.Caller(), Text(request.Sequence), time, context.CancellationToken)).OrThrow()) };

    private static long Number(long number, string field) => number >= 0 ? number : throw RpcProblem.Of(FeedErrors.CursorWrong(field));

    private static string Name(string subscriber) => Positions.Name(subscriber) ?? throw RpcProblem.Of(FeedErrors.SubscriberWrong);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Notice Of(NoticeItem item)
    {
        var shape = Shape(item);
        if (item.Covered is { } covered) shape.Covered = covered;
        return shape;
    }

    private static Notice Shape(NoticeItem item) => new()
    {
        Sequence = item.Seq,
        NoticeId = item.NoticeId.ToString("D"),
        Kind = item.Kind.ToProto<NoticeKind>(),
        ReferralId = item.Referral?.ToString() ?? "",
        ConsentId = item.Consent?.ToString() ?? "",
        FormId = item.Form?.ToString() ?? "",
        GapId = item.Gap?.ToString() ?? "",
        SubjectRef = item.Subject?.ToString() ?? "",
        Version = item.Version ?? 0,
        Urgency = item.Urgency?.ToProto<Urgency>() ?? Urgency.Unspecified,
        OccurredAt = item.At.ToProto(),
        DeliveredAt = item.Delivered.ToProto(),
        SeenAt = item.Seen.ToProto(),
        ActedAt = item.Acted.ToProto(),
        Clock = item.Clock?.ToProto<Clock>() ?? Clock.Unspecified,
    };
}
