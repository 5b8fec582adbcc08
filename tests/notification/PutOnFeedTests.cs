using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Notification.Feeds;

namespace Tiltas.Notification.Tests;

/// <summary>Who hears of which message.</summary>
public sealed class PutOnFeedTests(TestStore store) : IClassFixture<TestStore>
{
    private static readonly ReferralId Referral = ReferralId.From(Guid.CreateVersion7());
    private static readonly SubjectRef Subject = SubjectRef.From(Guid.CreateVersion7());
    private static readonly AgencyId From = AgencyId.From("lt-from");
    private static readonly AgencyId To = AgencyId.From("lt-to");

    [Fact]
    public async Task EachMessage_ReachesThoseItConcerns()
    {
        var at = DateTimeOffset.UnixEpoch;
        var put = new PutOnFeed(new FeedWriter(new FeedBell(), TimeProvider.System));
        await Handle(put, new ReferralSubmitted
        {
            Referral = Referral, Version = 1, Subject = Subject, From = From, To = To, Need = Need.Shelter, Purpose = Purpose.Assistance,
            Urgency = Urgency.Urgent, AcknowledgeBy = at, DecideBy = at, At = at,
        });
        await Handle(put, new ReferralAcknowledged { Referral = Referral, Version = 2, Subject = Subject, From = From, To = To, Urgency = Urgency.Urgent, At = at });
        await Handle(put, new ReferralAccepted { Referral = Referral, Version = 3, Subject = Subject, From = From, To = To, Urgency = Urgency.Urgent, At = at });
        await Handle(put, new ReferralDeclined { Referral = Referral, Version = 4, Subject = Subject, From = From, To = To, Urgency = Urgency.Urgent, Code = DeclineCode.NoCapacity, At = at });
        await Handle(put, new ServiceStarted { Referral = Referral, Version = 5, Subject = Subject, From = From, To = To, Urgency = Urgency.Urgent, At = at });
        await Handle(put, new ReferralCompleted { Referral = Referral, Version = 6, Subject = Subject, From = From, To = To, Urgency = Urgency.Urgent, Outcome = Outcome.ServiceDelivered, At = at });
        await Handle(put, new ReferralWithdrawn { Referral = Referral, Version = 7, Subject = Subject, From = From, To = To, Urgency = Urgency.Urgent, Reason = WithdrawReason.NeedMet, At = at });
        await Handle(put, new ReferralClockLapsed { Referral = Referral, Version = 8, Subject = Subject, From = From, To = To, Urgency = Urgency.Urgent, Clock = Clock.Decide, DueBy = at, At = at });
        await Handle(put, new ConsentWithdrawn { Consent = ConsentId.From(Guid.CreateVersion7()), Subject = Subject, Owner = From, Recipients = [To, AgencyId.From("lt-third")], At = at });
        await Handle(put, Withdrawn(at));
        // The second sending of a form waits for the first, and what comes twice is told once.
        var (form, second) = (FormId.From(Guid.CreateVersion7()), ReferralId.From(Guid.CreateVersion7()));
        foreach (var (version, referral) in ((int, ReferralId)[])[(2, second), (1, Referral), (2, second)]) await Handle(put, Sent(form, version, referral, at));

        Assert.Equal(
            ["lt-form: FormSent FormSent",
             "lt-from: ReferralAcknowledged ReferralAccepted ReferralDeclined ServiceStarted ReferralCompleted ClockLapsed",
             "lt-third: ConsentWithdrawn",
             "lt-to: ReferralSubmitted ReferralWithdrawn ClockLapsed ConsentWithdrawn ConsentWithdrawn"],
            await store.Query("SELECT agency || ': ' || string_agg(kind, ' ' ORDER BY seq) FROM notices GROUP BY agency ORDER BY agency", row => row.GetString(0)));
        Assert.Equal([("Decide", null), (null, Referral.Value)], await store.Query("SELECT clock, referral FROM notices WHERE agency = 'lt-to' AND (clock IS NOT NULL OR referral IS NOT NULL) ORDER BY seq",
            row => (row.IsDBNull(0) ? null : row.GetString(0), row.IsDBNull(1) ? (Guid?)null : row.GetGuid(1))));
        Assert.Equal([(form.Value, Referral.Value, 1), (form.Value, second.Value, 2)], await store.Query("SELECT reference, referral, version FROM notices WHERE agency = 'lt-form' ORDER BY seq",
            row => (row.GetGuid(0), row.GetGuid(1), row.GetInt32(2))));
    }

    private static FormSent Sent(FormId form, int version, ReferralId referral, DateTimeOffset at) => new()
    {
        Form = form, Version = version, Schema = "LT-TRIAL", SchemaVersion = 1, Subject = Subject, Referral = referral, From = From, To = AgencyId.From("lt-form"), ContentHash = new string('0', 64), At = at,
    };

    private static ConsentWithdrawn Withdrawn(DateTimeOffset at) => new()
    {
        Consent = ConsentId.From(Guid.CreateVersion7()), Subject = Subject, Owner = From, Recipients = [To], At = at,
        Referrals = [new() { Referral = Referral, Recipient = To, Covered = false }],
    };

    private async Task Handle<T>(PutOnFeed put, T message) where T : class
    {
        await using var connection = await store.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ((IHandler<T>)(object)put).Handle([new Delivery<T>(Guid.CreateVersion7(), message, null)], new GroupScope(connection, transaction, TimeProvider.System), TestContext.Current.CancellationToken);
        await transaction.CommitAsync();
    }
}
