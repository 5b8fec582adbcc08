using System.Xml;
using Tiltas.Contracts.Codes;
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
        var document = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).IgnoreUnmatchedProperties().Build()
            .Deserialize<ClockFile>(File.ReadAllText(file));
        return new(Enum.GetValues<Urgency>().ToDictionary(urgency => urgency, urgency => Read(file, document, urgency)));
    }

    private static Periods Read(string file, ClockFile document, Urgency urgency)
    {
        if (!document.Clocks.TryGetValue(urgency.ToString(), out var clock)) throw new InvalidDataException($"{file}: clocks.{urgency} is missing.");
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
        catch (FormatException)
        {
            throw new InvalidDataException($"{file}: clocks.{urgency}.{name} is no ISO 8601 duration above zero.");
        }
    }

    private readonly record struct Periods(TimeSpan Acknowledge, TimeSpan Decide, TimeSpan Complete);

    private sealed class ClockFile
    {
        public Dictionary<string, Dictionary<string, string>> Clocks { get; set; } = [];
    }
}

/// <summary>Today in the country's calendar; memoranda and consents are dated by it.</summary>
public sealed class CountryCalendar(TimeProvider time, TimeZoneInfo zone)
{
    public DateOnly Today() => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).DateTime);

    /// <summary>Reads the time zone from <c>country.yaml</c>.</summary>
    public static CountryCalendar Load(string countryPath, TimeProvider time)
    {
        var document = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).IgnoreUnmatchedProperties().Build()
            .Deserialize<CountryFile>(File.ReadAllText(Path.Combine(countryPath, "country.yaml")));
        return new(time, TimeZoneInfo.FindSystemTimeZoneById(document.TimeZone));
    }

    private sealed class CountryFile
    {
        public string TimeZone { get; set; } = "";
    }
}
