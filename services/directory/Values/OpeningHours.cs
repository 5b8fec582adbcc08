using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tiltas.Directory.Values;

/// <summary>
/// When somebody can be reached, in the country's time: <c>24/7</c>, or rules such as <c>Mo-Fr 08:00-17:00; Sa 09:00-12:00</c>.
/// A part of the OpenStreetMap form: each day in one rule at most, spans in order and apart; the last span of a rule may end
/// on the next day (<c>Mo-Su 20:00-08:00</c>). <c>PH off</c>, or <c>PH</c> with hours of its own, takes the place of the weekday's
/// rule on a public holiday; without it a holiday is a weekday like any other.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed partial record OpeningHours
{
    private const int Longest = 200;
    private const int DayMinutes = 24 * 60;
    private static readonly string[] Days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

    private readonly Span[][] _week;
    private readonly Span[]? _holiday;

    private OpeningHours(string text, Span[][] week, Span[]? holiday) => (Text, _week, _holiday) = (text, week, holiday);

    /// <summary>At any hour of any day.</summary>
    public static OpeningHours Always { get; } = new("24/7", [.. Days.Select(_ => new Span[] { new(0, DayMinutes) })], null);

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
        var week = new Span[Days.Length][];
        Span[]? holiday = null;
        foreach (var part in text.Split(';'))
        {
            var rule = part.Trim(' ');
            if (HolidayRule(rule) is var (written, spans))
            {
                if (holiday is not null) return false;
                (rule, holiday) = (written, spans);
            }
            else if (Rule(rule, week) is { } weekdays) rule = weekdays;
            else return false;
            rules.Add(rule);
        }
        if (Array.TrueForAll(week, day => day is null)) return false;
        hours = new OpeningHours(string.Join("; ", rules), Array.ConvertAll(week, day => day ?? []), holiday);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(OpeningHours? other) => other?.Text == Text;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static string? Rule(string text, Span[][] week)
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
        return Spans(text[gap..]) is var (written, spans) && days.All(day => MarkDays(day, week, spans)) ? $"{string.Join(',', days)} {written}" : null;
    }

    private static (string Written, Span[] Spans)? HolidayRule(string text)
    {
        if (!text.StartsWith("PH ", StringComparison.Ordinal)) return null;
        var rest = text[3..].Trim(' ');
        if (rest == "off") return ("PH off", []);
        return Spans(rest) is var (written, spans) ? ("PH " + written, spans) : null;
    }

    private static bool MarkDays(string text, Span[][] week, Span[] spans)
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
            if (week[day] is not null) return false;
            week[day] = spans;
        }
        return true;
    }

    /// <summary>Spans in order and apart; what ends before it begins ends on the next day.</summary>
    private static (string Written, Span[] Spans)? Spans(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var spans = new Span[parts.Length];
        var free = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Split('-') is not [var opens, var closes] || Minute(opens) is not { } from || Minute(closes) is not { } to) return null;
            if (from == to || from < free || from >= DayMinutes) return null;
            if (to < from && i < parts.Length - 1) return null;
            spans[i] = new(from, to < from ? to + DayMinutes : to);
            free = to;
        }
        return (string.Join(',', parts), spans);
    }

    private static int? Minute(string text)
    {
        if (text is not [>= '0' and <= '2' and var h1, >= '0' and <= '9' and var h0, ':', >= '0' and <= '5' and var m1, >= '0' and <= '9' and var m0]) return null;
        var minute = ((h1 - '0') * 10 + h0 - '0') * 60 + (m1 - '0') * 10 + m0 - '0';
        return minute <= DayMinutes ? minute : null;
    }

    /// <summary>Minutes after the beginning of the day it begins on; the end is not part of it and may lie on the next day.</summary>
    private readonly record struct Span(int From, int To);

    private sealed class Converter : JsonConverter<OpeningHours>
    {
        public override OpeningHours Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var hours) ? hours : throw new JsonException("opening hours are expected");

        public override void Write(Utf8JsonWriter writer, OpeningHours value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
    }
}
