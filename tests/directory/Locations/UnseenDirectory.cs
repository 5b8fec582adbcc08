using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Locations;

/// <summary>
/// One directory among others: three agencies, their services, locations of every visibility, and questions about them. All follows from the
/// number. Its agencies, a word in all of its names and its postcodes are nobody else's.
/// </summary>
internal sealed class UnseenDirectory
{
    /// <summary>How many each of the two callers asks.</summary>
    public const int Questions = 6;

    /// <summary>Moments that questions can fall between; they follow from the identifier and not from the clock.</summary>
    public const string Moments = """
        UPDATE services SET changed_at = to_timestamp((hashtext(id) & 1023) % 100);
        UPDATE agencies SET changed_at = to_timestamp((hashtext(id) & 1023) % 100);
        UPDATE locations SET changed_at = to_timestamp((hashtext(id) & 1023) % 100);
        UPDATE services_shown SET for_all = CASE WHEN for_all IS NOT NULL THEN to_timestamp((hashtext(service || 'all') & 1023) % 100) END,
            for_partners = CASE WHEN for_partners IS NOT NULL THEN to_timestamp((hashtext(service || 'partners') & 1023) % 100) END,
            for_owner = to_timestamp((hashtext(service || 'owner') & 1023) % 100);
        """;

    private const int Seed = 20261122;
    private const int Services = 2;
    private const int Locations = 3;
    private static readonly string[] Words = ["Pušynas", "Ąžuolas", "Žibintas", "Sala", "Upė", "Tiltas", "Vilnius", "Kaunas", "Lietuva", "Prieglauda"];
    private static readonly string[] Municipalities = ["LT-57", "LT-58", "LT-15"];
    private static readonly string[] Areas = ["LT", "LT-VL", "LT-KU", "LT-57", "LT-58", "LT-15"];

    private readonly Random _random;
    private readonly string[] _agencies;
    private readonly List<(string Request, HttpStatusCode Expected)> _requests;

    public UnseenDirectory(int number)
    {
        (Number, _random) = (number, new Random(Seed + number));
        _agencies = [$"u{number}a", $"u{number}b", $"u{number}c"];
        _requests = Draw();
        (ForPartner, ForNobody) = (Ask(), Ask());
    }

    public int Number { get; }

    /// <summary>The agency that takes part and asks.</summary>
    public string Partner => _agencies[1];

    public List<string> ForPartner { get; }

    public List<string> ForNobody { get; }

    private string Own => string.Create(CultureInfo.InvariantCulture, $"z{Number:D6}");

    /// <summary>Through the interface, so that all that follows from a location is written as it ever is.</summary>
    public async Task Write(Func<string, Task<HttpResponseMessage>> send)
    {
        foreach (var (request, expected) in _requests) await send(request).Expect(expected);
    }

    private List<(string Request, HttpStatusCode Expected)> Draw()
    {
        var requests = new List<(string, HttpStatusCode)>();
        foreach (var agency in _agencies)
        {
            requests.Add(($"PUT /v1/agencies/{agency} {Named(Json.Agency()).ToJsonString()}", HttpStatusCode.Created));
            for (var s = 0; s < Services; s++)
            {
                var service = Named(Json.Service(agency, _random.Pick("Shelter", "LegalAid")));
                service["areas"] = new JsonArray(_random.Pick(Areas));
                requests.Add(($"PUT /v1/services/{agency}-s{s} {service.ToJsonString()}", HttpStatusCode.Created));
            }
            for (var l = 0; l < Locations; l++)
            {
                requests.Add(($"PUT /v1/locations/{agency}-l{l} {Location(agency).ToJsonString()}", HttpStatusCode.Created));
                if (_random.Next(3) == 0) requests.Add(($"PUT /v1/locations/{agency}-l{l} {Location(agency).ToJsonString()}", HttpStatusCode.OK));
                if (_random.Next(6) == 0) requests.Add(($"DELETE /v1/locations/{agency}-l{l}", HttpStatusCode.OK));
            }
        }
        if (_random.Next(4) == 0)
        {
            var body = Named(Json.Agency());
            body["standing"] = _random.Pick("Suspended", "Removed");
            requests.Add(($"PUT /v1/agencies/{_agencies[2]} {body.ToJsonString()}", HttpStatusCode.OK));
        }
        if (_random.Next(3) == 0) requests.Add(($"DELETE /v1/services/{_agencies[0]}-s0", HttpStatusCode.OK));
        return requests;
    }

