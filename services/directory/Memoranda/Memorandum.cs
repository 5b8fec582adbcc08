using System.Collections.Immutable;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary>
/// The agreement that lets agencies exchange named data classes for named purposes. Whether it is in force on a day follows
/// from its dates and suspensions, which everybody evaluates for the day in question by <see cref="Contracts.Agreement"/>.
/// </summary>
public sealed record Memorandum
{
    /// <summary>Readable identifier.</summary>
    public required MemorandumId Id { get; init; }
    /// <summary>Rises by one with each change.</summary>
    public required int Version { get; init; }
    /// <summary>The version with which its present terms came; suspensions and the end leave them as they are.</summary>
    public required int TermsVersion { get; init; }
    /// <summary>Two or more agencies bound by it.</summary>
    public required AgencyId[] Parties { get; init; }
    /// <summary>What it says, clause by clause.</summary>
    public required Clause[] Clauses { get; init; }
    /// <summary>What may be exchanged, for readers that do not know clauses: all of it when it is one clause for all parties alike, else empty, as are the next two.</summary>
    public required DataClass[] DataClasses { get; init; }
    /// <summary>What for.</summary>
    public required Purpose[] Purposes { get; init; }
    /// <summary>For which help; empty means any, unless the two before are empty.</summary>
    public required Need[] Needs { get; init; }
    /// <summary>First day in force.</summary>
    public required DateOnly ValidFrom { get; init; }
    /// <summary>Last day in force; absent while open-ended. Once it was ended, the day it was ended on.</summary>
    public required DateOnly? ValidTo { get; init; }
    /// <summary>What becomes of running referrals after the last day in force.</summary>
    public required TerminationEffect AtEnd { get; init; }
    /// <summary>With Finish: for how many days after the last day in force.</summary>
    public required int? FinishDays { get; init; }
    /// <summary>Title by language.</summary>
    public required ImmutableSortedDictionary<string, string> Title { get; init; }
    /// <summary>SHA-256 of the signed paper, 64 hexadecimal digits; absent when it was entered without.</summary>
    public required string? DocumentHash { get; init; }
    /// <summary>Where this was taken from; absent when its parties signed it here.</summary>
    public required Source? Source { get; init; }
    /// <summary>What of it is made up for the example, if anything.</summary>
    public required string? Illustrative { get; init; }
    /// <summary>When this version came to be, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
    /// <summary>The day it was ended on; absent unless it was. What has ended stays so.</summary>
    public required DateOnly? EndedOn { get; init; }
    /// <summary>Those that stand, by agency. Told to its parties, the registrar and auditors.</summary>
    public required Suspension[]? Suspensions { get; init; }
    /// <summary>Who signed the present terms; absent when the registrar entered them. Told to its parties, the registrar and auditors.</summary>
    public required Signature[]? Signatures { get; init; }

    /// <summary>The last day for finishing what was submitted in time, once there is a last day in force.</summary>
    public DateOnly? FinishUntil => AtEnd == TerminationEffect.Finish && ValidTo is { } last ? last.AddDays(FinishDays ?? 0) : null;

    /// <summary>True when the two say the same, whatever their versions and what happened to them since.</summary>
    public bool SaysTheSameAs(Memorandum other) => Content(this) == Content(other);

    /// <summary>As this caller may see it.</summary>
    internal Memorandum For(Caller caller) => Discretion.SeesAll(caller, Parties) ? this : this with { Suspensions = null, Signatures = null };

    /// <summary>As every service reads it.</summary>
    internal Agreement Agreement => new()
    {
        Memorandum = Id, Version = Version, Parties = Parties, Clauses = Clauses, ValidFrom = ValidFrom, ValidTo = ValidTo, FinishUntil = FinishUntil, Suspensions = Suspensions ?? [],
    };

    private static string Content(Memorandum memorandum) =>
        JsonSerializer.Serialize(memorandum with { Version = 0, TermsVersion = 0, ChangedAt = default, Suspensions = null, Signatures = null }, TiltasJson.Api);
}

/// <summary>Who signed, and what. No name: the office, and a reference that only the agency itself can resolve to a person.</summary>
public sealed record Signature
{
    /// <summary>The party that is bound by it.</summary>
    public required AgencyId Agency { get; init; }
    /// <summary>The office of who signed, as a slug: <c>director</c>, <c>deputy-minister</c>.</summary>
    public required string Office { get; init; }
    /// <summary>The agency's own reference to who signed, such as a number in its register of signatories.</summary>
    public required string Signatory { get; init; }
    /// <summary>Which revision of the draft it is under.</summary>
    public required int Revision { get; init; }
    /// <summary>SHA-256 of the paper that was signed; equal to the draft's.</summary>
    public required string DocumentHash { get; init; }
    /// <summary>When, by the directory's clock, UTC.</summary>
    public required DateTimeOffset SignedAt { get; init; }
}

/// <summary>Who sees more of a memorandum than all may.</summary>
internal static class Discretion
{
    public static bool SeesAll(Caller caller, AgencyId[] parties) =>
        caller.Has(Roles.Registrar) || caller.Has(Roles.Auditor) || caller.Has(Roles.Agency) && parties.Contains(caller.Agency);

    /// <summary>Who may suspend, resume and end: its parties and the registrar.</summary>
    public static bool MayStop(Caller caller, AgencyId[] parties) => caller.Has(Roles.Registrar) || caller.Has(Roles.Agency) && parties.Contains(caller.Agency);
}

/// <summary>Clauses as the three lists that older readers know: the same, or nothing; never more.</summary>
internal static class Flat
{
    public static (DataClass[] DataClasses, Purpose[] Purposes, Need[] Needs) Of(Clause[] clauses) =>
        clauses is [{ From: null, To: null } only] ? (only.DataClasses, only.Purposes, only.Needs) : ([], [], []);
}
