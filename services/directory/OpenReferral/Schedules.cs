using System.Globalization;
using Tiltas.Directory.Values;

namespace Tiltas.Directory.OpenReferral;

/// <summary>Days on which the country's time is the same distance from UTC.</summary>
internal sealed record Season(DateOnly? From, DateOnly? To, TimeSpan Offset);

/// <summary>
/// Opening hours as HSDS writes them: a schedule for each rule and span. HSDS wants a distance from UTC and cannot say "local time",
/// so hours are told for the season that is and for the one that comes.
/// </summary>
internal sealed class Schedules(CountryWords words, TimeProvider time)
{
    private const int LongestSeason = 370;
    private static readonly string[] Ours = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
    private static readonly string[] Theirs = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    private Known? _known;

    public IReadOnlyList<ScheduleDocument> Of(Guid service, OpeningHours hours)
    {
        if (hours.Text == OpeningHours.Always.Text)
            return [Make(service, "always", null, string.Join(',', Theirs), "00:00", "23:59", "24/7")];
        return
        [
            .. from season in Seasons()
               from rule in hours.Text.Split("; ")
               // A weekly schedule knows no holidays: what is said of them stands in the description.
               where !rule.StartsWith("PH ", StringComparison.Ordinal)
               let parts = rule.Split(' ')
               from span in parts[1].Split(',')
               let times = span.Split('-')
               let offset = Offset(season.Offset)
               select Make(service, rule + span + season.From, season, Days(parts[0]), times[0] + offset, (times[1] == "24:00" ? "00:00" : times[1]) + offset, hours.Text),
        ];
    }

    /// <summary>The season of today and the next one; one without end where the clocks are never changed.</summary>
    public IReadOnlyList<Season> Seasons()
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), words.TimeZone).DateTime);
        if (_known is { } known && known.Day == today) return known.Seasons;
        var seasons = Around(today, words.TimeZone);
        _known = new Known(today, seasons);
        return seasons;
    }

    public static IReadOnlyList<Season> Around(DateOnly today, TimeZoneInfo zone)
    {
        var offset = At(today, zone);
        if (Last(today, 1) is not { } last) return [new Season(null, null, offset)];
        var next = last.AddDays(1);
        return [new Season(Last(today, -1), last, offset), new Season(next, Last(next, 1), At(next, zone))];

        DateOnly? Last(DateOnly from, int step)
        {
            for (var days = 1; days <= LongestSeason; days++)
                if (At(from.AddDays(step * days), zone) != At(from, zone)) return from.AddDays(step * (days - 1));
            return null;
        }
    }

    // At noon: the clocks are changed at night.
    private static TimeSpan At(DateOnly day, TimeZoneInfo zone) => zone.GetUtcOffset(day.ToDateTime(new TimeOnly(12, 0)));

    private static string Offset(TimeSpan offset) => (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString("hh\\:mm", CultureInfo.InvariantCulture);

    private sealed record Known(DateOnly Day, IReadOnlyList<Season> Seasons);

    private static string Days(string text)
    {
        var days = new List<string>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            var (from, to) = (Array.IndexOf(Ours, ends[0]), Array.IndexOf(Ours, ends[^1]));
            days.AddRange(Theirs[from..(to + 1)]);
        }
        return string.Join(',', days);
    }

    private static ScheduleDocument Make(Guid service, string name, Season? season, string days, string opens, string closes, string text) => new()
    {
        Id = HsdsId.Of("schedule", $"{service}/{name}"), ServiceId = service, Freq = "WEEKLY", Interval = 1, Byday = days, OpensAt = opens, ClosesAt = closes, Description = text,
        Timezone = season?.Offset.TotalHours,
        ValidFrom = season?.From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), ValidTo = season?.To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };
}
