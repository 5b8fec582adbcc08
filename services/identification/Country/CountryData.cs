using System.Collections.Frozen;
using Tiltas.Identification.Entitlements;
using Tiltas.Identification.Gaps;
using Tiltas.Identification.Htcds;
using Tiltas.Identification.ReflectionPeriods;

namespace Tiltas.Identification.Country;

/// <summary>What the country supplies, read once when the process starts.</summary>
public sealed record CountryData
{
    public required IReadOnlyList<IndicatorSet> IndicatorSets { get; init; }
    public required EntitlementTable Entitlements { get; init; }
    public required ReflectionRules Reflection { get; init; }

    /// <summary>What must not stay open, and how long it may.</summary>
    public required GapRules Gaps { get; init; }

    /// <summary>Our code lists against the case data standard; the same for every country.</summary>
    public required HtcdsTable Htcds { get; init; }

    /// <summary>What the country's indicators are by that standard.</summary>
    public required HtcdsIndicators HtcdsIndicators { get; init; }

    /// <summary>Every version of every form; empty when the country's data hold none.</summary>
    public required IReadOnlyList<FormSchema> Forms { get; init; }

    /// <summary>ISO 3166-2 codes of the municipalities.</summary>
    public required FrozenSet<string> Municipalities { get; init; }

    /// <summary>Where people are met at the border; empty when the country's data names none.</summary>
    public required IReadOnlyList<BorderPoint> BorderPoints { get; init; }

    /// <summary>The time zone of the country's calendar.</summary>
    public required TimeZoneInfo TimeZone { get; init; }

    /// <summary>True for a municipality or a border point of the country.</summary>
    public bool IsPlace(string code) => Municipalities.Contains(code) || BorderPoints.Any(point => point.Id == code);

    /// <summary>Reads the folder.</summary>
    /// <exception cref="CountryDataException">Something in it is wrong; the message says what and where.</exception>
    public static CountryData Load(string? folder)
    {
        if (string.IsNullOrEmpty(folder) || !System.IO.Directory.Exists(folder))
            throw new CountryDataException("Country:Path does not name a folder with the country's data.");
        var sets = IndicatorFiles.ReadAll(Path.Combine(folder, "indicators"));
        return new CountryData
        {
            IndicatorSets = sets,
            Entitlements = EntitlementFile.Read(Path.Combine(folder, "entitlements.yaml")),
            Reflection = ReflectionRules.Read(Path.Combine(folder, "reflection.yaml")),
            Gaps = GapRules.Read(Path.Combine(folder, "gaps.yaml")),
            Htcds = HtcdsFile.Read(HtcdsFile.Shipped),
            HtcdsIndicators = HtcdsIndicators.Read(Path.Combine(folder, "htcds.yaml"), sets),
            Forms = FormFiles.ReadAll(Path.Combine(folder, "forms"), sets),
            Municipalities = ReadMunicipalities(Path.Combine(folder, "municipalities.csv")),
            BorderPoints = BorderPointFile.Read(Path.Combine(folder, "border-points.yaml")),
            TimeZone = ReadTimeZone(Path.Combine(folder, "country.yaml")),
        };
    }

    private static TimeZoneInfo ReadTimeZone(string path)
    {
        var zone = YamlPlace.Read(path).Get("timeZone");
        return TimeZoneInfo.TryFindSystemTimeZoneById(zone.Text(), out var found) ? found : throw zone.Wrong("a time zone of this machine is expected, such as Europe/Vilnius");
    }

    private static FrozenSet<string> ReadMunicipalities(string path)
    {
        if (!File.Exists(path)) throw new CountryDataException("municipalities.csv: the file is missing.");
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0].Split(',')[0] != "iso_3166_2")
            throw new CountryDataException("municipalities.csv, line 1: the first column must be iso_3166_2.");
        return lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')[0]).ToFrozenSet(StringComparer.Ordinal);
    }
}
