using System.Collections.Immutable;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Entitlements;

/// <summary>One thing a person has a right to, why, and where that is written.</summary>
public sealed record Entitled
{
    /// <summary>Stands among the reasons of what depends on the right to stay; by which right is not said here.</summary>
    public const string ByResidence = "Residence";

    public required Entitlement Entitlement { get; init; }

    /// <summary>What gives it: <c>Child</c>, or the name of the status; and <c>Residence</c> when the right to stay counts too.</summary>
    public required string[] Because { get; init; }
    public required DataSource[] Sources { get; init; }

    /// <summary>In plain words for the person, by language; where entitlements are read.</summary>
    public SortedDictionary<string, string>? Text { get; init; }
}

/// <summary>One line of the country's table.</summary>
/// <param name="Entitlement">What it gives.</param>
/// <param name="Source">Where that is written.</param>
/// <param name="Residence">To whom: only under these rights to stay; null for everybody.</param>
public sealed record EntitlementLine(Entitlement Entitlement, DataSource Source, ImmutableArray<ResidenceStatus>? Residence = null)
{
    public bool IsFor(ResidenceStatus residence) => Residence is not { } only || only.Contains(residence);
}

/// <summary>Which status gives a right to what, what being a child adds, and what depends on the right to stay. Pure.</summary>
public sealed record EntitlementTable
{
    public required int Version { get; init; }
    public required DataSource Source { get; init; }

    /// <summary>What of it is made up for the example, if anything.</summary>
    public required string? Illustrative { get; init; }
    public required ImmutableDictionary<VictimStatus, ImmutableArray<EntitlementLine>> Tiers { get; init; }
    public required ImmutableArray<EntitlementLine> Child { get; init; }

    /// <summary>Each entitlement in plain words for the person, by language.</summary>
    public required ImmutableDictionary<Entitlement, SortedDictionary<string, string>> Texts { get; init; }

    /// <summary>What is said before those words when a right went, by language.</summary>
    public required SortedDictionary<string, string> Lost { get; init; }

    /// <summary>What the person is told of a right that came or went.</summary>
    public SortedDictionary<string, string> Words(Entitlement entitlement, bool held) => held
        ? Texts[entitlement]
        : new(Texts[entitlement].ToDictionary(text => text.Key, text => $"{Lost.GetValueOrDefault(text.Key, Lost["en"])} {text.Value}"), StringComparer.Ordinal);

    /// <summary>All a person of that standing, age and right to stay is entitled to, in the order of the code list. Nobody without a standing has any.</summary>
    public IReadOnlyList<Entitled> For(VictimStatus? status, AgeBand age, ResidenceStatus residence)
    {
        if (status is not { } tier) return [];
        var given = Tiers.GetValueOrDefault(tier, []).Select(line => (Line: line, Because: tier.ToString()));
        if (Ages.IsChild(age)) given = given.Concat(Child.Select(line => (Line: line, Because: "Child")));
        return
        [
            .. given.Where(item => item.Line.IsFor(residence)).GroupBy(item => item.Line.Entitlement).OrderBy(group => group.Key).Select(group => new Entitled
            {
                Entitlement = group.Key,
                Because = [.. group.Select(item => item.Because), .. group.All(item => item.Line.Residence is not null) ? [Entitled.ByResidence] : Array.Empty<string>()],
                Sources = [.. group.Select(item => item.Line.Source).Distinct()],
            }),
        ];
    }

    /// <summary>The same with the words for the person.</summary>
    public IReadOnlyList<Entitled> InWords(VictimStatus? status, AgeBand age, ResidenceStatus residence) =>
        [.. For(status, age, residence).Select(entitled => entitled with { Text = Texts[entitled.Entitlement] })];
}

/// <summary>What an age band says about childhood.</summary>
public static class Ages
{
    /// <summary>The bands below 18.</summary>
    public static ImmutableArray<AgeBand> OfChildren { get; } = [AgeBand.Under9, AgeBand.From9To17];

    /// <summary>Known to be under 18.</summary>
    public static bool IsChild(AgeBand age) => OfChildren.Contains(age);
}
