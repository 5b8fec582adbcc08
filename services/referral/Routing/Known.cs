using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Referral.Routing;

/// <summary>An agency as the directory last told it.</summary>
public sealed record KnownAgency
{
    public required AgencyId Agency { get; init; }
    public required int Version { get; init; }
    public required AgencyType Type { get; init; }
    public required AgencyStanding Standing { get; init; }
}

/// <summary>A service as the directory last told it.</summary>
public sealed record KnownService
{
    public required ServiceId Service { get; init; }
    public required int Version { get; init; }
    public required AgencyId Agency { get; init; }
    public required Need Need { get; init; }
    public required string[] Areas { get; init; }
    public required bool Withdrawn { get; init; }
}

/// <summary>
/// A memorandum as the directory last told it. The state counts while it is of this version; a process of before there were clauses leaves
/// it behind, and its lists never say more.
/// </summary>
public sealed record KnownMemorandum
{
    public required MemorandumId Memorandum { get; init; }
    public required int Version { get; init; }
    public required AgencyId[] Parties { get; init; }
    public required DataClass[] DataClasses { get; init; }
    public required Purpose[] Purposes { get; init; }
    public required Need[] Needs { get; init; }
    public required DateOnly ValidFrom { get; init; }
    public required DateOnly? ValidTo { get; init; }

    /// <summary>An <see cref="Contracts.Agreement"/> as JSON.</summary>
    public required string? Agreement { get; init; }

    public Agreement Read()
    {
        if (Agreement is not null && JsonSerializer.Deserialize<Agreement>(Agreement, TiltasJson.Messages)! is var agreement && agreement.Version == Version) return agreement;
        return new Agreement
        {
            Memorandum = Memorandum, Version = Version, Parties = Parties, Clauses = Contracts.Agreement.Whole(DataClasses, Purposes, Needs),
            ValidFrom = ValidFrom, ValidTo = ValidTo, Suspensions = [],
        };
    }
}
