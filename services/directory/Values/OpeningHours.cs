using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tiltas.Directory.Values;

/// <summary>
/// When somebody can be reached, in the country's time: <c>24/7</c>, or rules such as <c>Mo-Fr 08:00-17:00; Sa 09:00-12:00</c>.
/// A part of the OpenStreetMap form: each day in one rule at most, spans in order and apart; the last span of a rule may end
/// on the next day (<c>Mo-Su 20:00-08:00</c>).
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed record OpeningHours
{
    private const int Longest = 200;
    private static readonly string[] Days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

    private OpeningHours(string text) => Text = text;

    /// <summary>At any hour of any day.</summary>
    public static OpeningHours Always { get; } = new("24/7");

    /// <summary>The one way to write it.</summary>
    public string Text { get; }

    /// <summary>True when the text has the form; spaces around separators do not matter.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out OpeningHours? hours)
    {
        hours = null;
        if (text is null || text.Length > Longest) return false;
        if (text.Trim(' ') == Always.Text)
        {
            hours = Always;
            return true;
        }

        var rules = new List<string>();
        var seen = new bool[Days.Length];
        foreach (var part in text.Split(';'))
        {
            if (Rule(part.Trim(' '), seen) is not { } rule) return false;
            rules.Add(rule);
        }
        hours = new OpeningHours(string.Join("; ", rules));
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static string? Rule(string text, bool[] seen)
    {
        var gap = text.IndexOf(' ', StringComparison.Ordinal);
        if (gap < 0) return null;
        // "Mo, We 09:00-12:00": a space after a comma does not end the days.
        while (gap > 0 && text[gap - 1] == ',')
        {
            gap = text.IndexOf(' ', gap + 1);
            if (gap < 0) return null;
        }
        var days = text[..gap].Split(',', StringSplitOptions.TrimEntries);
        var spans = text[gap..].Split(',', StringSplitOptions.TrimEntries);
        return days.All(day => MarkDays(day, seen)) && AreInOrder(spans) ? $"{string.Join(',', days)} {string.Join(',', spans)}" : null;
    }

    private static bool MarkDays(string text, bool[] seen)
    {
        var (from, to) = text.Split('-') switch
        {
            [var one] => (Array.IndexOf(Days, one), Array.IndexOf(Days, one)),
            [var first, var last] when first != last => (Array.IndexOf(Days, first), Array.IndexOf(Days, last)),
            _ => (-1, -1),
        };
        if (from < 0 || to < from) return false;
        for (var day = from; day <= to; day++)
        {
            if (seen[day]) return false;
            seen[day] = true;
        }
        return true;
    }

    private static bool AreInOrder(string[] spans)
    {
        var free = 0;
        for (var i = 0; i < spans.Length; i++)
        {
            if (spans[i].Split('-') is not [var opens, var closes] || Minute(opens) is not { } from || Minute(closes) is not { } to) return false;
            if (from == to || from < free || from >= 24 * 60) return false;
            if (to < from && i < spans.Length - 1) return false;
            free = to;
        }
        return true;
    }

    private static int? Minute(string text)
    {
        if (text is not [>= '0' and <= '2' and var h1, >= '0' and <= '9' and var h0, ':', >= '0' and <= '5' and var m1, >= '0' and <= '9' and var m0]) return null;
        var minute = ((h1 - '0') * 10 + h0 - '0') * 60 + (m1 - '0') * 10 + m0 - '0';
        return minute <= 24 * 60 ? minute : null;
    }

    private sealed class Converter : JsonConverter<OpeningHours>
    {
        public override OpeningHours Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var hours) ? hours : throw new JsonException("opening hours are expected");

        public override void Write(Utf8JsonWriter writer, OpeningHours value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
    }
}