    private JsonObject Location(string agency)
    {
        var body = Named(LocationJson.Of(agency, _random.Pick("Public", "Partner", "NeedToKnow"), [.. Enumerable.Range(0, Services).Where(_ => _random.Next(2) == 0).Select(s => $"{agency}-s{s}")]));
        body["municipality"] = _random.Pick(Municipalities);
        (body["postalCode"], body["latitude"], body["longitude"]) = (Postcode(), 54.5 + _random.NextDouble() / 4, 25 + _random.NextDouble() / 4);
        if (_random.Next(4) == 0) (body["latitude"], body["longitude"]) = (null, null);
        if (_random.Next(3) == 0) body["frontDoor"] = null;
        else body["frontDoor"]!["value"] = $"+370 600 0000{_random.Next(10)}";
        return body;
    }

    private JsonObject Named(JsonObject body)
    {
        body["name"] = new JsonObject { ["lt"] = $"{_random.Pick(Words)} {Own}", ["en"] = _random.Pick(Words) };
        return body;
    }

    private List<string> Ask()
    {
        var questions = new List<string>();
        while (questions.Count < Questions)
        {
            var agency = _random.Pick(_agencies);
            var service = $"{agency}-s{_random.Next(Services)}";
            var location = $"{agency}-l{_random.Next(Locations + 2)}";
            var others = $"{_random.Pick(_agencies[0], _agencies[2])}-l{_random.Next(Locations + 2)}";
            questions.Add(_random.Next(16) switch
            {
                0 => $"GET /hsds/services?{Filters()}",
                1 => $"GET /hsds/organizations?{Filters(organizations: true)}&{_random.Pick("full=true", "full_service=true", "minimal=true", "format=ndjson")}",
                2 or 3 => $"GET /hsds/service_at_locations?{Filters()}",
                4 or 5 => $"GET /hsds/service_at_locations?{Filters()}&postcode={Postcode()}{(_random.Next(2) == 0 ? $"&proximity={_random.Next(1, 40_000)}" : "")}",
                6 => "POST /hsds/service_at_locations " + new JsonObject { ["search"] = $"{_random.Pick(Words)} {Own}", ["full"] = true }.ToJsonString(),
                7 => "POST /hsds/services " + new JsonObject { ["search"] = $"{_random.Pick(Words)} {Own}", ["full"] = true }.ToJsonString(),
                8 => $"GET /hsds/services/{HsdsId.Service(service)}",
                9 => $"GET /hsds/organizations/{HsdsId.Organization(agency)}{_random.Pick("", "?full_service=true")}",
                10 or 11 => $"GET /hsds/service_at_locations/{HsdsId.ServiceAtLocation(service, location)}",
                12 => $"GET /v1/locations/{location}",
                13 => $"GET /v1/locations?limit={_random.Next(1, 4)}{_random.Pick("", $"&agency={agency}")}{_random.Pick("", $"&municipality={_random.Pick(Municipalities)}")}&after={location}",
                14 => "DELETE /v1/locations/" + others,
                _ => $"PUT /v1/locations/{others} {LocationJson.Of(Partner).ToJsonString()}",
            });
        }
        return questions;
    }

    private string Filters(bool organizations = false)
    {
        // One in five is about all directories at once.
        var own = _random.Next(5);
        List<string> filters = own switch
        {
            0 => [$"per_page={_random.Next(1, 9)}", $"page={_random.Next(1, 90)}"],
            _ => [$"per_page={_random.Next(1, 9)}", $"page={_random.Next(1, 4)}"],
        };
        var part = _random.Next(2) == 0 ? _random.Pick(Words)[.._random.Next(2, 4)] : null;
        var byAgency = !organizations && own == 1;
        if (byAgency) filters.Add("organization_id=" + HsdsId.Organization(_random.Pick(_agencies)));
        string?[] words = [part, own == 0 || byAgency ? null : Own];
        if (words.Any(word => word is not null)) filters.Add("search=" + Uri.EscapeDataString(string.Join(' ', words.Where(word => word is not null))));
        if (_random.Next(4) == 0) filters.Add("taxonomy_term_id=" + HsdsId.Of("taxonomy_term", _random.Pick("needs/Shelter", "needs/LegalAid", "areas/LT-57", "areas/LT-KU")));
        if (_random.Next(4) == 0) filters.Add("modified_after=" + DateTimeOffset.UnixEpoch.AddSeconds(_random.Next(100)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        if (!organizations && _random.Next(3) == 0) filters.Add(_random.Pick("full=true", "minimal=true", "format=ndjson"));
        return string.Join('&', filters);
    }

    private string Postcode() => string.Create(CultureInfo.InvariantCulture, $"LT-{Number * 6 % 99_996 + _random.Next(6):D5}");
}

/// <summary>Drawing lots.</summary>
internal static class Lots
{
    public static T Pick<T>(this Random random, params T[] from) => from[random.Next(from.Length)];
}
