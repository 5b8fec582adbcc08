using System.Collections.Frozen;
using System.Text.Json;

namespace Tiltas.Directory.Exchange.Hsds;

/// <summary>A value of a JSON file and where it stands: line and column from 1, column in characters.</summary>
internal sealed class JsonNodeAt(JsonValueKind kind, JsonNodeAt? parent, string? name, int index, int line, int column)
{
    public JsonValueKind Kind { get; } = kind;
    public int Line { get; } = line;
    public int Column { get; } = column;
    /// <summary>Of a text or a number, as it is written.</summary>
    public string? Text { get; init; }
    public IReadOnlyDictionary<string, JsonNodeAt> Members => _members ?? NoMembers;
    public IReadOnlyList<JsonNodeAt> Items => _items ?? NoItems;

    // Made when they are needed: most values of a file hold no others, and there are millions.
    private static readonly Dictionary<string, JsonNodeAt> NoMembers = [];
    private static readonly List<JsonNodeAt> NoItems = [];
    private Dictionary<string, JsonNodeAt>? _members;
    private List<JsonNodeAt>? _items;

    /// <summary>By its name in an object, without one in a list. The name must be new.</summary>
    public void Add(JsonNodeAt child, string? childsName)
    {
        if (childsName is not null) (_members ??= new(StringComparer.Ordinal)).Add(childsName, child);
        else (_items ??= []).Add(child);
    }

    /// <summary>A member that says something: null, an empty text, list or object says nothing.</summary>
    public JsonNodeAt? this[string member] => Members.TryGetValue(member, out var value) && !value.IsNothing ? value : null;

    private bool IsNothing => Kind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.String => Text!.Length == 0,
        JsonValueKind.Array => _items is null,
        JsonValueKind.Object => _members is null,
        _ => false,
    };

    /// <summary>As in <c>$[2].services[0].name</c>. It ends at the first member that HSDS does not have: what it is called could be about a person.</summary>
    public string Path
    {
        get
        {
            var steps = new Stack<string>();
            for (var node = this; node._parent is not null; node = node._parent)
            {
                if (node._name is { } own && !HsdsNames.All.Contains(own)) steps.Clear();
                else steps.Push(node._name is { } known ? "." + known : $"[{node._index}]");
            }
            return "$" + string.Concat(steps);
        }
    }

    private readonly JsonNodeAt? _parent = parent;
    private readonly string? _name = name;
    private readonly int _index = index;
}

/// <summary>What HSDS 3.1 calls its members, and what its API and this directory add.</summary>
internal static class HsdsNames
{
    /// <summary>Of the three kinds of records, those whose meaning goes into the directory or comes out of what goes in.</summary>
    public static FrozenSet<string> Kept { get; } = FrozenSet.Create(StringComparer.Ordinal,
        "id", "name", "alternate_name", "email", "website", "additional_websites", "uri", "contacts", "phones", "locations", "organization_identifiers", "attributes", "languages", "services",
        "organization_id", "additional_urls", "status", "minimum_age", "maximum_age", "schedules", "service_areas", "service_at_locations", "organization",
        "location_type", "url", "latitude", "longitude", "external_identifier", "external_identifier_type", "addresses", "last_modified", "metadata", "assured_date");

    public static FrozenSet<string> All { get; } =
    [
        .. Kept,
        .. """
        contents total_items total_pages page_number size first_page last_page empty description tax_status tax_id year_incorporated legal_status logo parent_organization_id funding programs program
        program_id interpretation_services application_process fees_description wait_time fees accreditations eligibility_description assurer_email licenses alert cost_options required_documents capacities
        transportation accessibility location service_id location_id service_at_location_id contact_id phone_id number extension type title department code note valid_from valid_to dtstart timezone until count
        wkst freq interval byday byweekno bymonthday byyearday opens_at closes_at schedule_link attending_type notes extent extent_type address_1 address_2 city region state_province postal_code country
        address_type attention link_id link_type link_entity taxonomy_term_id taxonomy_term value label parent_id taxonomy taxonomy_detail taxonomy_id language term_uri identifier identifier_scheme
        identifier_type service
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
    ];
}
