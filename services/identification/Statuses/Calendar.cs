namespace Tiltas.Identification.Statuses;

/// <summary>The country's calendar: what day it is there now.</summary>
public sealed class Calendar(TimeProvider time)
{
    private static readonly TimeZoneInfo Vilnius = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vilnius");

    public DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), Vilnius).DateTime);
}
