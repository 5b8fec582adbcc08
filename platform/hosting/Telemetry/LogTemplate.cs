using System.Text;

namespace Tiltas.Hosting.Telemetry;

/// <summary>Fills a log template, which comes from code, with those of its values that may leave.</summary>
internal static class LogTemplate
{
    private const string Original = "{OriginalFormat}";

    public static string? Of(IReadOnlyList<KeyValuePair<string, object?>>? fields)
    {
        if (fields is null) return null;
        for (var i = fields.Count - 1; i >= 0; i--)
            if (fields[i].Key == Original) return fields[i].Value as string;
        return null;
    }

    public static string Fill(IReadOnlyList<KeyValuePair<string, object?>>? fields)
    {
        // Without a template there is only a finished text, and nobody can say which part of it is a value.
        if (Of(fields) is not { } template) return AllowList.Dropped;
        var line = new StringBuilder(template.Length + 32);
        for (var i = 0; i < template.Length; i++)
        {
            var c = template[i];
            var doubled = i + 1 < template.Length && template[i + 1] == c;
            if (c is '{' or '}' && doubled)
            {
                line.Append(c);
                i++;
            }
            else if (c == '{' && template.IndexOf('}', i) is var end and > 0)
            {
                Append(line, template.AsSpan(i + 1, end - i - 1), fields!);
                i = end;
            }
            else
            {
                line.Append(char.IsControl(c) ? ' ' : c);
            }
        }
        return line.ToString();
    }

    private static void Append(StringBuilder line, ReadOnlySpan<char> hole, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        var colon = hole.IndexOf(':');
        var format = colon < 0 ? null : hole[(colon + 1)..].ToString();
        var name = colon < 0 ? hole : hole[..colon];
        var comma = name.IndexOf(',');
        if (comma >= 0) name = name[..comma];
        name = name.TrimStart("@$");
        var shown = AllowList.Dropped;
        for (var i = 0; i < fields.Count; i++)
        {
            if (!name.SequenceEqual(fields[i].Key.AsSpan().TrimStart("@$"))) continue;
            if (AllowList.LogFields.Contains(fields[i].Key)) shown = AllowList.Print(fields[i].Value, format);
            break;
        }
        line.Append(shown);
    }
}
