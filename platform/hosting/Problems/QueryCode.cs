namespace Tiltas.Hosting.Problems;

/// <summary>A code in a query, by its exact name as in a body: numbers, other spellings and combinations are refused.</summary>
public static class QueryCode
{
    /// <summary>The code, or none when none is named.</summary>
    /// <param name="text">What the query says.</param>
    /// <param name="unknown">The answer to what is no entry of the list.</param>
    public static Result<T?> Read<T>(string? text, Error unknown) where T : struct, Enum
    {
        if (text is null) return (T?)null;
        return Enum.TryParse<T>(text, out var code) && code.ToString() == text && Enum.IsDefined(code) ? code : unknown;
    }
}
