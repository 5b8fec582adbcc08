using System.Text;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;
using Tiltas.Directory.Tests.Locations;

namespace Tiltas.Directory.Tests.Exchange;

/// <summary>A directory in which every member of every record is there, absent and odd often. All follows from the number.</summary>
internal sealed class DrawnDirectory(int number)
{
    private static readonly string[] Hours =
    [
        "24/7", "Mo-Fr 08:00-17:00", "Mo-Fr 08:00-17:00; PH off", "Mo,We,Fr 08:00-12:00,13:00-17:00; Sa 20:00-08:00", "Sa-Su 00:00-24:00", "Sa,Su 10:00-24:00; PH 10:00-12:00", "Mo-Su 00:00-23:59", "Su 09:00-10:00; Mo 09:00-10:00",
        "Mo-Su 17:00-08:00", "Tu 00:00-24:00",
    ];
    private static readonly string[] Texts = ["Ąžuolo namai", "=1+1", "A | B \\ C", "\"It\", all; of it", "Дуб", "x", "Namai, Vilnius. Illustrative: no", "a=b"];
    private static readonly string[] Languages = ["lt", "en", "ru", "uk", "pl", "ar"];
    private readonly Random _random = new(20261122 + number);

    /// <summary>A record a line, as the import takes it.</summary>
    public byte[] Lines()
    {
        var lines = new List<JsonObject>();
        for (var a = 0; a < 3; a++)
        {
            var agency = $"d{number}{(char)('a' + a)}";
            lines.Add(Agency(agency));
            // One that was removed has nothing.
            if (lines[^1]["standing"]!.GetValue<string>() == "Removed") continue;
            var services = Enumerable.Range(0, _random.Next(4)).Select(s => $"{agency}-s{s}").ToList();
            lines.AddRange(services.Select(service => Service(service, agency)));
            for (var l = _random.Next(4); l > 0; l--) lines.Add(Location($"{agency}-l{l}", agency, services));
        }
        return Encoding.UTF8.GetBytes(string.Concat(lines.OrderBy(line => Array.IndexOf(["agency", "service", "location"], line["record"]!.GetValue<string>())).Select(line => line.ToJsonString() + "\n")));
    }

    private JsonObject Agency(string id)
    {
        var body = Json.Agency(_random.Pick(Texts), _random.Pick("Ngo", "Police", "Municipality"));
        (body["record"], body["id"], body["standing"], body["municipality"]) = ("agency", id, _random.Pick("Active", "Active", "Suspended", "Removed"), _random.Pick("LT-57", "LT-58"));
        (body["hours"], body["languages"], body["name"], body["competence"]) = (_random.Pick(Hours), Some(Languages), Name(), Some(["LT", "LT-KU", "LT-57"]));
        body["contacts"] = new JsonArray([.. Enumerable.Range(0, _random.Next(6)).Select(i => (JsonNode)Contact(i, post: true))]);
        Besides(body);
        return body;
    }

    private JsonObject Service(string id, string agency)
    {
        var body = Json.Service(agency, _random.Pick("Shelter", "LegalAid", "Interpretation"));
        (body["record"], body["id"], body["name"], body["areas"]) = ("service", id, Name(), Some(["LT", "LT-VL", "LT-KU", "LT-57", "LT-58"]));
        (body["hours"], body["languages"]) = (_random.Pick(Hours), Some(Languages));
        if (Coin()) body["profile"] = Thinned(Json.Profile(agency));
        Besides(body);
        return body;
    }

    private JsonObject Location(string id, string agency, List<string> services)
    {
        var body = LocationJson.Of(agency, _random.Pick("Public", "Partner", "NeedToKnow"), [.. services.Where(_ => Coin())]);
        (body["record"], body["id"], body["name"]) = ("location", id, Name());
        if (Coin()) body["addressLines"] = _random.Pick<Func<JsonArray>>(() => [], () => new JsonArray("G. 1"), () => new JsonArray("G. 1", "a, b", "c"))();
        foreach (var member in new[] { "postalCode", "phone", "frontDoor", "illustrative" }) if (_random.Next(3) == 0) body.Remove(member);
        if (Coin()) body["frontDoor"] = Contact(7, post: false);
        if (_random.Next(3) == 0) foreach (var member in new[] { "latitude", "longitude" }) body.Remove(member);
        else (body["latitude"], body["longitude"]) = (_random.NextDouble() * 180 - 90, _random.NextDouble() * 360 - 180);
        if (_random.Next(4) > 0) return body;
        foreach (var member in new[] { "addressLines", "postalCode", "latitude", "longitude" }) body.Remove(member);
        (body["type"], body["url"]) = ("Virtual", "https://example.org/talk");
        return body;
    }

    private JsonObject Contact(int number, bool post)
    {
        var contact = _random.Next(post ? 4 : 3) switch
        {
            0 => new JsonObject { ["kind"] = "Phone", ["value"] = $"+370 600 0000{number}" },
            1 => new JsonObject { ["kind"] = "Email", ["value"] = $"x{number}@example.org" },
            2 => new JsonObject { ["kind"] = "Web", ["value"] = $"https://example.org/{number}" },
            _ => new JsonObject { ["kind"] = "Post", ["value"] = $"Street | {number}, \\ Town" },
        };
        if (Coin()) contact["label"] = Name();
        if (_random.Next(3) == 0) contact["hours"] = _random.Pick(Hours);
        if (_random.Next(3) == 0) contact["languages"] = Some(Languages);
        return contact;
    }

    private JsonObject Name()
    {
        var (name, same) = (new JsonObject(), _random.Pick(Texts));
        if (Coin()) name["lt"] = _random.Pick(Texts);
        name["en"] = _random.Pick(Texts);
        if (_random.Next(4) == 0) (name["lt"], name["en"]) = (same, same);
        if (_random.Next(4) == 0) name["uk"] = "Дуб";
        return name;
    }

    private JsonObject Thinned(JsonObject profile)
    {
        foreach (var member in profile.Select(pair => pair.Key).ToList())
            if (Coin() && member is not ("assuredOn" or "assuredBy")) profile.Remove(member);
        return profile;
    }

    private void Besides(JsonObject body)
    {
        if (Coin()) body.Remove("illustrative");
        else body["illustrative"] = _random.Pick(Texts);
        if (Coin()) body["source"]!.AsObject().Remove("url");
        body["source"]!["title"] = _random.Pick(Texts);
    }

    private JsonArray Some(string[] from)
    {
        var all = from.ToArray();
        _random.Shuffle(all);
        return new JsonArray([.. all.Take(1 + _random.Next(all.Length)).Select(code => (JsonNode)code)]);
    }

    private bool Coin() => _random.Next(2) == 0;
}
