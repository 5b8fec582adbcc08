using Tiltas.Directory.Coverage;
using Tiltas.Directory.Tests.Kit;
using Tiltas.Directory.Values;

namespace Tiltas.Directory.Tests.Values;

/// <summary>Hours as moments, against a walk over every minute that knows Lithuania's clock and holidays by itself.</summary>
public sealed class HoursInTimeTests
{
    private static readonly DateTimeOffset NewYear = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

    // Easter was on 5 April.
    private static readonly HashSet<DateOnly> Holidays2026 = [.. new[]
    {
        "01-01", "02-16", "03-11", "04-05", "04-06", "05-01", "05-03", "06-07", "06-24", "07-06", "08-15", "11-01", "11-02", "12-24", "12-25", "12-26",
    }.Select(day => DateOnly.Parse("2026-" + day, System.Globalization.CultureInfo.InvariantCulture)), new(2027, 1, 1), new(2027, 2, 16)];

    public static TheoryData<string> Written =>
    [
        "24/7", "Mo-Su 00:00-24:00", "Mo-Fr 08:00-17:00", "Mo-Fr 08:00-17:00; PH off", "Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-14:00; PH 10:00-11:00",
        "Mo-Su 20:00-08:00", "Mo-Su 20:00-08:00; PH off", "Su 03:00-04:00", "Su 03:15-03:45", "Su 02:30-03:30", "Su 03:30-05:00", "Sa 22:00-03:30", "Mo-Su 03:59-04:01",
        "Mo 00:00-00:01", "Su 23:59-24:00", "Fr 23:00-01:00; Sa 00:30-02:00", "We 00:00-24:00; PH 00:00-24:00", "Mo-Su 03:30-03:29",
    ];

    [Theory]
    [MemberData(nameof(Written))]
    public void Hours_EachMinuteOfAYear_AreWhatTheWallClockSays(string text) => Compare(text);

    [Fact]
    public void Hours_AtRandom_AreWhatTheWallClockSays()
    {
        var random = new Random(20261122);
        for (var i = 0; i < 12; i++) Compare(AnyHours(random));
    }

