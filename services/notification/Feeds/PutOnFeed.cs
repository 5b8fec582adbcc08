using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Notification.Feeds;

/// <summary>Who hears of what: the recipient of what the sender does, the sender of what the recipient does, both when a clock lapsed, the recipient of each referral that relied on a consent when that is taken back, whoever a form was sent to, and those whom a gap or a warning concerns.</summary>
internal sealed class PutOnFeed(FeedWriter feeds) :
    IHandler<ReferralSubmitted>, IHandler<ReferralAcknowledged>, IHandler<ReferralAccepted>, IHandler<ReferralDeclined>, IHandler<ServiceStarted>,
    IHandler<ReferralCompleted>, IHandler<ReferralWithdrawn>, IHandler<ReferralClockLapsed>, IHandler<ConsentWithdrawn>, IHandler<FormSent>,
    IHandler<GapOpened>, IHandler<ReflectionPeriodEndsSoon>
{
    public Task Handle(IReadOnlyList<Delivery<ReferralSubmitted>> messages, GroupScope scope, CancellationToken stop) => Put(messages, scope, m =>
        Occurrence.OfReferral(NoticeKind.ReferralSubmitted, m.Referral, m.Version, m.Urgency, m.At, m.To), stop);

    public Task Handle(IReadOnlyList<Delivery<ReferralAcknowledged>> messages, GroupScope scope, CancellationToken stop) => Put(messages, scope, m =>
        Occurrence.OfReferral(NoticeKind.ReferralAcknowledged, m.Referral, m.Version, m.Urgency, m.At, m.From), stop);

    public Task Handle(IReadOnlyList<Delivery<ReferralAccepted>> messages, GroupScope scope, CancellationToken stop) => Put(messages, scope, m =>
        Occurrence.OfReferral(NoticeKind.ReferralAccepted, m.Referral, m.Version, m.Urgency, m.At, m.From), stop);

    public Task Handle(IReadOnlyList<Delivery<ReferralDeclined>> messages, GroupScope scope, CancellationToken stop) => Put(messages, scope, m =>
        Occurrence.OfReferral(NoticeKind.ReferralDeclined, m.Referral, m.Version, m.Urgency, m.At, m.From), stop);

    public Task Handle(IReadOnlyList<Delivery<ServiceStarted>> messages, GroupScope scope, CancellationToken stop) => Put(messages, scope, m =>
        Occurrence.OfReferral(NoticeKind.ServiceStarted, m.Referral, m.Version, m.Urgency, m.At, m.From), stop);

    public Task Handle(IReadOnlyList<Delivery<ReferralCompleted>> messages, GroupScope scope, CancellationToken stop) => Put(messages, scope, m =>
        Occurrence.OfReferral(NoticeKind.ReferralCompleted, m.Referral, m.Version, m.Urgency, m.At, m.From), stop);

    public Task Handle(IReadOnlyList<Delivery<ReferralWithdrawn>> messages, GroupScope scope, CancellationToken stop) => Put(messages, scope, m =>
        Occurrence.OfReferral(NoticeKind.ReferralWithdrawn, m.Referral, m.Version, m.Urgency, m.At, m.To), stop);

    public Task Handle(IReadOnlyList<Delivery<ReferralClockLapsed>> messages, GroupScope scope, CancellationToken stop) => Put(messages, scope, m =>
        Occurrence.OfReferral(NoticeKind.ClockLapsed, m.Referral, m.Version, m.Urgency, m.At, m.From, m.To) with { Clock = m.Clock }, stop);

    public Task Handle(IReadOnlyList<Delivery<ConsentWithdrawn>> messages, GroupScope scope, CancellationToken stop) => 
        Put(messages.SelectMany(message => Occurrence.OfConsent(message.Message)), scope, stop);

    public Task Handle(IReadOnlyList<Delivery<FormSent>> messages, GroupScope scope, CancellationToken stop) => Put(messages, scope, Occurrence.OfForm, stop);

    public Task Handle(IReadOnlyList<Delivery<GapOpened>> messages, GroupScope scope, CancellationToken stop) => Put(messages, scope, m =>
        Occurrence.OfSubject(NoticeKind.GapOpened, m.Gap.Value, m.Subject, m.At, m.Concerns), stop);

    // A warning has no number of its own; that of its message does.
    public Task Handle(IReadOnlyList<Delivery<ReflectionPeriodEndsSoon>> messages, GroupScope scope, CancellationToken stop) => Put(messages.Select(delivery =>
        Occurrence.OfSubject(NoticeKind.ReflectionPeriodEndsSoon, delivery.Id, delivery.Message.Subject, delivery.Message.At, delivery.Message.Concerns)), scope, stop);

    private Task Put<T>(IReadOnlyList<Delivery<T>> messages, GroupScope scope, Func<T, Occurrence> told, CancellationToken stop) =>
        Put(messages.Select(message => told(message.Message)), scope, stop);

    private async Task Put(IEnumerable<Occurrence> facts, GroupScope scope, CancellationToken stop)
    {
        var written = await feeds.Put(scope.Connection, [.. facts], stop);
        scope.Afterwards(() => feeds.Announce(written));
    }
}
