using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Consents;

namespace Tiltas.Referral.Routing;

/// <summary>What is known at the moment of deciding.</summary>
internal sealed record Facts(KnownAgency? Sender, KnownAgency? Recipient, IReadOnlyCollection<Consent> Consents, IReadOnlyCollection<KnownMemorandum> Memoranda, DateOnly Today);

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
        if (!facts.Memoranda.Any(m => m.Covers(from, to, purpose, need, facts.Today))) return PermissionErrors.NoMemorandum;
        if (!facts.Consents.Any(c => c.Covers(to, recipient.Type, purpose, facts.Today))) return PermissionErrors.NoConsent;
        return null;
    }

    /// <summary>Splits the classes a dossier holds into those given and those withheld, each of the latter with its rule.</summary>
    public static (DataClass[] Given, Withheld[] Withheld) ToRead(AgencyId from, AgencyId to, Purpose purpose, Need need, IEnumerable<DataClass> held, Facts facts)
    {
        var memoranda = facts.Memoranda.Where(m => m.Covers(from, to, purpose, need, facts.Today)).ToList();
        var consents = facts.Recipient is { } recipient ? facts.Consents.Where(c => c.Covers(to, recipient.Type, purpose, facts.Today)).ToList() : [];
        var given = new List<DataClass>();
        var withheld = new List<Withheld>();
        foreach (var dataClass in held.Order())
        {
            if (facts.Sender is not { Standing: AgencyStanding.Active } || facts.Recipient is not { Standing: AgencyStanding.Active })
                withheld.Add(new(dataClass, "standing:active", "both agencies taking part in the network"));
            else if (!memoranda.Any(m => m.DataClasses.Contains(dataClass)))
                withheld.Add(new(dataClass, memoranda is [var only] ? $"memorandum:{only.Memorandum}" : "memorandum:in-force", $"a memorandum in force that names {dataClass} for {purpose}"));
            else if (!consents.Any(c => c.DataClasses.Contains(dataClass)))
                withheld.Add(new(dataClass, "consent:covers-class", $"the person's consent to give {dataClass} for {purpose}"));
            else
                given.Add(dataClass);
        }
        return ([.. given], [.. withheld]);
    }
}

internal static class PermissionErrors
{
    public static readonly Error.Forbidden NoMemorandum = new("TLT-REF-0401", "No memorandum in force lets these two agencies exchange data for this purpose and need.",
        "memorandum:in-force", "a memorandum in force between both agencies that names this purpose and need");

    public static readonly Error.Forbidden NoConsent = new("TLT-REF-0402", "The person has not agreed to this recipient and purpose, or took it back, or it expired.",
        "consent:recipient-and-purpose", "a valid consent that names this recipient or its type, and this purpose");

    public static Error.Forbidden Standing(string who) => new("TLT-REF-0403", "One of the two agencies does not take part in the network at the moment.",
        $"standing:{who}", $"an active {who}");

    public static readonly Error.Forbidden NotActive = new("TLT-REF-0405", "Only an agency that is active in the directory takes on anything new.",
        "standing:active", "an active standing in the directory");

    public static readonly Error.Forbidden Closed = new("TLT-REF-0404", "The dossier is open to the recipient while the referral is open.",
        "referral:open", "an open referral to the reader");
}
