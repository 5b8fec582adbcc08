using System.Globalization;
using System.Text.Json.Nodes;

namespace Tiltas.Directory.Exchange;

/// <summary>The kinds of records that are exchanged, in the order in which they have to be written.</summary>
internal enum RecordKind { Agency, Service, Location }

/// <summary>What a cell holds.</summary>
internal enum CellForm
{
    Text,
    /// <summary>Codes, apart by spaces.</summary>
    List,
    Number,
    /// <summary>yes or no.</summary>
    YesNo,
    /// <summary>A way to reach somebody: kind, value, then label.lt=…, hours=…, languages=…, apart by upright strokes.</summary>
    Contact,
    /// <summary>Such ways, one a line.</summary>
    Contacts,
    /// <summary>Lines of an address.</summary>
    Lines,
}

/// <summary>One column: its name, the member of the record's request it stands for, and whose records have it.</summary>
internal sealed record Column(string Name, string Path, CellForm Form, params RecordKind[] Of);

/// <summary>The one table that holds agencies, services and locations, a record a row; a column that a kind of record does not have stays empty there.</summary>
internal static class Columns
{
    public const string Record = "record";
    public const string Id = "id";
    private const string NamePrefix = "name_";
    private const RecordKind A = RecordKind.Agency, S = RecordKind.Service, L = RecordKind.Location;

    private static readonly Column[] Front =
    [
        new("agency", "agency", CellForm.Text, S, L), new("type", "type", CellForm.Text, A, L), new("standing", "standing", CellForm.Text, A),
        new("visibility", "visibility", CellForm.Text, L), new("need", "need", CellForm.Text, S),
    ];

    private static readonly Column[] Rest =
    [
        new("municipality", "municipality", CellForm.Text, A, L), new("competence", "competence", CellForm.List, A), new("areas", "areas", CellForm.List, S),
        new("hours", "hours", CellForm.Text, A, S), new("languages", "languages", CellForm.List, A, S), new("contacts", "contacts", CellForm.Contacts, A),
        new("sexes", "profile.sexes", CellForm.List, S), new("minimum_age", "profile.minimumAge", CellForm.Number, S), new("maximum_age", "profile.maximumAge", CellForm.Number, S),
        new("with_children", "profile.withChildren", CellForm.YesNo, S), new("statuses", "profile.statuses", CellForm.List, S), new("accessibility", "profile.accessibility", CellForm.List, S),
        new("interpreter_languages", "profile.interpreterLanguages", CellForm.List, S), new("accreditations", "profile.accreditations", CellForm.List, S),
        new("assured_on", "profile.assuredOn", CellForm.Text, S), new("assured_by", "profile.assuredBy", CellForm.Text, S),
        new("on_call_phone", "profile.onCall.phone", CellForm.Text, S), new("on_call_hours", "profile.onCall.hours", CellForm.Text, S),
        new("address", "addressLines", CellForm.Lines, L), new("postal_code", "postalCode", CellForm.Text, L), new("latitude", "latitude", CellForm.Number, L),
        new("longitude", "longitude", CellForm.Number, L), new("phone", "phone", CellForm.Text, L), new("url", "url", CellForm.Text, L),
        new("front_door", "frontDoor", CellForm.Contact, L), new("services", "services", CellForm.List, L),
        new("source_title", "source.title", CellForm.Text, A, S), new("source_date", "source.date", CellForm.Text, A, S), new("source_url", "source.url", CellForm.Text, A, S),
        new("illustrative", "illustrative", CellForm.Text, A, S, L),
    ];

    /// <summary>Every column after record and id, with a name for each of the languages.</summary>
    public static IReadOnlyList<Column> With(IEnumerable<string> languages) => [.. Front, .. languages.Order(StringComparer.Ordinal).Select(Name), .. Rest];

    /// <summary>Null when no column is called so.</summary>
    public static Column? Find(string name) =>
        name.StartsWith(NamePrefix, StringComparison.Ordinal) && name.Length == NamePrefix.Length + 2 && name.AsSpan(NamePrefix.Length).IndexOfAnyExceptInRange('a', 'z') < 0
            ? Name(name[NamePrefix.Length..])
            : Front.Concat(Rest).FirstOrDefault(column => column.Name == name);

