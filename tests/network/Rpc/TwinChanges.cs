using System.Text.Json.Nodes;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Directory.V1;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>One change of a record, as a JSON merge patch and as a message with a mask.</summary>
internal sealed record TwinChange<T>(JsonObject Patch, Action<T> Set, params string[] Paths);

/// <summary>Changes drawn by chance, right and wrong ones.</summary>
internal static class TwinChanges
{
    private static readonly string[] Hours = ["24/7", "Mo-Fr 08:00-17:00", "Mo-Fr 08:00-17:00; PH off", "always"];
    private static readonly string?[] Lines = [null, "All of it.", "Some of it.", " "];

    public static TwinChange<Protos.Directory.V1.Agency> OfAgency(Random random)
    {
        var (hours, line, language) = (One(random, Hours), One(random, Lines), One(random, "lt", "uk", "en", "xx"));
        return One<Func<TwinChange<Protos.Directory.V1.Agency>>>(random,
            () => new(new() { ["hours"] = hours }, agency => agency.Hours = hours, "hours"),
            () => new(new() { ["illustrative"] = line }, agency => agency.Illustrative = line ?? "", "illustrative"),
            () => new(new() { ["name"] = new JsonObject { [language] = line } }, agency => Text(agency.Name, language, line), "name." + language),
            () => Drawn(One(random, "LT-15", "LT-57", "LT-999"), code => new TwinChange<Protos.Directory.V1.Agency>(new() { ["municipality"] = code }, agency => agency.Municipality = code, "municipality")),
            () => Drawn(Some(random, "LT", "LT-57", "LT-VL", "Vilnius"), areas => new TwinChange<Protos.Directory.V1.Agency>(new() { ["competence"] = Json(areas) }, agency => agency.Competence.Add(areas), "competence")),
            () => Drawn(Some(random, "lt", "en", "uk", "Lithuanian"), codes => new TwinChange<Protos.Directory.V1.Agency>(new() { ["languages"] = Json(codes) }, agency => agency.Languages.Add(codes), "languages")),
            () => Drawn(One(random, "https://example.org/a", "ftp://example.org", null), url => new TwinChange<Protos.Directory.V1.Agency>(
                new() { ["source"] = new JsonObject { ["url"] = url } }, agency => agency.Source = new() { Url = url ?? "" }, "source.url")),
            () => Drawn(One(random, AgencyType.Ngo, AgencyType.Police), type => new TwinChange<Protos.Directory.V1.Agency>(new() { ["type"] = type.ToString() }, agency => agency.Type = type, "type")),
            () => Drawn(One(random, AgencyStanding.Active, AgencyStanding.Suspended, AgencyStanding.Unspecified), standing => new TwinChange<Protos.Directory.V1.Agency>(
                new() { ["standing"] = standing == AgencyStanding.Unspecified ? null : standing.ToString() }, agency => agency.Standing = standing, "standing")),
            () => Drawn(Contacts(random), contacts => new TwinChange<Protos.Directory.V1.Agency>(
                new() { ["contacts"] = new JsonArray([.. contacts.Select(Json)]), ["hours"] = hours }, agency => (agency.Hours, _) = (hours, Add(agency.Contacts, contacts)), "contacts", "hours")))();
    }

