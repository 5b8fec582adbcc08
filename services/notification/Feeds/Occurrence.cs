using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Contracts.Referral.V1;

namespace Tiltas.Notification.Feeds;

/// <summary>What a message tells, and whom: references, codes and times, never more.</summary>
internal sealed record Occurrence
{
    // A referral passes through a few dozen states at most. A number beyond this is a fault of the sender, and waiting
    // for everything before it would be endless.
    private const int HighestVersion = 10_000;

    public required NoticeKind Kind { get; init; }
    public required Guid Reference { get; init; }
    public required int Version { get; init; }
    public required Urgency? Urgency { get; init; }
    public required DateTimeOffset At { get; init; }
    public required IReadOnlyList<string> Agencies { get; init; }

    /// <summary>The clock that lapsed.</summary>
    public Clock? Clock { get; init; }

    /// <summary>Where the reference is no referral: the one that relied on the consent, or under which the form was sent.</summary>
    public ReferralId? Referral { get; init; }

    /// <summary>Whether another consent covers that referral still.</summary>
    public bool? Covered { get; init; }

    /// <summary>Of whom a gap or a warning is.</summary>
    public SubjectRef? Subject { get; init; }

    public static Occurrence OfReferral(NoticeKind kind, ReferralId referral, int version, Urgency urgency, DateTimeOffset at, params ReadOnlySpan<AgencyId> tells) => new()
    {
        Kind = kind,
        Reference = referral.Value,
        Version = InRange(version),
        Urgency = urgency,
        At = at.ToUniversalTime(),
        Agencies = Distinct(tells),
    };

    /// <summary>
    /// A consent is withdrawn once and for all, so its story is one message: a version for each referral that relied on it, in the
    /// order of the message. A message of before there was that list is told to its recipients as one.
    /// </summary>
    public static IEnumerable<Occurrence> OfConsent(ConsentWithdrawn message) => message.Referrals is not { } relied
        ? [OfConsent(message.Consent, message.At, message.Recipients)]
        : relied.Select((one, i) => OfConsent(message.Consent, message.At, [one.Recipient]) with { Version = i + 1, Referral = one.Referral, Covered = one.Covered });

    /// <summary>A form's story has a version for each referral under which it was sent.</summary>
    public static Occurrence OfForm(FormSent message) => new()
    {
        Kind = NoticeKind.FormSent,
        Reference = message.Form.Value,
        Version = InRange(message.Version),
        Urgency = null,
        At = message.At.ToUniversalTime(),
        Agencies = [message.To.Value],
        Referral = message.Referral,
    };

    /// <summary>What is told once, of one subject: a story of one version.</summary>
    public static Occurrence OfSubject(NoticeKind kind, Guid reference, SubjectRef subject, DateTimeOffset at, ReadOnlySpan<AgencyId> tells) => new()
    {
        Kind = kind,
        Reference = reference,
        Version = 1,
        Urgency = null,
        At = at.ToUniversalTime(),
        Agencies = Distinct(tells),
        Subject = subject,
    };

    private static int InRange(int version) => version is >= 1 and <= HighestVersion ? version : throw new InvalidOperationException("The version of what a notice tells is out of range.");

    private static Occurrence OfConsent(ConsentId consent, DateTimeOffset at, ReadOnlySpan<AgencyId> tells) => new()
    {
        Kind = NoticeKind.ConsentWithdrawn,
        Reference = consent.Value,
        Version = 1,
        Urgency = null,
        At = at.ToUniversalTime(),
        Agencies = Distinct(tells),
    };

    private static List<string> Distinct(ReadOnlySpan<AgencyId> tells)
    {
        var agencies = new List<string>(tells.Length);
        foreach (var agency in tells)
            if (!agencies.Contains(agency.Value)) agencies.Add(agency.Value);
        return agencies;
    }
}

/// <summary>A fact that waits for its predecessor.</summary>
internal sealed record HeldOccurrence(Occurrence What, DateTimeOffset HeldAt);
