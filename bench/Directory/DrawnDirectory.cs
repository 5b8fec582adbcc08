using System.Globalization;
using System.Text.Json.Nodes;
using Tiltas.Contracts.Codes;
using Tiltas.Local.Data;

namespace Tiltas.Bench.Directory;

/// <summary>One agency that is made up after a real one.</summary>
internal sealed record DrawnAgency(string Id, string Type, JsonNode Name, string Municipality, string[] Competence, JsonNode Contacts, string Hours, string[] Languages, JsonNode Source);

/// <summary>One service, with its places if somebody said how many: all, those nobody has, those kept at the moment.</summary>
internal sealed record DrawnService(
    string Id, string Agency, string Need, JsonNode Name, string[] Areas, string Hours, string[] Languages, JsonNode? Profile, JsonNode Source, (int Total, int Available, int Kept)? Places);

/// <summary>One location of an agency with the services given there.</summary>
internal sealed record DrawnLocation(
    string Id, string Agency, string Visibility, JsonNode Name, string Municipality, string Street, string PostalCode, (double North, double East)? Point, JsonNode? FrontDoor, string[] Services);

/// <summary>One memorandum.</summary>
internal sealed record DrawnMemorandum(string Id, string[] Parties, string[] Purposes, string[] Needs, DateOnly From, DateOnly? To);

/// <summary>
/// Thousands of agencies and services drawn from the country's real ones: kind, names, need, hours, languages and reach are those of a real
/// record, with the place drawn anew, so shares are real too. The same seed draws the same, on any machine and day.
/// </summary>
internal sealed class DrawnDirectory
{
    private const int Seed = 20261122;
    private const string Country = "LT";
    private static readonly string[] Tongues = ["lt", "en", "ru", "uk", "pl", "vi", "ar"];
    private readonly Random _random = new(Seed);
    private readonly CountryData _data;
    private readonly string _hub;
    private readonly (string Code, string Name, string County)[] _municipalities;

