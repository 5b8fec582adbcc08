using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Consents;

namespace Tiltas.Referral.Routing;

/// <summary>What is known at the moment of deciding.</summary>
/// <param name="Sender">Null when the directory never told of it.</param>
/// <param name="Recipient">Null when the directory never told of it.</param>
/// <param name="Consents">Of the person.</param>
/// <param name="Memoranda">Of both agencies.</param>
/// <param name="Today">The country's calendar.</param>
/// <param name="Submitted">The day the referral was submitted, the country's calendar; today for a new one.</param>
internal sealed record Facts(
    KnownAgency? Sender, KnownAgency? Recipient, IReadOnlyCollection<Consent> Consents, IReadOnlyCollection<Agreement> Memoranda, DateOnly Today, DateOnly Submitted);

/// <summary>A class that is not given: which rule withholds it and what would change that.</summary>
internal sealed record Withheld(DataClass DataClass, string Rule, string Missing);

/// <summary>Disclosure = consent ∩ memorandum for one purpose and need, between two agencies, today. Pure.</summary>
internal static class Permission
{
    /// <summary>Whether a referral may go out at all: both take part, a memorandum covers it, the person agreed to this recipient and purpose.</summary>
    public static Error.Forbidden? ToRefer(AgencyId from, AgencyId to, Purpose purpose, Need need, Facts facts)
    {
        if (facts.Sender is not { Standing: AgencyStanding.Active }) return PermissionErrors.Standing("sender");
        if (facts.Recipient is not { Standing: AgencyStanding.Active } recipient) return PermissionErrors.Standing("recipient");
        if (Uncovered(from, to, purpose, need, facts) is { } uncovered) return uncovered;
        if (!facts.Consents.Any(c => c.Covers(to, recipient.Type, purpose, facts.Today))) return PermissionErrors.NoConsent;
        return null;
    }

    /// <summary>Splits the classes a dossier holds into those given and those withheld, each of the latter with its rule.</summary>
    public static (DataClass[] Given, Withheld[] Withheld) ToRead(AgencyId from, AgencyId to, Purpose purpose, Need need, IEnumerable<DataClass> held, Facts facts)
    {
        var covering = facts.Memoranda.Where(m => m.Covering(from, to, purpose, need).Any()).ToList();
        var memoranda = covering.FindAll(m => m.Holds(facts.Today, facts.Submitted));
        bool Gives(Agreement m, DataClass one) => m.Covering(from, to, purpose, need).Any(clause => clause.DataClasses.Contains(one));
        var consents = facts.Recipient is { } recipient ? facts.Consents.Where(c => c.Covers(to, recipient.Type, purpose, facts.Today)).ToList() : [];
        var given = new List<DataClass>();
        var withheld = new List<Withheld>();
        foreach (var dataClass in held.Order())
        {
            if (facts.Sender is not { Standing: AgencyStanding.Active } || facts.Recipient is not { Standing: AgencyStanding.Active })
                withheld.Add(new(dataClass, "standing:active", "both agencies taking part in the network"));
            else if (!memoranda.Exists(m => Gives(m, dataClass)) && covering.Find(m => m.On(facts.Today, facts.Submitted) == AgreementState.Suspended && Gives(m, dataClass)) is { } suspended)
                withheld.Add(new(dataClass, $"memorandum:{suspended.Memorandum}", "the end of its suspension"));
            else if (!memoranda.Exists(m => Gives(m, dataClass)))
                withheld.Add(new(dataClass, memoranda is [var only] ? $"memorandum:{only.Memorandum}" : "memorandum:in-force", $"a memorandum in force that names {dataClass} for {purpose}"));
            else if (!consents.Any(c => c.DataClasses.Contains(dataClass)))
                withheld.Add(new(dataClass, "consent:covers-class", $"the person's consent to give {dataClass} for {purpose}"));
            else
                given.Add(dataClass);
        }
        return ([.. given], [.. withheld]);
    }

    /// <summary>Null when a memorandum covers it. Otherwise the nearest to it: one that is suspended, then one that has ended, then none at all.</summary>
    private static Error.Forbidden? Uncovered(AgencyId from, AgencyId to, Purpose purpose, Need need, Facts facts)
    {
        var covering = facts.Memoranda.Where(m => m.Covering(from, to, purpose, need).Any())
            .Select(m => (m.Memorandum, State: m.On(facts.Today, facts.Submitted))).OrderBy(m => m.Memorandum.Value, StringComparer.Ordinal).ToList();
        if (covering.Exists(m => m.State is AgreementState.InForce or AgreementState.Finishing)) return null;
        if (covering.Find(m => m.State == AgreementState.Suspended) is { Memorandum.Value.Length: > 0 } suspended) return PermissionErrors.Suspended(suspended.Memorandum);
        if (covering.Find(m => m.State == AgreementState.Ended) is { Memorandum.Value.Length: > 0 } ended) return PermissionErrors.Ended(ended.Memorandum);
        return PermissionErrors.NoMemorandum;
    }
}

internal static class PermissionErrors
{
    public static readonly Error.Forbidden NoMemorandum = new("TLT-REF-0401", "No memorandum in force lets these two agencies exchange data for this purpose and need.",
        "memorandum:in-force", "a memorandum in force between both agencies that names this purpose and need");

    public static Error.Forbidden Ended(MemorandumId memorandum) => new("TLT-REF-0406", "The memorandum that covered this has ended, and lets this referral not be finished, or not any more.",
        $"memorandum:{memorandum}", "a memorandum in force between both agencies that names this purpose and need");

    public static Error.Forbidden Suspended(MemorandumId memorandum) => new("TLT-REF-0407", "The memorandum that covers this is suspended; while it is, nothing goes along under it.",
        $"memorandum:{memorandum}", "the end of the memorandum's suspension, or another memorandum in force");

    public static readonly Error.Forbidden NoConsent = new("TLT-REF-0402", "The person has not agreed to this recipient and purpose, or took it back, or it expired.",
        "consent:recipient-and-purpose", "a valid consent that names this recipient or its type, and this purpose");

    public static Error.Forbidden Standing(string who) => new("TLT-REF-0403", "One of the two agencies does not take part in the network at the moment.",
        $"standing:{who}", $"an active {who}");

    public static readonly Error.Forbidden NotActive = new("TLT-REF-0405", "Only an agency that is active in the directory takes on anything new.",
        "standing:active", "an active standing in the directory");

    public static readonly Error.Forbidden Closed = new("TLT-REF-0404", "The dossier is open to the recipient while the referral is open.",
        "referral:open", "an open referral to the reader");
}
