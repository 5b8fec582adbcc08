using System.Collections.Frozen;
using Tiltas.Contracts.Codes;

namespace Tiltas.Directory.Values;

/// <summary>The two-letter language codes of ISO 639-1.</summary>
public static class LanguageCode
{
    /// <summary>Every code.</summary>
    public static FrozenSet<string> All => Languages.All;

    /// <summary>True for a code of the list, in lower case.</summary>
    public static bool IsKnown(string? code) => code is not null && All.Contains(code);
}
