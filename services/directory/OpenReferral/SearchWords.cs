using System.Globalization;
using System.Text;

namespace Tiltas.Directory.OpenReferral;

/// <summary>
/// Words as they are searched: small letters without marks, so that <c>Klaipeda</c> finds <c>Klaipėda</c>. The server runs without
/// the tables of any culture, so the letters stand here.
/// </summary>
internal static class SearchWords
{
    private const int Longest = 60;
    private const int ShortestStem = 3;

    // Each line: the plain letter, then those that are read as it.
    private static readonly Dictionary<char, string> Plain = Letters(
        "a àáâãäåāăą", "c çćĉċč", "d ďđð", "e èéêëēĕėęě", "g ĝğġģ", "h ĥħ", "i ìíîïĩīĭįı", "j ĵ", "k ķĸ", "l ĺļľŀł", "n ñńņňŉŋ", "o òóôõöøōŏő",
        "r ŕŗř", "s śŝşšșſ", "t ţťŧț", "u ùúûüũūŭůűų", "w ŵ", "y ýÿŷ", "z źżž", "ae æ", "oe œ", "ss ß", "th þ", "е ёѐ", "и йѝ", "і ї", "г ґ");

    // Endings of Lithuanian cases, the longest first: "Klaipėdoje" is to find "Klaipėdos miestas".
    private static readonly string[] Endings =
        [.. "iuose uose iaus iams iuje ioje aus ius iai iui oje uje yje eje ams ems oms os as us ys is es ai ei ui iu io ia om a o e u i y".Split(' ').OrderByDescending(ending => ending.Length)];

    /// <summary>Every different word, in order of its letters.</summary>
    public static string[] Of(IEnumerable<string> texts) => [.. texts.SelectMany(Split).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The words of one text, as they come.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var word = new StringBuilder();
        foreach (var c in text.ToLowerInvariant())
        {
            // A mark that stands behind its letter.
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            if (!char.IsLetterOrDigit(c))
            {
                if (word.Length > 0) yield return Taken(word);
                continue;
            }
            if (Plain.TryGetValue(c, out var plain)) word.Append(plain);
            else word.Append(c);
        }
        if (word.Length > 0) yield return Taken(word);
    }

    /// <summary>What a word must begin with to be found by the given one: the given one without the ending of its case.</summary>
    public static string Beginning(string word)
    {
        foreach (var ending in Endings)
            if (word.Length - ending.Length >= ShortestStem && word.EndsWith(ending, StringComparison.Ordinal)) return word[..^ending.Length];
        return word;
    }

    private static string Taken(StringBuilder word)
    {
        var taken = word.ToString(0, Math.Min(word.Length, Longest));
        word.Clear();
        return taken;
    }

    private static Dictionary<char, string> Letters(params string[] lines) => lines
        .Select(line => line.Split(' ')).SelectMany(parts => parts[1].Select(letter => (letter, parts[0]))).ToDictionary(pair => pair.letter, pair => pair.Item2);
}