    [Fact]
    public void NextOpening_BetweenMinutes_IsTheMomentItself()
    {
        var hours = Parse("Mo 09:00-10:00; PH off");
        var nine = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(2));
        Assert.Equal(nine, hours.NextOpening(nine.AddMilliseconds(-1), Places.Time));
        Assert.Equal(nine.AddMilliseconds(5), hours.NextOpening(nine.AddMilliseconds(5), Places.Time));
        Assert.True(hours.IsOpen(nine.AddHours(1).AddTicks(-1), Places.Time));
        Assert.False(hours.IsOpen(nine.AddHours(1), Places.Time));
    }

    [Fact]
    public void NextOpening_OfHoursThatTheClockLeavesOut_IsAWeekLater()
    {
        // On 29 March 2026 no clock in Vilnius shows 03:15.
        var before = new DateTimeOffset(2026, 3, 28, 12, 0, 0, TimeSpan.FromHours(2));
        Assert.Equal(new DateTimeOffset(2026, 4, 5, 3, 15, 0, TimeSpan.FromHours(3)), Parse("Su 03:15-03:45").NextOpening(before, Places.Time));
        Assert.Null(Parse("Mo 09:00-09:01; PH off").NextOpening(before, new CountryTime(TimeZoneInfo.Utc, Every())));
    }

    [Fact]
    public void WeekMinutes_AreTheMinutesOfAnOrdinaryWeek()
    {
        var random = new Random(7);
        var monday = new DateTimeOffset(2026, 9, 7, 0, 0, 0, TimeSpan.FromHours(3));
        foreach (var text in Written.Select(row => row.Data).Concat(Enumerable.Range(0, 40).Select(_ => AnyHours(random))))
        {
            var minutes = Parse(text).WeekMinutes();
            for (var minute = 0; minute < 7 * 24 * 60; minute++)
                Assert.True(OpenInOrdinaryWeek(text, monday.AddMinutes(minute)) == minutes[minute], $"{text} minute {minute}");
        }
    }

    // A holiday makes no ordinary week: what a rule for holidays says is left out.
    private static bool OpenInOrdinaryWeek(string text, DateTimeOffset at) => IsOpen(string.Join(';', text.Split(';').Where(rule => !rule.Contains("PH", StringComparison.Ordinal))), at.DateTime);

    private static Holidays Every()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("tiltas-holidays-").FullName;
        File.WriteAllText(Path.Combine(folder, "holidays.yaml"), "source: { title: none, date: none }\nholidays:\n"
            + string.Concat(Enumerable.Range(0, 366).Select(day => $"  - day: \"{new DateOnly(2000, 1, 1).AddDays(day):MM-dd}\"\n    name: {{ en: Day {day} }}\n")));
        var every = Holidays.Load(folder);
        System.IO.Directory.Delete(folder, recursive: true);
        return every;
    }

    private const int Year = 365 * 24 * 60, WithNextOpenings = Year + 40 * 24 * 60;

    // What the clock shows in each minute is the same for all hours.
    private static readonly DateTime[] Walls = [.. Enumerable.Range(0, WithNextOpenings).Select(minute => Wall(NewYear.AddMinutes(minute)))];

    private static void Compare(string text)
    {
        var hours = Parse(text);
        var open = new bool[WithNextOpenings];
        for (var minute = 0; minute < WithNextOpenings; minute++) open[minute] = IsOpen(text, Walls[minute]);
        var next = WithNextOpenings;
        for (var minute = WithNextOpenings - 1; minute >= 0; minute--)
        {
            var at = NewYear.AddMinutes(minute);
            if (open[minute]) next = minute;
            if (minute >= Year) continue;
            if (hours.IsOpen(at, Places.Time) != open[minute]) Assert.Fail($"{text} at {at:O} should be {(open[minute] ? "open" : "closed")}");
            if (minute % 11 == 0 || minute > 0 && open[minute] != open[minute - 1])
                Assert.True(NewYear.AddMinutes(next) == hours.NextOpening(at, Places.Time), $"{text} after {at:O} should open at {NewYear.AddMinutes(next):O}, not {hours.NextOpening(at, Places.Time):O}");
        }
        Assert.Contains(true, open);
    }

    /// <summary>Two hours ahead of UTC, three from the last Sunday of March to the last of October, each at 01:00 UTC.</summary>
    private static DateTime Wall(DateTimeOffset at)
    {
        var summer = at >= LastSunday(at.Year, 3) && at < LastSunday(at.Year, 10);
        return at.UtcDateTime.AddHours(summer ? 3 : 2);
    }

    private static DateTimeOffset LastSunday(int year, int month)
    {
        var day = new DateTimeOffset(year, month, 31, 1, 0, 0, TimeSpan.Zero);
        while (day.DayOfWeek != DayOfWeek.Sunday) day = day.AddDays(-1);
        return day;
    }

    /// <summary>Reads the text anew for one look at the clock; slow and plain.</summary>
    private static bool IsOpen(string text, DateTime wall)
    {
        if (text == "24/7") return true;
        var minute = wall.Hour * 60 + wall.Minute;
        return On(text, DateOnly.FromDateTime(wall)).Any(span => span.From < span.To ? minute >= span.From && minute < span.To : minute >= span.From)
            || On(text, DateOnly.FromDateTime(wall).AddDays(-1)).Any(span => span.To < span.From && minute < span.To);
    }

    private static readonly Dictionary<(string, int), (int From, int To)[]> Cache = [];

    private static (int From, int To)[] On(string text, DateOnly day)
    {
        var holiday = text.Contains("PH", StringComparison.Ordinal) && Holidays2026.Contains(day);
        var key = (text, holiday ? 7 : ((int)day.DayOfWeek + 6) % 7);
        lock (Cache)
        {
            if (Cache.TryGetValue(key, out var known)) return known;
            foreach (var rule in text.Split(';', StringSplitOptions.TrimEntries))
            {
                var (who, when) = (rule[..rule.IndexOf(' ', StringComparison.Ordinal)], rule[(rule.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
                var meant = holiday ? who == "PH" : who.Split(',').Any(part => part != "PH" && Array.IndexOf(Days, part[..2]) <= key.Item2 && Array.IndexOf(Days, part[^2..]) >= key.Item2);
                if (meant && when != "off")
                    return Cache[key] = [.. when.Split(',').Select(span => span.Split('-')).Select(ends => (Minute(ends[0]), Minute(ends[1])))];
            }
            return Cache[key] = [];
        }
    }

    private static int Minute(string clock) => int.Parse(clock[..2], System.Globalization.CultureInfo.InvariantCulture) * 60 + int.Parse(clock[3..], System.Globalization.CultureInfo.InvariantCulture);

    internal static string AnyHours(Random random)
    {
        var rules = new List<string>();
        for (var day = 0; day < 7;)
        {
            var last = Math.Min(6, day + random.Next(4));
            if (random.Next(3) > 0) rules.Add((day == last ? Days[day] : $"{Days[day]}-{Days[last]}") + " " + AnySpans(random));
            day = last + 1;
        }
        if (rules.Count == 0) rules.Add("Mo 01:00-02:00");
        switch (random.Next(3))
        {
            case 0: rules.Add("PH off"); break;
            case 1: rules.Add("PH " + AnySpans(random)); break;
        }
        return string.Join("; ", rules);
    }

    private static string AnySpans(Random random)
    {
        // Many ends lie around the hour that clocks skip and repeat.
        int[] ends = [.. Enumerable.Range(0, 2 * (1 + random.Next(2))).Select(_ => random.Next(3) == 0 ? 120 + random.Next(180) : random.Next(1440)).Distinct().Order()];
        if (ends.Length % 2 == 1) ends = [.. ends, 1440];
        var spans = ends.Chunk(2).Select(pair => (From: pair[0], To: pair[1])).ToList();
        if (random.Next(3) == 0 && spans[0].From > 0) spans[^1] = (spans[^1].From, random.Next(spans[0].From));
        return string.Join(',', spans.Select(span => $"{span.From / 60:00}:{span.From % 60:00}-{span.To / 60:00}:{span.To % 60:00}"));
    }

    private static OpeningHours Parse(string text) => OpeningHours.TryParse(text, out var hours) ? hours : throw new InvalidOperationException(text);
}