    public static TwinChange<Service> OfService(Random random)
    {
        var (hours, line, language) = (One(random, Hours), One(random, Lines), One(random, "lt", "uk", "en"));
        var (age, phone) = (One<int?>(random, null, -1, 18, 21, 130), One(random, "+37060000001", "116111", "nobody"));
        return One<Func<TwinChange<Service>>>(random,
            () => new(new() { ["hours"] = hours }, service => service.Hours = hours, "hours"),
            () => new(new() { ["illustrative"] = line, ["name"] = new JsonObject { [language] = line } }, service => { service.Illustrative = line ?? ""; Text(service.Name, language, line); }, "illustrative", "name." + language),
            () => Drawn(Some(random, "LT", "LT-57", "LT-VL", "Vilnius"), areas => new TwinChange<Service>(new() { ["areas"] = Json(areas) }, service => service.Areas.Add(areas), "areas")),
            () => Drawn(One(random, Need.Interpretation, Need.LegalAid), need => new TwinChange<Service>(new() { ["need"] = need.ToString() }, service => service.Need = need, "need")),
            () => new(Profile("minimumAge", age), service => { service.Profile = new(); if (age is { } years) service.Profile.MinimumAge = years; }, "profile.minimum_age"),
            () => new(Profile("maximumAge", age), service => { service.Profile = new(); if (age is { } years) service.Profile.MaximumAge = years; }, "profile.maximum_age"),
            () => Drawn(One<bool?>(random, null, true, false), with => new TwinChange<Service>(
                Profile("withChildren", with), service => { service.Profile = new(); if (with is { } known) service.Profile.WithChildren = known; }, "profile.with_children")),
            () => Drawn(Some(random, Sex.Female, Sex.Male, Sex.Female), sexes => new TwinChange<Service>(
                Profile("sexes", Json([.. sexes.Select(sex => sex.ToString())])), service => service.Profile = new() { Sexes = { sexes } }, "profile.sexes")),
            () => Drawn(Some(random, VictimStatus.Presumed, VictimStatus.Ended), statuses => new TwinChange<Service>(
                Profile("statuses", Json([.. statuses.Select(status => status.ToString())])), service => service.Profile = new() { Statuses = { statuses } }, "profile.statuses")),
            () => new(Profile("onCall", new JsonObject { ["phone"] = phone, ["hours"] = hours }), service => service.Profile = new() { OnCallPhone = phone, OnCallHours = hours }, "profile.on_call_phone", "profile.on_call_hours"),
            () => Drawn(One(random, "2026-01-02", "2999-01-01"), day => new TwinChange<Service>(
                new() { ["profile"] = new JsonObject { ["assuredOn"] = day, ["assuredBy"] = "lt-kopzi" } }, service => service.Profile = new() { AssuredOn = day, AssuredBy = "lt-kopzi" }, "profile.assured_on", "profile.assured_by")),
            () => new(new() { ["profile"] = null }, _ => { }, "profile"),
            () => new(new() { ["agency"] = "lt-caritas" }, service => service.AgencyId = "lt-caritas", "agency_id"))();
    }

    /// <summary>Members are replaced whole.</summary>
    public static TwinChange<Location> OfLocation(Random random)
    {
        var line = One(random, Lines);
        var (north, east) = (One<double?>(random, null, 54.7, 91), One<double?>(random, null, 25.3));
        return One<Func<TwinChange<Location>>>(random,
            () => new(new() { ["illustrative"] = line }, location => location.Illustrative = line ?? "", "illustrative"),
            () => new(new() { ["name"] = new JsonObject { ["en"] = line ?? "Other" } }, location => location.Name["en"] = line ?? "Other", "name"),
            () => Drawn(One(random, Visibility.Public, Visibility.Partner, Visibility.NeedToKnow), circle => new TwinChange<Location>(new() { ["visibility"] = circle.ToString() }, location => location.Visibility = circle, "visibility")),
            () => new(new() { ["latitude"] = north, ["longitude"] = east }, location => { if (north is { } n) location.Latitude = n; if (east is { } e) location.Longitude = e; }, "latitude", "longitude"),
            () => Drawn(One(random, "LT-00001", "LT-1", null), code => new TwinChange<Location>(new() { ["postalCode"] = code }, location => location.PostalCode = code ?? "", "postal_code")),
            () => Drawn(One(random, "+37060000002", "none", null), phone => new TwinChange<Location>(new() { ["phone"] = phone }, location => location.Phone = phone ?? "", "phone")),
            () => Drawn(Some(random, "Pavyzdžio g. 1", "2 korpusas", " "), lines => new TwinChange<Location>(new() { ["addressLines"] = Json(lines) }, location => location.AddressLines.Add(lines), "address_lines")),
            () => Drawn(Contacts(random).FirstOrDefault(), door => new TwinChange<Location>(new() { ["frontDoor"] = door is null ? null : Json(door) }, location => location.FrontDoor = door, "front_door")),
            () => new(new() { ["services"] = Json(["lt-kopzi-hotline"]) }, location => location.ServiceIds.Add("lt-kopzi-hotline"), "service_ids"),
            () => new(new() { ["agency"] = "lt-kopzi" }, location => location.AgencyId = "lt-kopzi", "agency_id"))();
    }

