using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Parties;

/// <summary>Why a data class is not given, and what would change that.</summary>
public sealed record Withholding(string Rule, string Missing);

/// <summary>
/// What one referral lets its recipient have today: consent ∩ memorandum for its purpose and need, between two active agencies, while it is
/// open. The rule of the referral service, over what this one knows. Pure.
/// </summary>
public sealed record Disclosure
{
    public required ReferralId Referral { get; init; }
    public required SubjectRef Subject { get; init; }
    public required AgencyId From { get; init; }
    public required AgencyId To { get; init; }
    public required AgencyType? ToType { get; init; }
    public required Purpose Purpose { get; init; }
    public required Need Need { get; init; }
    public required bool IsOpen { get; init; }

    /// <summary>Whether both agencies take part in the network.</summary>
    public required bool AreActive { get; init; }

    /// <summary>Whether consent covers recipient and purpose today.</summary>
    public required bool IsCovered { get; init; }

    /// <summary>Classes that consent covers; null when that is not known.</summary>
    public required CoveredClass[]? Classes { get; init; }

    /// <summary>Memoranda that bind both, wherever they stand.</summary>
    public required IReadOnlyList<Agreement> Memoranda { get; init; }
    public required DateOnly Today { get; init; }
    public required DateOnly Submitted { get; init; }

    /// <summary>Null when something may go under the referral at all.</summary>
    public Error.Forbidden? Refuses()
    {
        if (!IsOpen) return DisclosureErrors.Closed;
        if (!AreActive) return DisclosureErrors.NotActive;
        if (!Covering().Any(memorandum => memorandum.Holds(Today, Submitted))) return DisclosureErrors.NoMemorandum;
        return IsCovered ? null : DisclosureErrors.NoConsent;
    }

    /// <summary>Null when the class is given under a referral that does not refuse.</summary>
    public Withholding? Withholds(DataClass dataClass)
    {
        bool Gives(Agreement memorandum) => memorandum.Covering(From, To, Purpose, Need).Any(clause => clause.DataClasses.Contains(dataClass));
        var covering = Covering().ToList();
        var holding = covering.FindAll(memorandum => memorandum.Holds(Today, Submitted));
        if (!holding.Exists(Gives))
        {
            return covering.Find(memorandum => memorandum.On(Today, Submitted) == AgreementState.Suspended && Gives(memorandum)) is { } suspended
                ? new($"memorandum:{suspended.Memorandum}", "the end of its suspension")
                : new(holding is [var only] ? $"memorandum:{only.Memorandum}" : "memorandum:in-force", $"a memorandum in force that names {dataClass} for {Purpose}");
        }
        if (Classes is null) return new("consent:classes-known", "word of what the person agreed to give; the sender refers anew if it does not come");
        return Array.Exists(Classes, one => one.DataClass == dataClass && !(one.Until < Today)) ? null : new("consent:covers-class", $"the person's consent to give {dataClass} for {Purpose}");
    }

    private IEnumerable<Agreement> Covering() => Memoranda.Where(memorandum => memorandum.Covering(From, To, Purpose, Need).Any());
}

/// <summary>Why nothing goes under a referral.</summary>
public static class DisclosureErrors
{
    public static readonly Error.Forbidden Closed = Refused(
        "What went along with a referral is open to its recipient while the referral is open.", "referral:open", "an open referral to the recipient");

    public static readonly Error.Forbidden NotActive = Refused(
        "One of the two agencies does not take part in the network at the moment.", "standing:active", "both agencies taking part in the network");

    public static readonly Error.Forbidden NoMemorandum = Refused(
        "No memorandum in force lets these two agencies exchange data for this purpose and need.", "memorandum:in-force", "a memorandum in force between both agencies that names this purpose and need");

    public static readonly Error.Forbidden NoConsent = Refused("The person's consent does not cover this referral any more.",
        "consent:recipient-and-purpose", "a new referral under a valid consent that names this recipient or its type, and this purpose");

    private static Error.Forbidden Refused(string sentence, string rule, string missing) => new("TLT-IDN-0094", sentence, rule, missing);
}
