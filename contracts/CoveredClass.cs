using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts;

/// <summary>A data class that a person's consent lets a referral's recipient have, and how long.</summary>
public readonly record struct CoveredClass
{
    /// <summary>The class.</summary>
    public required DataClass DataClass { get; init; }
    /// <summary>Last day, the country's calendar; absent when that has no end.</summary>
    public DateOnly? Until { get; init; }
}
