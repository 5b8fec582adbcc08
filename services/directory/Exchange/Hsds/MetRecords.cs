using System.Text.Json;
using Tiltas.Contracts;

namespace Tiltas.Directory.Exchange.Hsds;

/// <summary>A record that the file describes, once or, where publishers repeat it in every place that names it, several times.</summary>
internal sealed class MetRecord(RecordKind kind, string id, JsonNodeAt place)
{
    public RecordKind Kind { get; } = kind;
    public string Id { get; } = id;
    public JsonNodeAt Place { get; } = place;
    public Sayings Standard { get; } = [];
    public Sayings Own { get; } = [];
    /// <summary>The agency, and where that is said.</summary>
    public (string Id, JsonNodeAt Place)? Agency { get; set; }
    public JsonNodeAt? Status { get; set; }
}

/// <summary>Goes through a file and finds every organization, service and location in it, whoever each stands within, and which of ours it is.</summary>
internal sealed class MetRecords(StandardMembers standard, Known known, Faults faults)
{
    private const string OrganizationHow = "organization_identifiers with identifier_scheme TILTAS", ServiceHow = "additional_urls with urn:tiltas:service: and the identifier",
        LocationHow = "external_identifier with external_identifier_type \"Identifier in Tiltas\"";

    private readonly Dictionary<(RecordKind, string), MetRecord> _records = [];
    private readonly Dictionary<(RecordKind, Guid), string> _ids = [];
    private readonly List<(MetRecord Record, JsonNodeAt Node)> _owned = [];
    private readonly List<(MetRecord Service, JsonNodeAt Node, string? Location)> _links = [];

    public IEnumerable<MetRecord> All => _records.Values;

    /// <summary>The members of records that mean nothing to this directory, as in <c>service.fees_description</c>.</summary>
    public SortedSet<string> NotKept { get; } = new(StringComparer.Ordinal);

    /// <summary>At which location which service is given, and where that is said.</summary>
    public List<(MetRecord Service, string Location, JsonNodeAt Place)> Links { get; } = [];

    public void Read(JsonNodeAt root)
    {
        var contents = root.Members.GetValueOrDefault("contents");
        var list = contents ?? root;
        if (contents is not null && contents.Kind != JsonValueKind.Array || contents is null && root is { Kind: JsonValueKind.Array, Items.Count: 0 }) faults.Add<object>(list, ExchangeErrors.NotARecord);
        var records = list.Kind == JsonValueKind.Array ? list.Items : contents is null ? [root] : [];
        foreach (var record in records)
        {
            if (record.Kind != JsonValueKind.Object || record.Members.Count == 0) faults.Add<object>(record, ExchangeErrors.NotARecord);
            else if (record.Members.ContainsKey("location_type")) Location(record, null);
            else if (record.Members.ContainsKey("status")) Service(record, null);
            else Organization(record);
        }
    }

    /// <summary>Whose is what, after all was met: a file may say it before or after the organization.</summary>
    public void Settle()
    {
        foreach (var (record, node) in _owned)
        {
            if (node.Uuid("organization_id", faults) is not { } uuid) continue;
            var place = node["organization_id"]!;
            if (Find(RecordKind.Agency, uuid) is not { } agency) faults.Add<object>(place, ExchangeErrors.Unidentified(OrganizationHow));
            else if (record.Agency is { } said && said.Id != agency) faults.Add<object>(place, ExchangeErrors.Contradicts);
            else record.Agency = (agency, place);
        }
        foreach (var (service, node, met) in _links)
        {
            var uuid = met is null ? node.Uuid("location_id", faults) : null;
            if ((met ?? Find(RecordKind.Location, uuid)) is { } location) Links.Add((service, location, node));
            else if (node["location_id"] is { } named) faults.Add<object>(named, ExchangeErrors.Unidentified(LocationHow));
            if (met is not null && _records[(RecordKind.Location, met)] is { Agency: null } orphan) orphan.Agency = service.Agency;
        }
    }

    private string? Find(RecordKind kind, Guid? uuid) => uuid is { } id ? _ids.GetValueOrDefault((kind, id)) ?? known.Slug(kind, id) : null;

    private MetRecord? Organization(JsonNodeAt node)
    {
        var record = Meet(RecordKind.Agency, node, OrganizationHow);
        foreach (var location in node.Each("locations", faults).Where(location => !SaidContacts.IsPostal(location))) Location(location, record);
        foreach (var service in node.Each("services", faults)) Service(service, record);
        return record;
    }