    /// <summary>The column of a member that something is wrong with, such as <c>$.profile.onCall.hours</c> or <c>$.areas[2]</c>; of those that the file has.</summary>
    public static string? Of(string field, IEnumerable<Column> present)
    {
        var path = field.StartsWith("$.", StringComparison.Ordinal) ? field[2..] : field;
        return present.Where(column => Begins(path, column.Path)).MaxBy(column => column.Path.Length)?.Name
            ?? Front.Concat(Rest).Where(column => Begins(column.Path, path)).Select(column => column.Name).FirstOrDefault()
            ?? (path == "name" ? NamePrefix + "en" : Front.Concat(Rest).Where(column => Begins(path, column.Path)).Select(column => column.Name).FirstOrDefault());
    }

    private static bool Begins(string path, string with) => path == with || path.StartsWith(with, StringComparison.Ordinal) && path[with.Length] is '.' or '[';

    private static Column Name(string language) => new(NamePrefix + language, "name." + language, CellForm.Text, A, S, L);

    /// <summary>The cells of a record as its request has it.</summary>
    public static IReadOnlyList<string> Row(RecordKind kind, string id, JsonObject record, IReadOnlyList<Column> columns) =>
        [kind.ToString().ToLowerInvariant(), id, .. columns.Select(column => column.Of.Contains(kind) && At(record, column.Path) is { } value ? Written(column.Form, value) : "")];

    /// <summary>Puts a cell into the record; false when it has not the form of its column.</summary>
    public static bool TryPut(Column column, string cell, JsonObject record)
    {
        // Only lists that must be there are there without entries.
        if (cell.Length == 0 && column.Form is not (CellForm.Contacts or CellForm.Lines) && column.Path != "services") return true;
        if (Value(column.Form, cell) is not { } value) return false;
        Put(column.Path, value, record);
        return true;
    }

    /// <summary>Sets the member at a column's path; null takes it out, and with it what it leaves empty.</summary>
    public static void Put(string path, JsonNode? value, JsonObject record)
    {
        var gap = path.IndexOf('.', StringComparison.Ordinal);
        if (gap < 0)
        {
            record.Remove(path);
            if (value is not null) record[path] = value;
            return;
        }
        var inner = record[path[..gap]] as JsonObject ?? [];
        record.Remove(path[..gap]);
        Put(path[(gap + 1)..], value, inner);
        if (inner.Count > 0) record[path[..gap]] = inner;
    }

    private static JsonNode? Value(CellForm form, string cell) => form switch
    {
        CellForm.List => new JsonArray([.. cell.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(code => (JsonNode)code)]),
        // Where a comma stands in numbers, spreadsheets write one.
        CellForm.Number => int.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole)
            : double.TryParse(cell.Replace(',', '.'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonValue.Create(number) : null,
        CellForm.YesNo => cell switch { "yes" => JsonValue.Create(true), "no" => JsonValue.Create(false), _ => null },
        CellForm.Contact => ContactText.Read(cell),
        CellForm.Contacts => Lines(cell).Select(ContactText.Read).ToArray() is var contacts && Array.TrueForAll(contacts, contact => contact is not null) ? new JsonArray(contacts) : null,
        CellForm.Lines => new JsonArray([.. Lines(cell).Select(line => (JsonNode)line)]),
        _ => JsonValue.Create(cell),
    };

    private static string Written(CellForm form, JsonNode value) => form switch
    {
        CellForm.List => string.Join(' ', value.AsArray().Select(code => code!.GetValue<string>())),
        CellForm.YesNo => value.GetValue<bool>() ? "yes" : "no",
        CellForm.Number => value.ToJsonString(),
        CellForm.Contact => ContactText.Write(value.AsObject()),
        CellForm.Contacts => string.Join('\n', value.AsArray().Select(contact => ContactText.Write(contact!.AsObject()))),
        CellForm.Lines => string.Join('\n', value.AsArray().Select(line => line!.GetValue<string>())),
        _ => value.GetValue<string>(),
    };

    /// <summary>The member at a column's path; null when it is not there.</summary>
    public static JsonNode? At(JsonObject record, string path)
    {
        JsonNode? node = record;
        foreach (var name in path.Split('.')) node = (node as JsonObject)?[name];
        return node;
    }

    private static string[] Lines(string cell) => cell.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
