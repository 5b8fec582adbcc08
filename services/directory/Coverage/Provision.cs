using System.Collections.Immutable;
using System.Xml;
using Tiltas.Directory.Values;

namespace Tiltas.Directory.Coverage;

/// <summary>What a country settles about keeping the directory true and using it: <c>provision.yaml</c>.</summary>
public sealed record Provision
{
    /// <summary>For how many days after it a record's assurance holds.</summary>
    public required int AssuranceDays { get; init; }

    /// <summary>For how long a place is kept for whoever asked for it.</summary>
    public required TimeSpan Hold { get; init; }

    /// <summary>The times of the week at which help is looked for, by name, in the file's order.</summary>
    public required ImmutableArray<(string Name, OpeningHours Hours)> TimesOfWeek { get; init; }

    /// <summary>Reads the file of the folder.</summary>
    /// <exception cref="InvalidDataException">The file is not what it should be; the service must not start on it.</exception>
    public static Provision Load(string folder)
    {
        var file = CountryYaml.Read<ProvisionFile>(folder, Name);
        var assurance = Period(file.Assurance, "assurance");
        if (assurance.Ticks % TimeSpan.TicksPerDay != 0) throw new InvalidDataException($"{Name}: assurance must be whole days.");
        if (file.TimesOfWeek is not { Count: > 0 } times) throw new InvalidDataException($"{Name}: timesOfWeek is missing.");
        return new Provision
        {
            AssuranceDays = (int)assurance.TotalDays,
            Hold = Period(file.Hold, "hold"),
            TimesOfWeek =
            [
                .. times.Select(time => time.Key.Length is > 0 and <= 40 && time.Key.All(char.IsAsciiLetterOrDigit) && OpeningHours.TryParse(time.Value, out var hours)
                    ? (time.Key, hours)
                    : throw new InvalidDataException($"{Name}: timesOfWeek: letters and digits with hours such as Mo-Fr 09:00-16:00 are expected.")),
            ],
        };
    }

    private const string Name = "provision.yaml";

    private static TimeSpan Period(string? text, string name)
    {
        try
        {
            return XmlConvert.ToTimeSpan(text ?? "") is { Ticks: > 0, TotalDays: <= 36500 } period ? period : throw new FormatException();
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new InvalidDataException($"{Name}: {name} is no ISO 8601 duration above zero.");
        }
    }

    private sealed class ProvisionFile
    {
        public string? Assurance { get; set; }
        public string? Hold { get; set; }
        public Dictionary<string, string>? TimesOfWeek { get; set; }
        public string? Illustrative { get; set; }
    }
}
