using System.Text.Json.Nodes;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Locations;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Exchange.Hsds;

/// <summary>A record of a file of HSDS as its request, and where in the file each column of it is said.</summary>
internal sealed record HsdsRecord(RecordKind Kind, string Id, JsonObject Body, JsonNodeAt Place, IReadOnlyDictionary<string, JsonNodeAt> Places)
    : ReadRecord(Kind, Id, Body, Place.Line, new Dictionary<string, int>())
{
    public override RowError Wrong(Error error, string? field = null)
    {
        var path = field ?? (error as Error.Invalid)?.Field;
        var column = path is null ? null : Exchange.Columns.Of(path, Places.Keys.Select(Exchange.Columns.Find).OfType<Column>());
        var place = column is null ? null : At(column, path!);
        var told = place is null && column is not null && error.Code == FieldErrors.Missing("").Code ? ExchangeErrors.NotSaid(column) : error;
        return Faults.At(place ?? Place, told);
    }

    // Contacts are said one by one.
    private JsonNodeAt? At(string column, string path)
    {
        if (column == "contacts" && path.Split('[', ']') is [_, var index, ..] && int.TryParse(index, out var at) && Body["contacts"] is JsonArray all && at < all.Count
            && all[at]?["value"]?.GetValue<string>() is { } value && Places.GetValueOrDefault("contacts " + value) is { } own) return own;
        return Places.GetValueOrDefault(column);
    }
}

/// <summary>From a file of HSDS and the directory as it is to the records that the file asks for.</summary>
internal sealed class ReadHsds
{
    private readonly Known _known;
    private readonly Faults _faults = new();
    private readonly HsdsDocuments _documents;
    private readonly StandardMembers _standard;
    private readonly MetRecords _met;
    private readonly Dictionary<string, JsonObject> _agencies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _passedOver = new(StringComparer.Ordinal);

    private ReadHsds(Desk desk, Known known)
    {
        (_known, _documents, _standard) = (known, new HsdsDocuments(desk), new StandardMembers(desk.Words, desk.Taxonomies));
        _met = new MetRecords(_standard, known, _faults);
    }

    public static HsdsFile From(IReadOnlyList<JsonNodeAt> roots, Desk desk, Known known)
    {
        var read = new ReadHsds(desk, known);
        foreach (var root in roots) read._met.Read(root);
        read._met.Settle();
        var records = read.Records();
        return new HsdsFile(records, read._faults.All, [.. read._met.NotKept], read._passedOver.Count);
    }

    private List<ReadRecord> Records()
    {
        var records = new List<HsdsRecord>();
        foreach (var met in _met.All.OrderBy(met => met.Kind))
        {
            if (met.Kind == RecordKind.Service && !IsOffered(met)) _passedOver.Add(met.Id);
            else if (Record(met) is { } record) records.Add(record);
        }
        Link(records);
        return [.. records];
    }

    /// <summary>One that is not active is taken where its agency's standing is why; else it is none of the directory's, or must be withdrawn first.</summary>
    private bool IsOffered(MetRecord service)
    {
        if (service.Status?.Text is null or "active") return true;
        var agency = service.Agency?.Id ?? _known.Body(RecordKind.Service, service.Id)?["agency"]?.GetValue<string>() ?? "";
        var body = _agencies.GetValueOrDefault(agency) ?? _known.Body(RecordKind.Agency, agency);
        if (service.Status.Text == "inactive" && body?["standing"]?.GetValue<string>() is { } standing && standing != nameof(AgencyStanding.Active)) return true;
        if (_known.IsInUse(RecordKind.Service, service.Id)) _faults.Add<object>(service.Status, ExchangeErrors.NotActive);
        return false;
    }

