using System.Text;

namespace Tiltas.Directory.Coverage;

/// <summary>Comma-separated text as RFC 4180 has it: a head line, fields that may be quoted.</summary>
internal static class CsvFile
{
    /// <summary>The rows after the head, each with exactly the columns asked for, in that order.</summary>
    /// <exception cref="InvalidDataException">The file is missing or not of that form.</exception>
    public static List<string[]> Read(string path, params string[] columns)
    {
        if (!File.Exists(path)) throw new InvalidDataException($"Country data is missing: {Path.GetFileName(path)}.");
        return Parse(File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true)), Path.GetFileName(path), columns);
    }

    /// <summary>As <see cref="Read"/>, from text.</summary>
    public static List<string[]> Parse(string text, string name, params string[] columns)
    {
        var rows = new List<string[]>();
        var reader = new StringReader(text);
        var head = Fields(reader.ReadLine() ?? "", name, 1);
        var order = Array.ConvertAll(columns, column => head.IndexOf(column));
        if (order.Contains(-1)) throw new InvalidDataException($"{name} must have the columns {string.Join(", ", columns)}.");
        for (var number = 2; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0) continue;
            var fields = Fields(line, name, number);
            if (fields.Count != head.Count) throw new InvalidDataException($"{name}, line {number}: {head.Count} fields are expected.");
            var row = Array.ConvertAll(order, at => fields[at].Trim());
            if (row.Contains("")) throw new InvalidDataException($"{name}, line {number}: a field is empty.");
            rows.Add(row);
        }
        return rows;
    }

    private static List<string> Fields(string line, string name, int number)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"') field.Append(line[++i]);
            else if (c == '"' && (quoted || field.Length == 0)) quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else field.Append(c);
        }
        if (quoted) throw new InvalidDataException($"{name}, line {number}: a quotation does not end.");
        fields.Add(field.ToString());
        return fields;
    }
}
