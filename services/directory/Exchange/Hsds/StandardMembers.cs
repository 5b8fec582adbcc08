using System.Text.Json.Nodes;
using Tiltas.Directory.OpenReferral;

namespace Tiltas.Directory.Exchange.Hsds;

/// <summary>What HSDS's own members say of a record, by column. Descriptions are for people, and nothing is read out of them.</summary>
internal sealed class StandardMembers(CountryWords words, Taxonomies taxonomies)
{
    public Sayings Of(RecordKind kind, JsonNodeAt record, Faults faults) => kind switch
    {
        RecordKind.Agency => Organization(record, faults),
        RecordKind.Service => Service(record, faults),
        _ => Location(record, faults),
    };

    private Sayings Organization(JsonNodeAt record, Faults faults)
    {
        var said = Names(record, faults);
        Languages(said, record, faults);
        var own = said.GetValueOrDefault("languages").Value;
        foreach (var (key, met) in SaidContacts.Of(record, phone => LanguagesOf(phone, faults) is { } spoken && !JsonNode.DeepEquals(spoken, own) ? spoken : null, faults)) said[key] = met;
        var areas = Terms(record, faults).Where(term => term.Term.IsArea).ToList();
        if (areas.Count > 0) said.Say("competence", Codes(areas.Select(term => term.Term.Code)), areas[0].Place);
        return said;
    }

    private Sayings Service(JsonNodeAt record, Faults faults)
    {
        var said = Names(record, faults);
        Languages(said, record, faults);
        foreach (var (member, column) in new[] { ("minimum_age", "minimum_age"), ("maximum_age", "maximum_age") })
        {
            if (record.Number(member, faults) is not { } age) continue;
            if (age != Math.Floor(age) || Math.Abs(age) > 1000) faults.Add<object>(record[member]!, ExchangeErrors.Kind("full years"));
            else said.Say(column, JsonValue.Create((int)age), record[member]);
        }
        var schedules = record.Each("schedules", faults).ToList();
        if (schedules.Count > 0)
        {
            var (hours, fault) = HoursOfSchedules.Of(schedules, words.TimeZone);
            if (hours is null) faults.Add<object>(fault, ExchangeErrors.NotAWeek);
            else said.Say("hours", hours.Text, record["schedules"]);
        }
        var terms = Terms(record, faults);
        var needs = terms.Where(term => !term.Term.IsArea).DistinctBy(term => term.Term.Code).ToList();
        if (needs.Count > 1) faults.Add<object>(needs[1].Place, ExchangeErrors.OneNeed);
        else if (needs is [var need]) said.Say("need", need.Term.Code, need.Place);
        Areas(said, record, [.. terms.Where(term => term.Term.IsArea).Select(term => term.Term.Code).Distinct()], faults);
        return said;
    }

    private void Areas(Sayings said, JsonNodeAt record, string[] terms, Faults faults)
    {
        var codes = new List<string>();
        foreach (var area in record.Each("service_areas", faults))
        {
            var code = area.Text("extent", faults);
            if (code is null || !words.Country.IsArea(code)) faults.Add<object>(area["extent"] ?? area, ExchangeErrors.Area);
            else if (!codes.Contains(code)) codes.Add(code);
        }
        if (codes.Count > 0 && terms.Length > 0 && !codes.ToHashSet().SetEquals(terms)) faults.Add<object>(record["service_areas"]!, ExchangeErrors.Contradicts);
        else if (codes.Count > 0) said.Say("areas", Codes(codes), record["service_areas"]);
        else if (terms.Length > 0) said.Say("areas", Codes(terms), record["attributes"]);
    }

    private Sayings Location(JsonNodeAt record, Faults faults)
    {
        var said = Names(record, faults);
        if (record.Text("location_type", faults) is { } type)
        {
            if (type is "physical" or "postal" or "virtual") said.Say("type", char.ToUpperInvariant(type[0]) + type[1..], record["location_type"]);
            else faults.Add<object>(record["location_type"]!, ExchangeErrors.Kind("physical, postal or virtual"));
        }
        if (record.Text("url", faults) is { } url) said.Say("url", url, record["url"]);
        foreach (var member in new[] { "latitude", "longitude" })
            if (record.Number(member, faults) is { } degrees) said.Say(member, JsonValue.Create(degrees), record[member]);
        if (record.Each("addresses", faults).FirstOrDefault() is { } address)
        {
            var lines = new[] { address.Text("address_1", faults), address.Text("address_2", faults) }.OfType<string>().Select(line => (JsonNode)line).ToArray();
            if (lines.Length > 0) said.Say("address", new JsonArray(lines), address["address_1"] ?? address);
            if (address.Text("postal_code", faults) is { } code) said.Say("postal_code", code, address["postal_code"]);
        }
        if (record.Each("phones", faults).FirstOrDefault() is { } phone && phone.Text("number", faults) is { } number) said.Say("phone", number, phone["number"]);
        return said;
    }

    /// <summary>As the read API gives it: the name in the country's first language, and in English where that is another text.</summary>
    private Sayings Names(JsonNodeAt record, Faults faults)
    {
        var (said, name, english) = (new Sayings(), record.Text("name", faults), record.Text("alternate_name", faults));
        said.Say("name_en", english, record["alternate_name"]);
        said.Say("name_" + words.Language, name, record["name"]);
        return said;
    }

    /// <summary>A record needs a name in English; one that says no other is called the same in both.</summary>
    public void English(Sayings said)
    {
        if (!said.ContainsKey("name_en") && said.TryGetValue("name_" + words.Language, out var name)) said["name_en"] = name;
    }

    private static void Languages(Sayings said, JsonNodeAt record, Faults faults) => said.Say("languages", LanguagesOf(record, faults), record["languages"]);

    private static JsonArray? LanguagesOf(JsonNodeAt record, Faults faults)
    {
        var codes = new List<string>();
        foreach (var language in record.Each("languages", faults))
        {
            var (code, name) = (language.Text("code", faults), language.Text("name", faults));
            if (LanguageNames.Find(code, name) is not { } known) faults.Add<object>(language["code"] ?? language, ExchangeErrors.Language);
            else if (!codes.Contains(known)) codes.Add(known);
        }
        return codes.Count == 0 ? null : Codes(codes);
    }

    /// <summary>Terms of the directory's own taxonomies; other publishers' stay theirs.</summary>
    private List<(Term Term, JsonNodeAt Place)> Terms(JsonNodeAt record, Faults faults)
    {
        var found = new List<(Term, JsonNodeAt)>();
        foreach (var attribute in record.Each("attributes", faults).Where(attribute => attribute["link_type"]?.Text != OwnColumns.LinkType))
        {
            var term = attribute.Inner("taxonomy_term", faults);
            var id = attribute.Uuid("taxonomy_term_id", faults) ?? term?.Uuid("id", faults);
            if (id is { } uuid && taxonomies.Find(uuid) is { } known) found.Add((known, attribute));
            else if (term?.Inner("taxonomy_detail", faults)?.Text("uri", faults) is { } uri && taxonomies.All.Any(taxonomy => taxonomy.Uri == uri))
            {
                if (taxonomies.Terms.FirstOrDefault(one => one.Document.TaxonomyDetail!.Uri == uri && one.Code == term.Text("code", faults)) is { } coded) found.Add((coded, attribute));
                else faults.Add<object>(term["code"] ?? term, ExchangeErrors.Term);
            }
        }
        return found;
    }

    private static JsonArray Codes(IEnumerable<string> codes) => new([.. codes.Select(code => (JsonNode)code)]);
}
