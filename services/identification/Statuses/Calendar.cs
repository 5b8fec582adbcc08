namespace Tiltas.Identification.Statuses;

/// <summary>The country's calendar: what day it is there now.</summary>
public sealed class Calendar(TimeProvider time, TimeZoneInfo zone)
{
    public DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).DateTime);
}
