using System.Globalization;
using System.Text.Json.Nodes;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.OpenReferral;
using Tiltas.Local.Data;

namespace Tiltas.Bench.Directory;

/// <summary>One question to the directory: as it is sent, and what a plain statement needs to read the same rows.</summary>
internal sealed record DrawnQuestion(string Method, string Path, JsonObject? Body, string Need, string[] Around, string[] Words, int Skip);

/// <summary>Questions as agencies ask them; the same seed draws the same.</summary>
internal sealed class DrawnQuestions(DrawnDirectory directory, CountryData data)
{
    /// <summary>The moment that matching is asked about, so that an answer does not depend on when it was measured.</summary>
    public const string At = "2026-10-06T14:00:00+03:00";

    private const string Country = "LT";
    private const int PageSize = 50;
    private readonly Random _random = new(2026);
    private readonly string[] _needs = [.. directory.Services.Select(service => service.Need).Distinct().Order(StringComparer.Ordinal)];
    private readonly HashSet<(string Need, string Area)> _given = [.. directory.Services.SelectMany(service => service.Areas.Select(area => (service.Need, area)))];

    /// <summary>In any municipality, for needs as often as they are offered.</summary>
    public DrawnQuestion Matching()
    {
        var place = Pick(directory.Municipalities);
        return Search(Pick(directory.Services).Need, place.Code, [place.Code, place.County, Country]);
    }

    /// <summary>Where neither the municipality nor its county has the help, so that the answer falls back on the country.</summary>
    public DrawnQuestion Fallback()
    {
        while (true)
        {
            var (place, need) = (Pick(directory.Municipalities), Pick(_needs));
            if (_given.Contains((need, Country)) && !_given.Contains((need, place.Code))) return Search(need, place.Code, [place.Code, place.County, Country]);
        }
    }

    /// <summary>A word or two as people type them: of a kind of help, of an agency, of a place; with marks and without.</summary>
    public DrawnQuestion Text(bool post)
    {
        var records = _random.Next(4) == 0 ? data.Agencies : data.Services;
        var first = Word(Pick(records).Body["name"]!["lt"]!.GetValue<string>());
        var text = _random.Next(2) == 0 ? first : first + " " + Word(Pick(directory.Municipalities).Name);
        if (_random.Next(2) == 0) text = string.Join(' ', SearchWords.Split(text));
        string[] words = [.. SearchWords.Split(text).Distinct().Select(SearchWords.Beginning)];
        return post
            ? new DrawnQuestion("POST", "/hsds/services", new JsonObject { ["search"] = text }, "", [], words, 0)
            : new DrawnQuestion("GET", "/hsds/services?search=" + Uri.EscapeDataString(text), null, "", [], words, 0);
    }

    /// <summary>Any page of all services with everything that belongs to them.</summary>
    public DrawnQuestion FullPage()
    {
        var page = _random.Next(1, directory.Services.Count / PageSize + 1);
        return new DrawnQuestion("GET", string.Create(CultureInfo.InvariantCulture, $"/hsds/services?full=true&page={page}"), null, "", [], [], (page - 1) * PageSize);
    }

    private DrawnQuestion Search(string need, string place, string[] around)
    {
        var traits = new JsonObject();
        if (_random.Next(2) == 0) traits["sex"] = Pick(Enum.GetNames<Sex>());
        if (_random.Next(2) == 0) traits["ageBand"] = Pick(Enum.GetNames<AgeBand>());
        if (_random.Next(3) == 0) traits["withChildren"] = true;
        if (_random.Next(2) == 0) traits["status"] = Pick([nameof(VictimStatus.Presumed), nameof(VictimStatus.Recognised)]);
        if (_random.Next(5) == 0) traits["accessibility"] = new JsonArray(Pick(Enum.GetNames<AccessNeed>()));
        if (_random.Next(2) == 0) traits["languages"] = new JsonArray(Pick(["lt", "uk", "ru", "en"]));
        return new DrawnQuestion("POST", "/v1/providers/search", new JsonObject
        {
            ["need"] = need, ["place"] = place, ["purpose"] = nameof(Purpose.Assistance), ["traits"] = traits, ["at"] = At,
        }, need, around, [], 0);
    }

    private string Word(string text) => Pick([.. text.Split(' ', ',', '(', ')', '/').Where(word => word.Length > 3)]);

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
