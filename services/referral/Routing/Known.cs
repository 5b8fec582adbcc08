using Tiltas.Contracts;
using Tiltas.Contracts.Codes;

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

/// <summary>A memorandum as the directory last told it.</summary>
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

    public bool IsInForce(DateOnly today) => ValidFrom <= today && (ValidTo is null || today <= ValidTo);

    /// <summary>True when it lets these two exchange data for this purpose and need on this day.</summary>
    public bool Covers(AgencyId from, AgencyId to, Purpose purpose, Need need, DateOnly today) =>
        IsInForce(today) && Parties.Contains(from) && Parties.Contains(to) && Purposes.Contains(purpose) && (Needs.Length == 0 || Needs.Contains(need));
}