    private void Service(JsonNodeAt node, MetRecord? owner)
    {
        if (node.Inner("organization", faults) is { } organization) owner = Organization(organization) ?? owner;
        if (Meet(RecordKind.Service, node, ServiceHow) is not { } record)
        {
            // What stands within is looked at all the same, so that one answer tells all.
            foreach (var link in node.Each("service_at_locations", faults))
                if (link.Inner("location", faults) is { } lost) Location(lost, owner);
            return;
        }
        Own(record, node, owner);
        record.Status = node["status"] ?? record.Status;
        if (node.Text("status", faults) is not ("active" or "inactive" or "defunct" or "temporarily closed")) faults.Add<object>(record.Status ?? node, ExchangeErrors.Kind("a status: active, inactive, defunct or temporarily closed"));
        foreach (var link in node.Each("service_at_locations", faults))
        {
            var location = link.Inner("location", faults) is { } place ? Location(place, owner) : null;
            _links.Add((record, link, location?.Id));
        }
    }

    private MetRecord? Location(JsonNodeAt node, MetRecord? owner)
    {
        if (Meet(RecordKind.Location, node, LocationHow) is not { } record) return null;
        Own(record, node, owner);
        return record;
    }

    private void Own(MetRecord record, JsonNodeAt node, MetRecord? owner)
    {
        if (owner is not null && record.Agency is { } said && said.Id != owner.Id) faults.Add<object>(node, ExchangeErrors.Contradicts);
        else if (owner is not null) record.Agency = (owner.Id, node);
        _owned.Add((record, node));
    }

    private MetRecord? Meet(RecordKind kind, JsonNodeAt node, string how)
    {
        foreach (var member in node.Members.Keys.Where(member => node[member] is not null && HsdsNames.All.Contains(member) && !HsdsNames.Kept.Contains(member)))
            NotKept.Add($"{(kind == RecordKind.Agency ? "organization" : kind == RecordKind.Service ? "service" : "location")}.{member}");
        var uuid = node.Uuid("id", faults);
        if (node["id"] is null) return faults.Add<MetRecord>(node, ExchangeErrors.Kind("a UUID as id"));
        // Whose it is or not: one answer tells all that is wrong.
        var (stated, own) = OwnColumns.Read(kind, node, faults);
        var said = standard.Of(kind, node, faults);
        stated ??= Stated(kind, node);
        var id = stated is null ? known.Slug(kind, uuid) : Mine(kind, stated);
        if (id is null) return faults.Add<MetRecord>(stated ?? node["id"]!, stated is null ? ExchangeErrors.Unidentified(how) : Values.FieldErrors.Id);
        if (known.Slug(kind, uuid) is { } other && other != id || uuid is { } one && !_ids.TryAdd((kind, one), id) && _ids[(kind, one)] != id)
            return faults.Add<MetRecord>(stated ?? node["id"]!, ExchangeErrors.Contradicts);
        if (!_records.TryGetValue((kind, id), out var record)) _records[(kind, id)] = record = new MetRecord(kind, id, node);
        if ((record.Standard.Join(said) ?? record.Own.Join(own)) is { } place) faults.Add<object>(place, ExchangeErrors.Contradicts);
        return record;
    }

    private JsonNodeAt? Stated(RecordKind kind, JsonNodeAt node) => kind switch
    {
        RecordKind.Agency => node.Each("organization_identifiers", faults).FirstOrDefault(one => one["identifier_scheme"]?.Text == "TILTAS") is { } own ? own["identifier"] : Urn(node["uri"], kind),
        RecordKind.Service => node.Each("additional_urls", faults).Select(url => Urn(url["url"], kind)).FirstOrDefault(url => url is not null),
        _ => node["external_identifier_type"]?.Text == "Identifier in Tiltas" ? node["external_identifier"] : null,
    };

    private static JsonNodeAt? Urn(JsonNodeAt? value, RecordKind kind) => value?.Text?.StartsWith(Prefix(kind), StringComparison.Ordinal) == true ? value : null;

    private static string Prefix(RecordKind kind) => kind == RecordKind.Agency ? "urn:tiltas:agency:" : "urn:tiltas:service:";

    /// <summary>Null when it is no identifier.</summary>
    private static string? Mine(RecordKind kind, JsonNodeAt stated)
    {
        var text = stated.Text ?? "";
        if (kind != RecordKind.Location && text.StartsWith(Prefix(kind), StringComparison.Ordinal)) text = text[Prefix(kind).Length..];
        return Slug.TryParse<AgencyId>(text, out var slug) ? slug.Value : null;
    }
}
