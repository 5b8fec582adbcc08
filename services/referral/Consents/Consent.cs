using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Referral.Consents;

/// <summary>What a person agreed to: which data, what for, to whom, until when.</summary>
public sealed record Consent
{
    public required ConsentId Id { get; init; }
    public required SubjectRef Subject { get; init; }
    public required AgencyId RecordedBy { get; init; }
    public required Purpose[] Purposes { get; init; }
    public required DataClass[] DataClasses { get; init; }
    public required AgencyId[] Recipients { get; init; }
    public required AgencyType[] RecipientTypes { get; init; }
    public required ConsentForm Form { get; init; }
    public required string Language { get; init; }
    public required bool Interpreter { get; init; }
    public required DateOnly GivenOn { get; init; }
    public required DateOnly? ExpiresOn { get; init; }
    public required DateTimeOffset RecordedAt { get; init; }
    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>True when it covers this recipient and purpose on this day.</summary>
    public bool Covers(AgencyId recipient, AgencyType recipientType, Purpose purpose, DateOnly today) =>
        WithdrawnAt is null && GivenOn <= today && (ExpiresOn is null || today <= ExpiresOn)
        && Purposes.Contains(purpose) && (Recipients.Contains(recipient) || RecipientTypes.Contains(recipientType));
}

/// <summary>Whether any of a person's consents covers a recipient and purpose, and how long. Pure.</summary>
internal static class Coverage
{
    /// <summary>The last day is null when nothing covers it, and when what covers it has no end; so is that of each class.</summary>
    public static (bool Covered, DateOnly? Until, CoveredClass[] Classes) Of(IEnumerable<Consent> consents, AgencyId recipient, AgencyType recipientType, Purpose purpose, DateOnly today)
    {
        var covering = consents.Where(c => c.Covers(recipient, recipientType, purpose, today)).ToList();
        return (covering.Count > 0, Last(covering),
        [
            .. covering.SelectMany(c => c.DataClasses).Distinct().Order()
                .Select(one => new CoveredClass { DataClass = one, Until = Last(covering.FindAll(c => c.DataClasses.Contains(one))) }),
        ]);
    }

    private static DateOnly? Last(List<Consent> covering) => covering.Exists(c => c.ExpiresOn is null) ? null : covering.Max(c => c.ExpiresOn);
}

internal static class ConsentErrors
{
    public static readonly Error NotFound = new Error.NotFound("TLT-REF-0204", "There is no such consent.");

    public static Error Empty(string field) => new Error.Invalid("TLT-REF-0201", "Consent names at least one of these.", field);

    public static Error TooMany(string field) => new Error.Invalid("TLT-REF-0207", "A list of a consent has at most 64 entries.", field);

    public static readonly Error NoRecipient = new Error.Invalid("TLT-REF-0202", "Consent names at least one recipient or recipient type.", "$.recipients");

    public static readonly Error UnknownRecipient = new Error.Invalid("TLT-REF-0203", "A recipient is no agency of the network.", "$.recipients");

    public static Error Dates(string field) => new Error.Invalid("TLT-REF-0205", "Consent is given in the year 2000 or later and not after today, and expires today or later.", field);

    public static readonly Error Language = new Error.Invalid("TLT-REF-0206", "A language is named by a two-letter code of ISO 639-1.", "$.language");
}
