using Tiltas.Directory.Coverage;

namespace Tiltas.Directory.Values;

/// <summary>The country's clock and its public holidays; hours and days of every record are meant in it.</summary>
public sealed class CountryTime(TimeZoneInfo zone, Holidays holidays)
{
    /// <summary>What the wall clock shows at that moment.</summary>
    public DateTime Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).DateTime;

    /// <summary>The day it is there at that moment.</summary>
    public DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(Local(at));

    /// <summary>True on a public holiday.</summary>
    public bool IsHoliday(DateOnly day) => holidays.Contains(day);

    /// <summary>The moments at which the wall clock shows that minute of that day: one; none or two on a day when clocks change. UTC.</summary>
    public IEnumerable<DateTimeOffset> Instants(DateOnly day, int minute)
    {
        var wall = day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        foreach (var offset in Offsets(day))
        {
            var moment = new DateTimeOffset(DateTime.SpecifyKind(wall - offset, DateTimeKind.Utc));
            if (Local(moment) == wall) yield return moment;
        }
    }

    /// <summary>The moments of that day at which the clock is changed. UTC.</summary>
    public IEnumerable<DateTimeOffset> Changes(DateOnly day)
    {
        var (low, high) = Around(day);
        var before = zone.GetUtcOffset(low);
        if (zone.GetUtcOffset(high) == before) yield break;
        // Offsets change on whole minutes.
        while (high - low > TimeSpan.FromMinutes(1))
        {
            var middle = low.AddMinutes(Math.Floor((high - low).TotalMinutes / 2));
            if (zone.GetUtcOffset(middle) == before) low = middle;
            else high = middle;
        }
        if (Day(high) == day) yield return high;
    }

    private IEnumerable<TimeSpan> Offsets(DateOnly day)
    {
        var (from, to) = Around(day);
        return new[] { zone.GetUtcOffset(from), zone.GetUtcOffset(to) }.Distinct();
    }

    /// <summary>The day and somewhat more, in UTC, whatever the clock does on it.</summary>
    private (DateTimeOffset From, DateTimeOffset To) Around(DateOnly day)
    {
        var midnight = new DateTimeOffset(DateTime.SpecifyKind(day.ToDateTime(TimeOnly.MinValue) - zone.BaseUtcOffset, DateTimeKind.Utc));
        return (midnight.AddHours(-3), midnight.AddHours(27));
    }
}
