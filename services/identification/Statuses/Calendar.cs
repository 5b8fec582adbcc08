namespace Tiltas.Identification.Statuses;

/// <summary>The country's calendar: what day it is there now.</summary>
public sealed class Calendar(TimeProvider time, TimeZoneInfo zone)
{
    public DateOnly Today => Day(time.GetUtcNow());

    /// <summary>The day it is there at that moment.</summary>
    public DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
}