    private HsdsRecord? Record(MetRecord met)
    {
        var before = _known.Body(met.Kind, met.Id);
        var present = before is null ? null : _documents.Said(met.Kind, met.Id, before, Agency);
        var body = before ?? [];
        foreach (var (name, saying) in met.Standard)
        {
            // What the directory would say in the same words stays as exactly as it is.
            if (met.Own.ContainsKey(name) || present is not null && present.TryGetValue(name, out var same) && JsonNode.DeepEquals(same.Value, saying.Value)) continue;
            if (!name.StartsWith(SaidContacts.Prefix, StringComparison.Ordinal)) Columns.Put(Columns.Find(name)!.Path, saying.Value!.DeepClone(), body);
            else if (!met.Own.ContainsKey("contacts")) Columns.Put("contacts", SaidContacts.Put(body["contacts"] as JsonArray ?? [], name, saying.Value!.AsArray()).DeepClone(), body);
        }
        foreach (var (name, saying) in met.Own) Columns.Put(Columns.Find(name)!.Path, saying.Value?.DeepClone(), body);
        if (!met.Own.ContainsKey("name_en") && body["name"]?["en"] is null)
        {
            _standard.English(met.Standard);
            if (met.Standard.TryGetValue("name_en", out var english)) Columns.Put("name.en", english.Value!.DeepClone(), body);
        }
        if (met.Kind != RecordKind.Agency && met.Agency is { } agency) body["agency"] = agency.Id;
        if (met.Kind != RecordKind.Agency && body["agency"] is null) return _faults.Add<HsdsRecord>(met.Place, ExchangeErrors.WhoseRecord);
        // A place that nobody said anybody may know of is for its agency alone.
        if (met.Kind == RecordKind.Location) body["visibility"] ??= nameof(Visibility.NeedToKnow);
        if (met.Kind == RecordKind.Agency) _agencies[met.Id] = body;
        Contradictions(met, body);
        return new HsdsRecord(met.Kind, met.Id, body, met.Place, Places(met));
    }

    private Agency? Agency(string id) => (_agencies.GetValueOrDefault(id) ?? _known.Body(RecordKind.Agency, id)) is { } body ? _documents.Agency(id, body) : null;

    /// <summary>An attribute of ours tells more than a member of HSDS can; what that member would be then is what it has to be.</summary>
    private void Contradictions(MetRecord met, JsonObject body)
    {
        if (met.Own.Count == 0 || _documents.Said(met.Kind, met.Id, body, Agency) is not { } meant) return;
        foreach (var (name, said) in met.Standard)
        {
            var column = name.StartsWith(SaidContacts.Prefix, StringComparison.Ordinal) ? "contacts" : name;
            if (met.Own.TryGetValue(column, out var own) && !JsonNode.DeepEquals(said.Value, meant.GetValueOrDefault(name).Value)) _faults.Add<object>(own.Place, ExchangeErrors.Contradicts);
        }
    }

    private static Dictionary<string, JsonNodeAt> Places(MetRecord met)
    {
        var places = met.Standard.Concat(met.Own).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value.Place, StringComparer.Ordinal);
        if (met.Agency is { } agency) places["agency"] = agency.Place;
        if (met.Kind == RecordKind.Agency) foreach (var text in Reached(met.Place)) places.TryAdd("contacts " + text.Text, text);
        return places;
    }

    private static IEnumerable<JsonNodeAt> Reached(JsonNodeAt organization) =>
        organization.Members.SelectMany(member => member.Key switch
        {
            "email" or "website" or "number" or "url" => [member.Value],
            "phones" or "contacts" or "additional_websites" => member.Value.Items.SelectMany(Reached),
            _ => Enumerable.Empty<JsonNodeAt>(),
        }).Where(value => value.Text is not null);

    /// <summary>
    /// A service's list adds it to the locations that it names, and takes it away from those alone that the same file describes: what a
    /// publisher may not know of is not in its list.
    /// </summary>
    private void Link(List<HsdsRecord> records)
    {
        var locations = records.Where(record => record.Kind == RecordKind.Location).ToDictionary(record => record.Id, StringComparer.Ordinal);
        var links = _met.Links.Where(link => !_passedOver.Contains(link.Service.Id)).ToList();
        var lists = links.ToLookup(link => link.Location, StringComparer.Ordinal);
        var told = links.Select(link => link.Service.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var group in lists.Where(group => !locations.ContainsKey(group.Key)))
        {
            if (_known.Body(RecordKind.Location, group.Key) is not { } body || !_known.IsInUse(RecordKind.Location, group.Key)) continue;
            locations[group.Key] = new HsdsRecord(RecordKind.Location, group.Key, body, group.First().Place, new Dictionary<string, JsonNodeAt>());
            records.Add(locations[group.Key]);
        }
        var described = _met.All.Where(met => met.Kind == RecordKind.Location).Select(met => met.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, location) in locations)
        {
            var here = lists[id].Select(link => link.Service.Id).ToHashSet(StringComparer.Ordinal);
            var before = (location.Body["services"] as JsonArray ?? []).Select(service => service!.GetValue<string>());
            var after = before.Where(service => !described.Contains(id) || !told.Contains(service)).Union(here).Order(StringComparer.Ordinal);
            location.Body["services"] = new JsonArray([.. after.Select(service => (JsonNode)service)]);
        }
    }
}

/// <summary>What a file of HSDS asks for, what is wrong with it, and what of it has no place in this directory.</summary>
internal sealed record HsdsFile(List<ReadRecord> Records, List<RowError> Errors, IReadOnlyList<string> NotKept, int PassedOver);
