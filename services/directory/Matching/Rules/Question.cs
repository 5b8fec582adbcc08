using Tiltas.Contracts;
using Tiltas.Contracts.Codes;

namespace Tiltas.Directory.Matching.Rules;

/// <summary>Who could help, with what, where, on which day. Holds no name and nothing that identifies a person.</summary>
internal sealed record Question
{
    /// <summary>Who asks, and would refer.</summary>
    public required AgencyId Asker { get; init; }
    /// <summary>Whether the asker takes part today; while it does not, it can refer nobody.</summary>
    public required AgencyStanding AskersStanding { get; init; }
    /// <summary>The help that is looked for.</summary>
    public required Need Need { get; init; }
    /// <summary>What the referral would be for.</summary>
    public required Purpose Purpose { get; init; }
    /// <summary>The place and what it lies in, nearest first; the last is the country.</summary>
    public required string[] Around { get; init; }
    /// <summary>What is known of the person, as far as it decides who can help.</summary>
    public required Traits Traits { get; init; }
    /// <summary>The day in the country's calendar.</summary>
    public required DateOnly Day { get; init; }
    /// <summary>The first day whose assurance still holds.</summary>
    public required DateOnly OldestAssurance { get; init; }
}

/// <summary>Traits that decide who can help; what is absent is not known or does not matter.</summary>
internal sealed record Traits
{
    public required Sex? Sex { get; init; }
    public required AgeBand? AgeBand { get; init; }
    /// <summary>True when children come along.</summary>
    public required bool? WithChildren { get; init; }
    public required VictimStatus? Status { get; init; }
    /// <summary>All of these are needed.</summary>
    public required AccessNeed[] Accessibility { get; init; }
    /// <summary>One of these is enough.</summary>
    public required string[] Languages { get; init; }
}

/// <summary>Age bands in full years.</summary>
internal static class Ages
{
    /// <summary>First and last year of the band; null for Unknown.</summary>
    public static (int First, int Last)? Of(AgeBand band) => band switch
    {
        AgeBand.Under9 => (0, 8),
        AgeBand.From9To17 => (9, 17),
        AgeBand.From18To20 => (18, 20),
        AgeBand.From21To23 => (21, 23),
        AgeBand.From24To26 => (24, 26),
        AgeBand.From27To29 => (27, 29),
        AgeBand.From30To38 => (30, 38),
        AgeBand.From39To47 => (39, 47),
        AgeBand.From48 => (48, int.MaxValue),
        _ => null,
    };
}
