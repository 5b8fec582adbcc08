using System.Text.Json.Nodes;
using Tiltas.Directory.Values;

namespace Tiltas.Directory.Exchange.Hsds;

/// <summary>
/// Ways to reach an organization. A list says all of its kind; a single <c>email</c> or <c>website</c> says one and nothing of others, as publishers
/// give it where they show an organization in passing.
/// </summary>
internal static class SaidContacts
{
    public const string Prefix = "contacts.";
    private const string One = "?";

    public static Sayings Of(JsonNodeAt record, Func<JsonNodeAt, JsonNode?> languages, Faults faults)
    {
        var said = new Sayings();
        var contacts = record.Each("contacts", faults).ToList();
        Whole(ContactKind.Phone, record.Each("phones", faults).Concat(contacts.SelectMany(contact => contact.Each("phones", faults))).Select(phone => (Text(phone, "number"), languages(phone))));
        Single(ContactKind.Email, "email", contacts.Select(contact => Text(contact, "email")));
        Single(ContactKind.Web, "website", record.Each("additional_websites", faults).Select(url => Text(url, "url")));
        Whole(ContactKind.Post, record.Each("locations", faults).Where(IsPostal).Select(location => (Text(location, "description"), (JsonNode?)null)));
        return said;

        JsonNodeAt? Text(JsonNodeAt of, string member) => of.Text(member, faults) is null ? null : of[member];

        void Single(ContactKind kind, string member, IEnumerable<JsonNodeAt?> others)
        {
            var (one, more) = (Text(record, member), others.OfType<JsonNodeAt>().ToList());
            if (more.Count > 0) Whole(kind, more.Prepend(one).Select(value => (value, (JsonNode?)null)));
            if (one is not null) said.Say(Prefix + kind + One, new JsonArray(Contact(kind, one, null)), one);
        }

        void Whole(ContactKind kind, IEnumerable<(JsonNodeAt? Value, JsonNode? Languages)> values)
        {
            var all = values.Where(value => value.Value is not null).DistinctBy(value => value.Value!.Text).ToList();
            if (all.Count > 0) said.Say(Prefix + kind, new JsonArray([.. all.Select(value => (JsonNode)Contact(kind, value.Value!, value.Languages))]), all[0].Value);
        }
    }

    /// <summary>An address to write to, which the read API shows as a location without being one of the directory's.</summary>
    public static bool IsPostal(JsonNodeAt location) =>
        location["location_type"]?.Text == "postal" && location["external_identifier"] is null && location["attributes"] is null && location["addresses"] is null && location["description"] is not null;

    /// <summary>The contacts that a new record would have; null when nothing is said of any.</summary>
    public static JsonArray? All(Sayings said)
    {
        var all = new JsonArray();
        foreach (var kind in Enum.GetNames<ContactKind>())
            if (said.TryGetValue(Prefix + kind, out var list) || said.TryGetValue(Prefix + kind + One, out list)) foreach (var contact in list.Value!.AsArray()) all.Add(contact!.DeepClone());
        return all.Count == 0 ? null : all;
    }

    /// <summary>
    /// The contacts after something is said of a kind. A list becomes the kind's, and what HSDS cannot tell of those that stay is kept; a single
    /// one that is not there takes the first one's place.
    /// </summary>
    public static JsonArray Put(JsonArray before, string key, JsonArray said)
    {
        var kind = said[0]!["kind"]!.GetValue<string>();
        bool IsSaid(JsonNode old) => said.Any(contact => Same(contact!, old));
        if (key.EndsWith(One, StringComparison.Ordinal))
        {
            if (before.Any(old => IsSaid(old!))) return before;
            var first = before.FirstOrDefault(old => old!["kind"]!.GetValue<string>() == kind);
            return new JsonArray([.. before.Select(old => (old == first ? said[0]! : old!).DeepClone()), .. first is null ? new[] { said[0]!.DeepClone() } : []]);
        }
        var stay = before.Where(old => old!["kind"]!.GetValue<string>() != kind || IsSaid(old)).ToList();
        return new JsonArray([.. stay.Concat(said.Where(contact => !before.Any(old => Same(contact!, old!)))).Select(contact => contact!.DeepClone())]);
    }

    private static bool Same(JsonNode one, JsonNode other) => one["kind"]!.GetValue<string>() == other["kind"]!.GetValue<string>() && one["value"]!.GetValue<string>() == other["value"]!.GetValue<string>();

    private static JsonObject Contact(ContactKind kind, JsonNodeAt value, JsonNode? languages)
    {
        var contact = new JsonObject { ["kind"] = kind.ToString(), ["value"] = value.Text };
        if (languages is not null) contact["languages"] = languages.DeepClone();
        return contact;
    }
}