    private DrawnDirectory(CountryData data, string folder, string hub)
    {
        (_data, _hub) = (data, hub);
        _municipalities = [.. File.ReadLines(Path.Combine(folder, "municipalities.csv")).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')).Select(row => (row[0], row[1], row[3]))];
    }

    public List<DrawnAgency> Agencies { get; } = [];

    public List<DrawnService> Services { get; } = [];

    public List<DrawnLocation> Locations { get; } = [];

    public List<DrawnMemorandum> Memoranda { get; } = [];

    /// <summary>Codes of municipalities with their counties.</summary>
    public IReadOnlyList<(string Code, string Name, string County)> Municipalities => _municipalities;

    /// <param name="data">The real records.</param>
    /// <param name="folder">Where they lie, with the municipalities.</param>
    /// <param name="hub">The agency that has a memorandum with two of three others: matching has most to read for it.</param>
    /// <param name="agencies">How many to draw.</param>
    /// <param name="services">How many to draw.</param>
    public static DrawnDirectory Draw(CountryData data, string folder, string hub, int agencies, int services)
    {
        var drawn = new DrawnDirectory(data, folder, hub);
        for (var n = 0; n < agencies; n++) drawn.AddAgency(n);
        for (var n = 0; n < services; n++) drawn.AddService(n, drawn.Agencies[n % agencies]);
        foreach (var (agency, n) in drawn.Agencies.Select((agency, n) => (agency, n)))
        {
            drawn.AddLocation(n, agency, [.. Enumerable.Range(0, services / agencies).Select(turn => drawn.Services[turn * agencies + n].Id)]);
            // As many for each agency as there are really.
            if (drawn._random.Next(data.Agencies.Count) < data.Memoranda.Count) drawn.AddMemorandum(n, agency);
        }
        return drawn;
    }

    private void AddAgency(int n)
    {
        var real = Pick(_data.Agencies).Body;
        var home = Pick(_municipalities);
        Agencies.Add(new DrawnAgency($"drawn-{n:D5}", Text(real, "type"), Named(real, home.Name, n), home.Code, Moved(Texts(real, "competence")),
            Contacts(real), Text(real, "hours"), Texts(real, "languages"), Source(real)));
    }

    private void AddService(int n, DrawnAgency agency)
    {
        var real = Pick(_data.Services).Body;
        var hours = _random.Next(3) == 0 ? string.Create(CultureInfo.InvariantCulture, $"Mo-Fr {_random.Next(6, 11):D2}:{15 * _random.Next(4):D2}-{_random.Next(15, 21):D2}:{15 * _random.Next(4):D2}; PH off") : Text(real, "hours");
        (int, int, int)? places = null;
        if (_random.Next(2) == 0)
        {
            var total = _random.Next(1, 40);
            var available = _random.Next(total + 1);
            places = (total, available, _random.Next(5) == 0 ? Math.Min(available, _random.Next(1, 3)) : 0);
        }
        Services.Add(new DrawnService($"{agency.Id}-s{n / 5000}", agency.Id, Text(real, "need"), Named(real, Pick(_municipalities).Name, n), Moved(Texts(real, "areas")),
            hours, Texts(real, "languages"), _random.Next(10) < 7 ? Profile(agency.Id) : null, Source(real), places));
    }

    private void AddLocation(int n, DrawnAgency agency, string[] services)
    {
        if (_random.Next(5) < 2) return;
        var visibility = _random.Next(10) switch { 0 => "NeedToKnow", 1 => "Partner", _ => "Public" };
        var home = _municipalities.First(one => one.Code == agency.Municipality);
        var door = visibility == "Public" ? null : new JsonObject { ["kind"] = "Phone", ["value"] = Number(n), ["label"] = null, ["hours"] = null, ["languages"] = null };
        (double, double)? point = _random.Next(3) == 0 ? null : (54 + _random.NextDouble() * 2, 21 + _random.NextDouble() * 5);
        Locations.Add(new DrawnLocation($"{agency.Id}-l0", agency.Id, visibility, new JsonObject { ["lt"] = "Namai, " + home.Name, ["en"] = "House " + n }, home.Code,
            "Pavyzdžio g. " + n, string.Create(CultureInfo.InvariantCulture, $"LT-{_random.Next(100_000):D5}"), point, door, [.. services.Take(_random.Next(1, services.Length + 1))]));
    }

    private void AddMemorandum(int n, DrawnAgency agency)
    {
        var (other, real) = (_random.Next(3) == 0 ? Pick(Agencies).Id : _hub, Pick(_data.Memoranda).Body);
        string[] parties = [other == agency.Id ? _hub : other, agency.Id];
        var from = new DateOnly(2024, 1, 1).AddDays(_random.Next(600));
        DateOnly? to = _random.Next(10) switch { 0 => from.AddDays(_random.Next(1, 200)), < 6 => from.AddDays(3650), _ => null };
        string[] needs = _random.Next(2) == 0 ? [] : [.. Enum.GetNames<Need>().Where(_ => _random.Next(2) == 0).Order(StringComparer.Ordinal)];
        Memoranda.Add(new DrawnMemorandum($"drawn-mou-{n:D5}", [.. parties.Order(StringComparer.Ordinal)], Texts(real, "purposes"), needs, from, to));
    }

    private JsonObject Profile(string agency)
    {
        var least = _random.Next(2) == 0 ? (int?)_random.Next(2) * 18 : null;
        return new JsonObject
        {
            ["sexes"] = Some<Sex>(), ["minimumAge"] = least, ["maximumAge"] = _random.Next(3) == 0 ? (least ?? 0) + _random.Next(17, 70) : null,
            ["withChildren"] = _random.Next(3) switch { 0 => null, 1 => true, _ => false },
            ["statuses"] = _random.Next(2) == 0 ? null : Codes([nameof(VictimStatus.Presumed), nameof(VictimStatus.Recognised)]),
            ["accessibility"] = Some<AccessNeed>(), ["interpreterLanguages"] = _random.Next(2) == 0 ? null : Codes([Pick(Tongues)]), ["accreditations"] = Some<Accreditation>(),
            ["assuredOn"] = new DateOnly(2026, 1, 1).AddDays(_random.Next(320)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), ["assuredBy"] = agency,
            ["onCall"] = _random.Next(4) == 0 ? new JsonObject { ["phone"] = Number(_random.Next(9999)), ["hours"] = "Mo-Su 17:00-08:00" } : null,
        };
    }

    private JsonArray? Some<T>() where T : struct, Enum
    {
        var some = Enum.GetNames<T>().Where(_ => _random.Next(2) == 0).Order(StringComparer.Ordinal).ToArray();
        return some.Length == 0 ? null : Codes(some);
    }

    /// <summary>As far as before, in another place: the country stays, a county is another, a municipality is another.</summary>
    private string[] Moved(string[] areas) =>
        [.. areas.Select(area => area == Country ? Country : area.AsSpan(3).ContainsAnyInRange('0', '9') ? Pick(_municipalities).Code : Pick(_municipalities).County).Distinct().Order(StringComparer.Ordinal)];

    private static JsonObject Named(JsonObject real, string place, int n)
    {
        var name = new JsonObject();
        foreach (var (language, text) in real["name"]!.AsObject().OrderBy(pair => pair.Key, StringComparer.Ordinal)) name[language] = $"{text}, {place} {n}";
        return name;
    }

    private static JsonArray Contacts(JsonObject real) => new([.. (real["contacts"] as JsonArray ?? []).Select(contact => (JsonNode)new JsonObject
    {
        ["kind"] = contact!["kind"]!.DeepClone(), ["value"] = contact["value"]!.DeepClone(), ["label"] = contact["label"]?.DeepClone(), ["hours"] = contact["hours"]?.DeepClone(),
        ["languages"] = contact["languages"]?.DeepClone(),
    })]);

    private static JsonObject Source(JsonObject real) => new() { ["title"] = real["source"]!["title"]!.DeepClone(), ["date"] = real["source"]!["date"]!.DeepClone(), ["url"] = real["source"]!["url"]?.DeepClone() };

    // A range that no telephone has.
    private static string Number(int n) => string.Create(CultureInfo.InvariantCulture, $"+370 600 0{n % 10_000:D4}");

    private static JsonArray Codes(IEnumerable<string> codes) => new([.. codes.Select(code => (JsonNode)code)]);

    private static string Text(JsonObject real, string field) => real[field]!.GetValue<string>();

    private static string[] Texts(JsonObject real, string field) => [.. real[field]!.AsArray().Select(one => one!.GetValue<string>())];

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
