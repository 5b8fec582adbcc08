using System.Collections.Immutable;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Entitlements;

/// <summary>One thing a person has a right to, why, and where that is written.</summary>
public sealed record Entitled
{
    public required Entitlement Entitlement { get; init; }

    /// <summary>What gives it: <c>Child</c>, or the name of the status.</summary>
    public required string[] Because { get; init; }
    public required DataSource[] Sources { get; init; }
}

/// <summary>One line of the country's table.</summary>
public sealed record EntitlementLine(Entitlement Entitlement, DataSource Source);

/// <summary>Which status gives a right to what, and what being a child adds. Pure.</summary>
public sealed record EntitlementTable
{
    public required int Version { get; init; }
    public required DataSource Source { get; init; }
    public required ImmutableDictionary<VictimStatus, ImmutableArray<EntitlementLine>> Tiers { get; init; }
    public required ImmutableArray<EntitlementLine> Child { get; init; }

    /// <summary>All a person of that standing and age is entitled to, in the order of the code list. Nobody without a standing has any.</summary>
    public IReadOnlyList<Entitled> For(VictimStatus? status, AgeBand age)
    {
        if (status is not { } tier) return [];
        var given = Tiers.GetValueOrDefault(tier, []).Select(line => (Line: line, Because: tier.ToString()));
        if (Ages.IsChild(age)) given = given.Concat(Child.Select(line => (Line: line, Because: "Child")));
        return [.. given.GroupBy(item => item.Line.Entitlement).OrderBy(group => group.Key).Select(group => new Entitled
        {
            Entitlement = group.Key,
            Because = [.. group.Select(item => item.Because)],
            Sources = [.. group.Select(item => item.Line.Source).Distinct()],
        })];
    }
}

/// <summary>What an age band says about childhood.</summary>
public static class Ages
{
    /// <summary>Known to be under 18.</summary>
    public static bool IsChild(AgeBand age) => age is AgeBand.Under9 or AgeBand.From9To17;
}
