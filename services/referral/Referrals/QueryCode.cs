using Tiltas.Hosting.Problems;

namespace Tiltas.Referral.Referrals;

/// <summary>A code in a query, by its exact name as in a body: numbers, other spellings and combinations are refused.</summary>
internal static class QueryCode
{
    public static Result<T?> Read<T>(string? text, string name) where T : struct, Enum
    {
        if (text is null) return (T?)null;
        return Enum.TryParse<T>(text, out var code) && code.ToString() == text && Enum.IsDefined(code)
            ? code
            : new Error.Invalid("TLT-REF-0332", "The filter does not name an entry of its list.", name);
    }
}
