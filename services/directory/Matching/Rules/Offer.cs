using Tiltas.Contracts;
using Tiltas.Contracts.Codes;

namespace Tiltas.Directory.Matching.Rules;

/// <summary>One service as it stands at the moment asked about.</summary>
internal sealed record Offer
{
    public required ServiceId Service { get; init; }
    public required AgencyId Agency { get; init; }
    public required AgencyStanding Standing { get; init; }
    public required Need Need { get; init; }
    /// <summary>Codes of municipalities, counties, the country.</summary>
    public required string[] Areas { get; init; }
    public required string[] Languages { get; init; }
    public required Terms Terms { get; init; }
    /// <summary>Somebody is there.</summary>
    public required bool Open { get; init; }
    /// <summary>Somebody answers the line on call.</summary>
    public required bool OnCall { get; init; }
    /// <summary>Absent when nobody said how many there are.</summary>
    public required Places? Places { get; init; }
    public required DateOnly? AssuredOn { get; init; }
}

/// <summary>Whom a service takes; what is absent is not stated.</summary>
internal sealed record Terms
{
    public required Sex[]? Sexes { get; init; }
    public required int? MinimumAge { get; init; }
    public required int? MaximumAge { get; init; }
    public required bool? WithChildren { get; init; }
    public required VictimStatus[]? Statuses { get; init; }
    public required AccessNeed[]? Accessibility { get; init; }
    public required string[]? InterpreterLanguages { get; init; }

    /// <summary>Nothing is stated.</summary>
    public static Terms None { get; } = new()
    {
        Sexes = null, MinimumAge = null, MaximumAge = null, WithChildren = null, Statuses = null, Accessibility = null, InterpreterLanguages = null,
    };
}

/// <summary>Places that nobody lives in or uses, and how many of those are kept for somebody at the moment.</summary>
internal readonly record struct Places(int Available, int Kept);
