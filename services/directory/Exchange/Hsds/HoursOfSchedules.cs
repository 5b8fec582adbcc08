using System.Globalization;
using System.Text.RegularExpressions;
using Tiltas.Directory.Values;

namespace Tiltas.Directory.Exchange.Hsds;

/// <summary>
/// Opening hours out of schedules, where these say exactly a week in the country's time: weekly, by day, without end, or season for season with
/// the distance from UTC that the country has in each. Anything else is no week of ours, and is not made one.
/// </summary>
internal static partial class HoursOfSchedules
{
    private const string LastMinute = "23:59";
    private static readonly string[] Theirs = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    private static readonly string[] Ours = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
    private static readonly string[] NotAWeek = ["until", "count", "byweekno", "bymonthday", "byyearday"];

    /// <summary>Null, and the schedule at fault, when they are not exactly a week.</summary>
    public static (OpeningHours? Hours, JsonNodeAt Fault) Of(IReadOnlyList<JsonNodeAt> schedules, TimeZoneInfo zone)
    {
        var seasons = new SortedDictionary<string, (string? To, List<string>[] Week)>(StringComparer.Ordinal);
        foreach (var schedule in schedules)
        {
            if (schedule["freq"]?.Text != "WEEKLY" || schedule["interval"]?.Text is not (null or "1") || Array.Exists(NotAWeek, member => schedule[member] is not null)) return (null, schedule);
            if (Days(schedule["byday"]?.Text) is not { } days) return (null, schedule["byday"] ?? schedule);
            var (from, to) = (schedule["valid_from"]?.Text, schedule["valid_to"]?.Text);
            if (Day(from) is null != from is null || Day(to) is null != to is null) return (null, schedule);
            if (Span(schedule, Day(from) ?? Day(to), zone) is not { } span) return (null, schedule["opens_at"] ?? schedule);
            if (!seasons.TryGetValue(from ?? "", out var season)) seasons[from ?? ""] = season = (to, [.. Ours.Select(_ => new List<string>())]);
            if (season.To != to) return (null, schedule);
            foreach (var day in days) season.Week[day].Add(span);
        }
        var all = seasons.Values.ToList();
        // One season of a year is not the year.
        if (seasons.Keys.First().Length > 0 && all.Count == 1) return (null, schedules[0]);
        if (seasons.Keys.First().Length == 0 && all[0].To is not null && all.Count == 1) return (null, schedules[0]);
        var texts = all.Select(season => Text(season.Week)).Distinct().ToList();
        var follow = seasons.Keys.Skip(1).Zip(all, (from, before) => before.To is { } to && Day(to)?.DayNumber + 1 == Day(from)?.DayNumber).All(yes => yes);
        return texts is [var text] && follow && OpeningHours.TryParse(text, out var hours) ? (hours, schedules[0]) : (null, schedules[0]);
    }

    private static List<int>? Days(string? byday)
    {
        var days = new List<int>();
        foreach (var day in (byday ?? "").Split(','))
        {
            if (Array.IndexOf(Theirs, day.Trim()) is not (>= 0 and var at) || days.Contains(at)) return null;
            days.Add(at);
        }
        return days;
    }

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static string? Span(JsonNodeAt schedule, DateOnly? day, TimeZoneInfo zone)
    {
        if (Time().Match(schedule["opens_at"]?.Text ?? "") is not { Success: true } opens || Time().Match(schedule["closes_at"]?.Text ?? "") is not { Success: true } closes) return null;
        foreach (var time in new[] { opens, closes })
        {
            if (time.Groups["offset"].Value is not { Length: > 0 } offset) continue;
            // Where clocks are changed a distance from UTC says nothing without its season.
            if (day is null && zone.SupportsDaylightSavingTime) return null;
            var distance = zone.GetUtcOffset((day ?? new DateOnly(2000, 1, 1)).ToDateTime(new TimeOnly(12, 0)));
            var country = (distance < TimeSpan.Zero ? "-" : "+") + distance.ToString("hh\\:mm", CultureInfo.InvariantCulture);
            if ((offset == "Z" ? "+00:00" : offset) != country) return null;
        }
        var (from, to) = (opens.Groups["time"].Value, closes.Groups["time"].Value);
        return $"{from}-{(to == "00:00" ? "24:00" : to)}";
    }

    /// <summary>The one way in which this class writes a week: days with the same hours together, runs of them as a span.</summary>
    private static string Text(List<string>[] week)
    {
        var spans = Array.ConvertAll(week, day => string.Join(',', day.Order(StringComparer.Ordinal)));
        if (Array.TrueForAll(spans, span => span == "00:00-" + LastMinute)) return OpeningHours.Always.Text;
        return string.Join("; ", spans.Where(span => span.Length > 0).Distinct().Select(span => $"{Named([.. Enumerable.Range(0, week.Length).Where(day => spans[day] == span)])} {span}"));
    }

    private static string Named(int[] days)
    {
        var runs = new List<string>();
        for (var i = 0; i < days.Length;)
        {
            var last = i;
            while (last + 1 < days.Length && days[last + 1] == days[last] + 1) last++;
            runs.Add(last == i ? Ours[days[i]] : $"{Ours[days[i]]}-{Ours[days[last]]}");
            i = last + 1;
        }
        return string.Join(',', runs);
    }

    [GeneratedRegex(@"\A(?<time>([01][0-9]|2[0-3]):[0-5][0-9])(:00)?(?<offset>Z|[+-][0-9]{2}:[0-9]{2})?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Time();
}
