using System.Collections.Immutable;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary>
/// Terms that one party proposes and each has to sign, for a new memorandum or a new version beside the one in force. Signatures hold for
/// one revision: another one lapses them. When the last has signed, it becomes the memorandum and the draft is gone.
/// </summary>
public sealed record Draft
{
    /// <summary>The memorandum it is to become.</summary>
    public required MemorandumId Id { get; init; }
    /// <summary>Rises by one with each change and each signature.</summary>
    public required int Version { get; init; }
    /// <summary>Rises by one with each change of what it says, after that of the terms it replaces; a signature names it.</summary>
    public required int Revision { get; init; }
    /// <summary>The party that drafted it; it alone changes it.</summary>
    public required AgencyId DraftedBy { get; init; }
    /// <summary>The version whose terms it replaces; absent for a new memorandum.</summary>
    public required int? Replaces { get; init; }
    /// <summary>Whose signatures it needs: its parties, and those who are bound by what it replaces.</summary>
    public required AgencyId[] Signers { get; init; }
    /// <summary>Two or more agencies.</summary>
    public required AgencyId[] Parties { get; init; }
    /// <summary>What it says.</summary>
    public required Clause[] Clauses { get; init; }
    /// <summary>First day in force.</summary>
    public required DateOnly ValidFrom { get; init; }
    /// <summary>Last day in force; absent when open-ended.</summary>
    public required DateOnly? ValidTo { get; init; }
    /// <summary>What becomes of running referrals after the last day in force.</summary>
    public required TerminationEffect AtEnd { get; init; }
    /// <summary>With Finish: for how many days after the last day in force.</summary>
    public required int? FinishDays { get; init; }
    /// <summary>Title by language.</summary>
    public required ImmutableSortedDictionary<string, string> Title { get; init; }
    /// <summary>SHA-256 of the paper to sign, 64 hexadecimal digits.</summary>
    public required string DocumentHash { get; init; }
    /// <summary>What of it is made up for the example, if anything.</summary>
    public required string? Illustrative { get; init; }
    /// <summary>When this revision came to be, UTC.</summary>
    public required DateTimeOffset DraftedAt { get; init; }
    /// <summary>Of this revision, by agency.</summary>
    public required Signature[] Signatures { get; init; }

    /// <summary>Who has still to sign.</summary>
    public AgencyId[] Awaited => [.. Signers.Except(Signatures.Select(signature => signature.Agency))];

    /// <summary>True when the two say the same about the same.</summary>
    public bool SaysTheSameAs(Draft other) => Content(this) == Content(other);

    private static string Content(Draft draft) => JsonSerializer.Serialize(draft with { Version = 0, Revision = 0, DraftedAt = default, Signatures = [] }, TiltasJson.Api);
}
