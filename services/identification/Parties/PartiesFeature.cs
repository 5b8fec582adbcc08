using Tiltas.Contracts.Directory.V1;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Identification.Parties;

/// <summary>What this service keeps of other services' facts, and the door that follows from it.</summary>
public static class PartiesFeature
{
    public static void AddParties(this IServiceCollection services)
    {
        services.AddSingleton<Arrivals>();
        services.AddSingleton<Door>();
        services.AddSingleton<Disclosures>();
    }

    public static BusBuilder OnParties(this BusBuilder bus) => bus
        .On<AgencyRegistered, KnownAgencies>("agency-registered")
        .On<AgencyChanged, KnownAgencies>("agency-changed")
        .On<MemorandumInForce, KnownMemoranda>("memorandum-in-force")
        .On<MemorandumEnded, KnownMemoranda>("memorandum-ended")
        .On<SubjectOpened, SubjectParties>("subject-opened")
        .On<ReferralSubmitted, SubjectParties>("referral-submitted")
        .On<ReferralAcknowledged, ReferralCourse>("referral-acknowledged")
        .On<ReferralAccepted, ReferralCourse>("referral-accepted")
        .On<ReferralDeclined, SubjectParties>("referral-declined")
        .On<ReferralWithdrawn, SubjectParties>("referral-withdrawn")
        .On<ReferralCompleted, SubjectParties>("referral-completed")
        .On<ConsentWithdrawn, SubjectParties>("consent-withdrawn");
}
