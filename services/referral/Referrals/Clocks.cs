using System.Xml;
using Tiltas.Contracts.Codes;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Tiltas.Referral.Referrals;

/// <summary>How long an agency may take, by urgency: country data with a source, never a number in code.</summary>
public sealed class ClockRules
{
    private readonly Dictionary<Urgency, Periods> _periods;

    private ClockRules(Dictionary<Urgency, Periods> periods) => _periods = periods;

    public Deadlines For(Urgency urgency, DateTimeOffset now)
    {
        var periods = _periods[urgency];
        return new(now + periods.Acknowledge, now + periods.Decide, now + periods.Complete);
    }

    /// <summary>Reads <c>clocks.yaml</c>.</summary>
    /// <exception cref="InvalidDataException">Names the file and what is wrong in it.</exception>
    public static ClockRules Load(string countryPath)
    {
        var file = Path.Combine(countryPath, "clocks.yaml");
        var clocks = CountryFile.Read<ClockFile>(file, "clocks").Clocks ?? throw new InvalidDataException($"{file}: clocks is missing.");
        return new(Enum.GetValues<Urgency>().ToDictionary(urgency => urgency, urgency => Read(file, clocks, urgency)));
    }

    private static Periods Read(string file, Dictionary<string, Dictionary<string, string>?> clocks, Urgency urgency)
    {
        if (clocks.GetValueOrDefault(urgency.ToString()) is not { } clock) throw new InvalidDataException($"{file}: clocks.{urgency} is missing.");
        var periods = new Periods(Period(file, urgency, "acknowledge", clock), Period(file, urgency, "decide", clock), Period(file, urgency, "complete", clock));
        return periods.Acknowledge <= periods.Decide && periods.Decide <= periods.Complete
            ? periods
            : throw new InvalidDataException($"{file}: clocks.{urgency}: acknowledge, decide and complete must follow one another.");
    }

    private static TimeSpan Period(string file, Urgency urgency, string name, Dictionary<string, string> clock)
    {
        if (!clock.TryGetValue(name, out var text)) throw new InvalidDataException($"{file}: clocks.{urgency}.{name} is missing.");
        try
        {
            return XmlConvert.ToTimeSpan(text) is { Ticks: > 0 } period ? period : throw new FormatException();
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentNullException)
        {
            throw new InvalidDataException($"{file}: clocks.{urgency}.{name} is no ISO 8601 duration above zero.");
        }
    }

    private readonly record struct Periods(TimeSpan Acknowledge, TimeSpan Decide, TimeSpan Complete);

    private sealed class ClockFile
    {
        public Dictionary<string, Dictionary<string, string>?>? Clocks { get; set; }
    }
}

/// <summary>Today in the country's calendar; memoranda and consents are dated by it.</summary>
public sealed class CountryCalendar(TimeProvider time, TimeZoneInfo zone)
{
    public DateOnly Today() => Day(time.GetUtcNow());

    /// <summary>The day it is there at that moment.</summary>
    public DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>Reads the time zone from <c>country.yaml</c>.</summary>
    /// <exception cref="InvalidDataException">Names the file and what is wrong in it.</exception>
    public static CountryCalendar Load(string countryPath, TimeProvider time)
    {
        var file = Path.Combine(countryPath, "country.yaml");
        return CountryFile.Read<Country>(file, "timeZone").TimeZone is { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? new(time, zone)
            : throw new InvalidDataException($"{file}: timeZone is missing or no IANA time zone.");
    }

    private sealed class Country
    {
        public string? TimeZone { get; set; }
    }
}

/// <summary>One YAML file of the country's data; a fault in its form is said with the file's name.</summary>
internal static class CountryFile
{
    public static T Read<T>(string file, string root) where T : class
    {
        try
        {
            return new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).IgnoreUnmatchedProperties().Build()
                .Deserialize<T?>(File.ReadAllText(file)) ?? throw new InvalidDataException($"{file}: {root} is missing.");
        }
        catch (YamlException exception)
        {
            throw new InvalidDataException($"{file}: {root} cannot be read, see line {exception.Start.Line}.", exception);
        }
    }
}
