using System.Collections;

namespace Tiltas.Directory.Values;

// What the wall clock of the country shows decides, so an hour that a change of clocks leaves out opens nothing, and one that
// it repeats is judged twice.
public sealed partial record OpeningHours
{
    // Longer than any row of holidays: what has not opened by then never does.
    private const int DaysAhead = 60;

    /// <summary>True when somebody is there at that moment.</summary>
    public bool IsOpen(DateTimeOffset at, CountryTime time)
    {
        if (ReferenceEquals(this, Always)) return true;
        var local = time.Local(at);
        var (day, minute) = (DateOnly.FromDateTime(local), local.Hour * 60 + local.Minute);
        return Holds(SpansOf(day, time), minute) || Holds(SpansOf(day.AddDays(-1), time), minute + DayMinutes);
    }

    /// <summary>That moment itself while somebody is there, else the first later one; null when none comes within 60 days.</summary>
    public DateTimeOffset? NextOpening(DateTimeOffset at, CountryTime time)
    {
        if (IsOpen(at, time)) return at;
        var first = DateOnly.FromDateTime(time.Local(at));
        for (var ahead = 0; ahead <= DaysAhead; ahead++)
        {
            // It becomes open where a span begins, or where a change of clocks leads into one.
            var day = first.AddDays(ahead);
            var found = SpansOf(day, time).SelectMany(span => time.Instants(day, span.From)).Concat(time.Changes(day))
                .Where(moment => moment > at && IsOpen(moment, time)).Select(moment => (DateTimeOffset?)moment).Min();
            if (found is not null) return found;
        }
        return null;
    }

    /// <summary>One bit for each minute of a week without holidays and changes of clocks, from Monday 00:00.</summary>
    public BitArray WeekMinutes()
    {
        var week = new BitArray(7 * DayMinutes);
        for (var day = 0; day < 7; day++)
            foreach (var span in _week[day])
                for (var minute = span.From; minute < span.To; minute++) week[(day * DayMinutes + minute) % week.Length] = true;
        return week;
    }

    private Span[] SpansOf(DateOnly day, CountryTime time) =>
        _holiday is not null && time.IsHoliday(day) ? _holiday : _week[((int)day.DayOfWeek + 6) % 7];

    private static bool Holds(Span[] spans, int minute)
    {
        foreach (var span in spans)
            if (minute >= span.From && minute < span.To) return true;
        return false;
    }
}
