using Tiltas.Directory.Values;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Tiltas.Directory.Coverage;

/// <summary>One YAML file of the country's data. A member that is not known is refused: a word misspelt must not be a rule left out.</summary>
internal static class CountryYaml
{
    /// <exception cref="InvalidDataException">The file is missing or not of that form; the message names it.</exception>
    public static T Read<T>(string folder, string name) where T : class
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path)) throw new InvalidDataException($"Country data is missing: {name}.");
        try
        {
            return new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().Build()
                .Deserialize<T?>(File.ReadAllText(path)) ?? throw new InvalidDataException($"{name} is empty.");
        }
        catch (YamlException exception)
        {
            throw new InvalidDataException($"{name}, line {exception.Start.Line}: {exception.InnerException?.Message ?? exception.Message}", exception);
        }
    }

    /// <summary>The country's clock: the time zone of <c>country.yaml</c> with the holidays of <c>holidays.yaml</c>.</summary>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    public static CountryTime ReadTime(string folder) => new(ReadCountry(folder).Zone, Holidays.Load(folder));

    /// <summary>What <c>country.yaml</c> says: the time zone, and the languages, the country's own first.</summary>
    /// <exception cref="InvalidDataException">The file is not what it should be.</exception>
    public static (TimeZoneInfo Zone, IReadOnlyList<string> Languages) ReadCountry(string folder)
    {
        var country = Read<CountryFile>(folder, "country.yaml");
        return country.TimeZone is { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? (zone, country.Languages ?? [])
            : throw new InvalidDataException("country.yaml: a time zone of this machine is expected, such as Europe/Vilnius.");
    }

    private sealed class CountryFile
    {
        public string? Code { get; set; }
        public string? TimeZone { get; set; }
        public List<string>? Languages { get; set; }
    }
}

/// <summary>Where a file of the country's data was taken from.</summary>
internal sealed class YamlSource
{
    public string? Title { get; set; }
    public string? Date { get; set; }
    public string? Url { get; set; }
}
