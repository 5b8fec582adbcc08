using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Tiltas.Directory.Values;

/// <summary>How an agency is reached.</summary>
public enum ContactKind { Phone, Email, Web, Post }

/// <summary>One public way to reach an agency. Never a person's own.</summary>
public sealed partial record Contact
{
    /// <summary>Decides the form of the value.</summary>
    public required ContactKind Kind { get; init; }

    /// <summary>Number, address or link.</summary>
    public required string Value { get; init; }

    /// <summary>What it is for, by language.</summary>
    public required ImmutableSortedDictionary<string, string>? Label { get; init; }

    /// <summary>When it is answered, if not in the agency's own hours.</summary>
    public required OpeningHours? Hours { get; init; }

    /// <summary>Languages spoken there, if not the agency's own.</summary>
    public required string[]? Languages { get; init; }

    /// <summary>True when the value has the form its kind asks for.</summary>
    public static bool IsValue(ContactKind kind, string value) => kind switch
    {
        ContactKind.Phone => IsPhone(value),
        ContactKind.Email => value.Length <= 254 && Email().IsMatch(value) && value.IndexOf('@', StringComparison.Ordinal) <= 64,
        ContactKind.Web => IsWeb(value),
        ContactKind.Post => value.Length <= 300,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>True for an absolute http or https link without a user in it.</summary>
    public static bool IsWeb(string value) =>
        value.Length <= 1000 && value.All(IsVisible)
        && Uri.TryCreate(value, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri is { UserInfo: "", Host.Length: > 0 }
        && value.StartsWith(uri.Scheme + "://", StringComparison.OrdinalIgnoreCase);

    // Marks that turn or hide what follows would let a link show another address than it has.
    private static bool IsVisible(char c) => c != ' ' && !char.IsControl(c) && char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.Format;

    private static bool IsPhone(string value)
    {
        if (value.Length > 30) return false;
        var digits = value.Count(char.IsAsciiDigit);
        return International().IsMatch(value) ? digits is >= 7 and <= 15 : Short().IsMatch(value) && digits is >= 3 and <= 6;
    }

    [GeneratedRegex(@"^\+[1-9]( ?[0-9])+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex International();

    [GeneratedRegex(@"^[1-9]( ?[0-9])+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Short();

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Email();
}
