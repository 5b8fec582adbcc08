using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Tiltas.Local.Data;

/// <summary>One record of the country's data in the form the directory's API takes it.</summary>
internal sealed record CountryRecord
{
    public required string Id { get; init; }

    public required JsonObject Body { get; init; }
}

/// <summary>The agencies, services, locations and memoranda a country supplies as files.</summary>
internal sealed record CountryData
{
    public required IReadOnlyList<CountryRecord> Agencies { get; init; }

    public required IReadOnlyList<CountryRecord> Services { get; init; }

    public required IReadOnlyList<CountryRecord> Locations { get; init; }

    public required IReadOnlyList<CountryRecord> Memoranda { get; init; }

    private static readonly string[] Ages = ["minimumAge", "maximumAge"];

    internal static CountryData Read(string folder)
    {
        var (agencies, services, locations) = (new List<CountryRecord>(), new List<CountryRecord>(), new List<CountryRecord>());
        foreach (var file in Files(folder, "agencies"))
        {
            var agency = ReadFile(file);
            var id = Take(agency, "id", file);
            foreach (var service in (agency["services"] as JsonArray ?? []).Select(node => node!.DeepClone().AsObject()))
            {
                var serviceId = Take(service, "id", file);
                service["agency"] = id;
                foreach (var age in Ages)
                    if (service["profile"]?[age] is JsonValue text) service["profile"]![age] = int.Parse(text.GetValue<string>(), CultureInfo.InvariantCulture);
                if (service["source"] is null) service["source"] = agency["source"]?.DeepClone();
                services.Add(new CountryRecord { Id = serviceId, Body = service });
            }
            foreach (var location in (agency["locations"] as JsonArray ?? []).Select(node => node!.DeepClone().AsObject()))
            {
                var locationId = Take(location, "id", file);
                location["agency"] = id;
                foreach (var degrees in new[] { "latitude", "longitude" })
                    if (location[degrees]?.GetValue<string>() is { } text) location[degrees] = double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
                locations.Add(new CountryRecord { Id = locationId, Body = location });
            }
            agency.Remove("services");
            agency.Remove("locations");
            agencies.Add(new CountryRecord { Id = id, Body = agency });
        }
        return new CountryData
        {
            Agencies = agencies,
            Services = services,
            Locations = locations,
            Memoranda = [.. Files(folder, "memoranda").Select(file =>
            {
                var body = ReadFile(file);
                if (body["finishDays"]?.GetValue<string>() is { } days) body["finishDays"] = int.Parse(days, CultureInfo.InvariantCulture);
                return new CountryRecord { Id = Take(body, "id", file), Body = body };
            })],
        };
    }

    private static IEnumerable<string> Files(string folder, string kind)
    {
        var path = Path.Combine(folder, kind);
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*.yaml").Order(StringComparer.Ordinal)
            : throw new LocalException($"The country's data is missing: {path}");
    }

    private static string Take(JsonObject record, string key, string file)
    {
        var value = record[key]?.GetValue<string>() ?? throw new LocalException($"{file}: '{key}' is missing.");
        record.Remove(key);
        return value;
    }

    private static JsonObject ReadFile(string file)
    {
        try
        {
            using var reader = new StreamReader(file);
            var yaml = new YamlStream();
            yaml.Load(reader);
            return Convert(yaml.Documents[0].RootNode) as JsonObject ?? throw new LocalException($"{file}: a record of fields is expected.");
        }
        catch (YamlException e)
        {
            throw new LocalException($"{file}, line {e.Start.Line}: {e.Message}");
        }
    }

    /// <summary>Telephone numbers, codes and dates look like numbers in YAML and are none: all is text but null and the two truth values.</summary>
    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Convert(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } scalar => JsonValue.Create(scalar.Value == "true"),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new LocalException("Aliases are not used in the country's data."),
    };
}
