using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Directory.OpenReferral;

namespace Tiltas.Directory.Exchange.Hsds;

/// <summary>
/// What a record says beyond HSDS, as attributes: <c>link_type</c> is <c>tiltas</c>, <c>label</c> the column of the table that the same record
/// has as a row, <c>value</c> the cell. A cell of several lines is as many attributes. An empty one says that there is nothing.
/// </summary>
internal static class OwnColumns
{
    public const string LinkType = "tiltas";

    public static IEnumerable<AttributeDocument> Write(RecordKind kind, string id, Guid link, JsonObject record, IReadOnlyList<Column> columns)
    {
        var cells = Columns.Row(kind, id, record, columns).Skip(2);
        var entity = kind switch { RecordKind.Agency => "organization", RecordKind.Service => "service", _ => "location" };
        return columns.Zip(cells).SelectMany(pair => pair.Second.Split('\n').Select((line, i) => new AttributeDocument
        {
            Id = HsdsId.Of("attribute", $"{link}/{LinkType}/{pair.First.Name}/{i}"), LinkId = link, LinkEntity = entity, LinkType = LinkType, Label = pair.First.Name, Value = line,
        }));
    }

    /// <summary>The identifier, if the record states it so, and the columns; a value of null where a cell is empty.</summary>
    public static (JsonNodeAt? Id, Sayings Columns) Read(RecordKind kind, JsonNodeAt record, Faults faults)
    {
        var (found, cells) = (new Sayings(), new Dictionary<string, (Column Column, List<string> Lines, JsonNodeAt Place)>(StringComparer.Ordinal));
        JsonNodeAt? id = null;
        foreach (var attribute in record.Each("attributes", faults).Where(attribute => attribute.Text("link_type", faults) == LinkType))
        {
            var value = attribute.Members.GetValueOrDefault("value");
            if (value is not { Kind: JsonValueKind.String, Text: { } cell }) faults.Add<object>(value ?? attribute, ExchangeErrors.Kind("a text"));
            else if (attribute.Text("label", faults) is not { } label) faults.Add<object>(attribute, ExchangeErrors.Kind("a label, the name of a column,"));
            else if (label == Columns.Id) id = value;
            else if (Columns.Find(label) is not { } column || !column.Of.Contains(kind)) faults.Add<object>(attribute["label"]!, ExchangeErrors.NotATable("No column is called so."));
            else if (!cells.TryGetValue(label, out var known)) cells[label] = (column, [cell], value);
            else if (column.Form is CellForm.Contacts or CellForm.Lines) known.Lines.Add(cell);
            else faults.Add<object>(attribute, ExchangeErrors.MemberTwice);
        }
        foreach (var (column, lines, place) in cells.Values)
        {
            var body = new JsonObject();
            if (!Columns.TryPut(column, string.Join('\n', lines), body)) faults.Add<object>(place, ExchangeErrors.Form);
            else found[column.Name] = new Saying(Columns.At(body, column.Path), place);
        }
        return (id, found);
    }
}

/// <summary>Looking at a file's values; what has another kind than HSDS says is a fault, and then as if it were not there.</summary>
internal static class Looking
{
    public static string? Text(this JsonNodeAt node, string member, Faults faults) => node[member] switch
    {
        null => null,
        { Kind: JsonValueKind.String, Text: var text } => text,
        var other => faults.Add<string>(other, ExchangeErrors.Kind("a text")),
    };

    public static IEnumerable<JsonNodeAt> Each(this JsonNodeAt node, string member, Faults faults)
    {
        if (node[member] is not { } list) return [];
        if (list.Kind != JsonValueKind.Array)
        {
            faults.Add<object>(list, ExchangeErrors.Kind("a list"));
            return [];
        }
        foreach (var entry in list.Items.Where(entry => entry.Kind != JsonValueKind.Object)) faults.Add<object>(entry, ExchangeErrors.Kind("an object"));
        return list.Items.Where(entry => entry.Kind == JsonValueKind.Object);
    }

    public static JsonNodeAt? Inner(this JsonNodeAt node, string member, Faults faults) => node[member] switch
    {
        null => null,
        { Kind: JsonValueKind.Object } inner => inner,
        var other => faults.Add<JsonNodeAt>(other, ExchangeErrors.Kind("an object")),
    };

    public static double? Number(this JsonNodeAt node, string member, Faults faults) => node[member] switch
    {
        null => null,
        { Kind: JsonValueKind.Number, Text: var text } when double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        var other => faults.Add<double?>(other, ExchangeErrors.Kind("a number")),
    };

    public static Guid? Uuid(this JsonNodeAt node, string member, Faults faults) => node.Text(member, faults) switch
    {
        null => null,
        { } text when Values.Uuid.TryParse(text, out var id) => id,
        _ => faults.Add<Guid?>(node[member]!, ExchangeErrors.Kind("a UUID")),
    };
}
