namespace Tiltas.Directory.Values;

internal static class Uuid
{
    /// <summary>Reads one of 36 characters, without the blanks around it that the framework would pass over.</summary>
    public static bool TryParse(string text, out Guid id)
    {
        id = default;
        return text.Length == 36 && Guid.TryParseExact(text, "D", out id);
    }
}
