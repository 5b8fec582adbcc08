using System.Text;
using System.Text.Json.Nodes;

namespace Tiltas.Directory.Exchange;

/// <summary>A contact in one cell: <c>Phone | +370 600 00000 | label.lt=Budėtojas | hours=24/7 | languages=lt en</c>. A backslash takes a stroke or itself as it is.</summary>
internal static class ContactText
{
    private const string Label = "label.";

    public static string Write(JsonObject contact)
    {
        var parts = new List<string> { Text(contact, "kind")!, Text(contact, "value")! };
        if (contact["label"] is JsonObject label) parts.AddRange(label.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{Label}{pair.Key}={pair.Value!.GetValue<string>()}"));
        if (Text(contact, "hours") is { } hours) parts.Add("hours=" + hours);
        if (contact["languages"] is JsonArray languages) parts.Add("languages=" + string.Join(' ', languages.Select(code => code!.GetValue<string>())));
        return string.Join(" | ", parts.Select(part => part.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)));
    }

    /// <summary>Null when it has not the form.</summary>
    public static JsonObject? Read(string cell)
    {
        var parts = Parts(cell);
        if (parts.Count < 2) return null;
        var contact = new JsonObject { ["kind"] = parts[0], ["value"] = parts[1] };
        foreach (var part in parts.Skip(2))
        {
            var (name, value) = part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (part[..at], part[(at + 1)..]) : ("", "");
            switch (name)
            {
                case "hours" when contact["hours"] is null: contact["hours"] = value; break;
                case "languages" when contact["languages"] is null: contact["languages"] = new JsonArray([.. value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(code => (JsonNode)code)]); break;
                case var _ when name.Length == Label.Length + 2 && name.StartsWith(Label, StringComparison.Ordinal):
                    var label = (contact["label"] ??= new JsonObject()).AsObject();
                    if (!label.TryAdd(name[Label.Length..], value)) return null;
                    break;
                default: return null;
            }
        }
        return contact;
    }

    private static List<string> Parts(string cell)
    {
        var (parts, part) = (new List<string>(), new StringBuilder());
        for (var i = 0; i < cell.Length; i++)
        {
            if (cell[i] == '\\' && i + 1 < cell.Length) part.Append(cell[++i]);
            else if (cell[i] != '|') part.Append(cell[i]);
            else
            {
                parts.Add(part.ToString().Trim());
                part.Clear();
            }
        }
        parts.Add(part.ToString().Trim());
        return parts;
    }

    private static string? Text(JsonObject contact, string name) => contact[name]?.GetValue<string>();
}