    /// <summary>One or more of these, in some order; an entry may come twice.</summary>
    public static T[] Some<T>(Random random, params T[] among)
    {
        var some = among.ToArray();
        random.Shuffle(some);
        return some[..random.Next(1, some.Length + 1)];
    }

    public static JsonObject Json(Service service) => new()
    {
        ["agency"] = service.AgencyId, ["need"] = service.Need.ToString(), ["name"] = Json(service.Name), ["areas"] = Json([.. service.Areas]), ["hours"] = service.Hours,
        ["languages"] = Json([.. service.Languages]), ["source"] = Json(service.Source), ["illustrative"] = service.Illustrative,
    };

    public static JsonObject Json(Location location) => new()
    {
        ["agency"] = location.AgencyId, ["type"] = location.Type.ToString(), ["visibility"] = location.Visibility.ToString(), ["name"] = Json(location.Name), ["municipality"] = location.Municipality,
        ["addressLines"] = Json([.. location.AddressLines]), ["postalCode"] = location.PostalCode, ["frontDoor"] = Json(location.FrontDoor), ["illustrative"] = location.Illustrative,
    };

    private static JsonObject Json(Contact contact)
    {
        var json = new JsonObject { ["kind"] = contact.Kind.ToString(), ["value"] = contact.Value };
        if (contact.Label.Count > 0) json["label"] = Json(contact.Label);
        if (contact.Hours.Length > 0) json["hours"] = contact.Hours;
        if (contact.Languages.Count > 0) json["languages"] = Json([.. contact.Languages]);
        return json;
    }

    private static JsonObject Json(Source source) => new() { ["title"] = source.Title, ["date"] = source.Date, ["url"] = source.Url };

    private static JsonObject Json(IEnumerable<KeyValuePair<string, string>> texts) => new(texts.Select(text => KeyValuePair.Create(text.Key, (JsonNode?)text.Value)));

    private static JsonArray Json(string[] texts) => [.. texts.Select(text => (JsonNode)text)];

    private static JsonObject Profile(string member, JsonNode? value) => new() { ["profile"] = new JsonObject { [member] = value } };

    private static Contact[] Contacts(Random random) => [.. Some(random,
        Made.Contact(), new Contact { Kind = ContactKind.Web, Value = "https://example.org" }, new Contact { Kind = ContactKind.Email, Value = "trial@example.org", Languages = { "lt" } },
        new Contact { Kind = ContactKind.Post, Value = "Pavyzdžio g. 0", Label = { { "lt", "Paštas" } } }, new Contact { Kind = ContactKind.Phone, Value = "nobody" }).Take(2)];

    private static bool Add(Google.Protobuf.Collections.RepeatedField<Contact> field, Contact[] contacts)
    {
        field.Add(contacts);
        return true;
    }

    private static void Text(Google.Protobuf.Collections.MapField<string, string> texts, string language, string? text)
    {
        if (text is not null) texts[language] = text;
    }

    private static TwinChange<T> Drawn<TDrawn, T>(TDrawn drawn, Func<TDrawn, TwinChange<T>> change) => change(drawn);

    private static T One<T>(Random random, params T[] among) => among[random.Next(among.Length)];
}
