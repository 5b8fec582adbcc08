using System.Security.Cryptography;
using System.Text.Json;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Country;

/// <summary>Where a fact of the country's data comes from.</summary>
public sealed record DataSource
{
    public required string Title { get; init; }
    public required DateOnly Date { get; init; }
    public required string? Url { get; init; }
}

/// <summary>Whom a set was made for; no rule follows from it, the age of the person screened decides.</summary>
public enum Population { Child, Adult, Any, Migrant, Refugee }

/// <summary>One coded thing that may be observed, in the words of each language. It speaks to one element of the definition.</summary>
public sealed record Indicator
{
    public required string Code { get; init; }
    public required DefinitionElement Element { get; init; }
    public required ExploitationType[] Exploitation { get; init; }
    public required SortedDictionary<string, string> Text { get; init; }
}

/// <summary>A versioned list of indicators. A version that a screening has used never changes.</summary>
public sealed record IndicatorSet
{
    public required string Id { get; init; }
    public required int Version { get; init; }
    public required SortedDictionary<string, string> Title { get; init; }
    public required Population Population { get; init; }
    public required DataSource Source { get; init; }
    public required Indicator[] Indicators { get; init; }

    /// <summary>The content in one fixed form: comments and layout of the file do not count.</summary>
    public string Canonical() => JsonSerializer.Serialize(this, TiltasJson.Api);

    /// <summary>Reads what <see cref="Canonical"/> wrote.</summary>
    public static IndicatorSet FromCanonical(string content) => JsonSerializer.Deserialize<IndicatorSet>(content, TiltasJson.Api)!;

    /// <summary>Fingerprint of the content.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Canonical())));
}
