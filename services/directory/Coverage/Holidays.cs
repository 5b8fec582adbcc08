using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;

namespace Tiltas.Directory.Coverage;

/// <summary>The public holidays of a country, worked out for any year from rules that are country data (<c>holidays.yaml</c>).</summary>
public sealed class Holidays
{
    private readonly Rule[] _rules;
    private readonly ConcurrentDictionary<int, FrozenSet<DateOnly>> _years = new();

    private Holidays(Rule[] rules) => _rules = rules;

    /// <summary>A country that knows none.</summary>
    public static Holidays None { get; } = new([]);

    /// <summary>True when it is one.</summary>
    public bool Contains(DateOnly day) => _years.GetOrAdd(day.Year, Of).Contains(day);

    /// <summary>Reads <c>holidays.yaml</c> of the folder.</summary>
    /// <exception cref="InvalidDataException">The file is not what it should be; the service must not start on it.</exception>
    public static Holidays Load(string folder)
    {
        var file = CountryYaml.Read<HolidayFile>(folder, "holidays.yaml");
        if (file.Source is not { Title.Length: > 0, Date.Length: > 0 }) throw new InvalidDataException("holidays.yaml: the source is missing.");
        if (file.Holidays is not { Count: > 0 } entries) throw new InvalidDataException("holidays.yaml: holidays are missing.");
        return new([.. entries.Select((entry, i) => Read(entry ?? new(), $"holidays.yaml: holidays[{i}]"))]);
    }

    /// <summary>Easter Sunday of the Gregorian calendar, as the western churches keep it.</summary>
    public static DateOnly Easter(int year)
    {
        // The golden number gives the full moon of the church's table, the weekday of that moon the Sunday after it.
        var (golden, century, rest) = (year % 19, year / 100, year % 100);
        var epact = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
        var weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
        var late = (golden + 11 * epact + 22 * weekday) / 451;
        var days = epact + weekday - 7 * late + 114;
        return new DateOnly(year, days / 31, days % 31 + 1);
    }

    private FrozenSet<DateOnly> Of(int year) =>
        _rules.Where(rule => rule.Since <= year && year <= rule.Until).Select(rule => rule.Of(year)).OfType<DateOnly>().ToFrozenSet();

    private static Rule Read(Entry entry, string place)
    {
        if (entry.Name is null || !entry.Name.ContainsKey("en")) throw new InvalidDataException($"{place}: a name in English is required.");
        var (since, until) = (entry.Since ?? 1, entry.Until ?? 9999);
        return (entry.Day, entry.Easter, entry.First) switch
        {
            ({ } day, null, null) when DateOnly.TryParseExact("2000-" + day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) =>
                new(since, until, year => date is { Month: 2, Day: 29 } && !DateTime.IsLeapYear(year) ? null : new DateOnly(year, date.Month, date.Day)),
            (null, { } after, null) when after is >= -60 and <= 60 => new(since, until, year => Easter(year).AddDays(after)),
            (null, null, { Month: >= 1 and <= 12 } first) when Array.IndexOf(Weekdays, first.Weekday) is >= 0 and var weekday =>
                new(since, until, year => First(year, first.Month, weekday)),
            _ => throw new InvalidDataException($"{place}: one of day (MM-DD), easter (days after it) and first (weekday and month) is expected."),
        };
    }

    private static readonly string[] Weekdays = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];

    private static DateOnly First(int year, int month, int weekday)
    {
        var day = new DateOnly(year, month, 1);
        return day.AddDays((weekday - (int)day.DayOfWeek + 7) % 7);
    }

    private sealed record Rule(int Since, int Until, Func<int, DateOnly?> Of);

    private sealed class HolidayFile
    {
        public YamlSource? Source { get; set; }
        public List<Entry?>? Holidays { get; set; }
    }

    private sealed class Entry
    {
        public string? Day { get; set; }
        public int? Easter { get; set; }
        public FirstOf? First { get; set; }
        public int? Since { get; set; }
        public int? Until { get; set; }
        public Dictionary<string, string>? Name { get; set; }
    }

    private sealed class FirstOf
    {
        public string? Weekday { get; set; }
        public int Month { get; set; }
    }
}
