using Tiltas.Contracts.Identification.V1;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Notification.Feeds;

internal static class FeedsExtensions
{
    public static void AddFeeds(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<FeedBell>();
        services.AddSingleton<FeedWriter>();
        services.AddSingleton<FeedReader>();
        services.AddSingleton<FeedFollower>();
        services.AddSingleton<Positions>();
        services.AddSingleton<ReleaseOverdue>();
        services.AddHostedService(provider => provider.GetRequiredService<ReleaseOverdue>());
        services.AddHostedService<FeedExchange>();
    }

    public static void OnFacts(this BusBuilder bus) => bus
        .On<ReferralSubmitted, PutOnFeed>("feed-referral-submitted")
        .On<ReferralAcknowledged, PutOnFeed>("feed-referral-acknowledged")
        .On<ReferralAccepted, PutOnFeed>("feed-referral-accepted")
        .On<ReferralDeclined, PutOnFeed>("feed-referral-declined")
        .On<ServiceStarted, PutOnFeed>("feed-service-started")
        .On<ReferralCompleted, PutOnFeed>("feed-referral-completed")
        .On<ReferralWithdrawn, PutOnFeed>("feed-referral-withdrawn")
        .On<ReferralClockLapsed, PutOnFeed>("feed-referral-clock-lapsed")
        .On<ConsentWithdrawn, PutOnFeed>("feed-consent-withdrawn")
        .On<FormSent, PutOnFeed>("feed-form-sent")
        .On<GapOpened, PutOnFeed>("feed-gap-opened")
        .On<ReflectionPeriodEndsSoon, PutOnFeed>("feed-reflection-period-ends-soon");

    public static void MapFeeds(this IEndpointRouteBuilder routes)
    {
        routes.MapReadFeed();
        routes.MapStreamFeed();
        routes.MapMarkSeen();
        routes.MapMarkActed();
    }
}
