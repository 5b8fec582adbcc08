using System.Text;

namespace Tiltas.Directory.Exchange;

/// <summary>One cell, with where it stands: line of the file from 1, column from 1.</summary>
internal readonly record struct Cell(string Text, int Line, int Column);

/// <summary>A file that is no table; where the trouble begins.</summary>
internal sealed record SheetFault(int Line, int Column, string Sentence);

/// <summary>
/// A table as spreadsheets write and read it: RFC 4180, UTF-8 with a mark at its front or without, commas or, as where the comma stands in
/// numbers, semicolons. What a spreadsheet would take for a formula is written with an apostrophe before it, and read without.
/// </summary>
internal static class Sheet
{
    private const char Mark = '\uFEFF';
    private const char Guard = '\'';
    private const string Risky = "=+-@\t\r'";

    /// <summary>The rows of the file, empty ones left out; or why it is no table.</summary>
    public static (List<Cell[]> Rows, SheetFault? Fault) Read(string text)
    {
        var at = text.StartsWith(Mark) ? 1 : 0;
        var separator = Separator(text, at);
        var (rows, row) = (new List<Cell[]>(), new List<Cell>());
        var line = 1;
        while (at < text.Length)
        {
            var cell = new StringBuilder();
            var (from, column) = (line, row.Count + 1);
            if (text[at] == '"')
            {
                for (at++; ; at++)
                {
                    if (at >= text.Length) return (rows, new SheetFault(from, column, "A quotation that begins here does not end."));
                    if (text[at] == '"' && (++at >= text.Length || text[at] != '"')) break;
                    if (text[at] == '\n') line++;
                    cell.Append(text[at]);
                }
                if (at < text.Length && text[at] != separator && text[at] is not ('\r' or '\n'))
                    return (rows, new SheetFault(line, column, "After a quotation the cell must end."));
            }
            else
            {
                for (; at < text.Length && text[at] != separator && text[at] is not ('\r' or '\n'); at++)
                {
                    if (text[at] == '"') return (rows, new SheetFault(line, column, "A quotation mark inside a cell that is not quoted."));
                    cell.Append(text[at]);
                }
            }
            row.Add(new Cell(Unguarded(cell.ToString()), from, column));
            if (at < text.Length && text[at] == separator)
            {
                at++;
                // A separator at the very end begins one more cell, an empty one.
                if (at == text.Length || text[at] is '\r' or '\n') row.Add(new Cell("", line, row.Count + 1));
                else continue;
            }
            if (at < text.Length && text[at] == '\r') at++;
            if (at < text.Length && text[at] == '\n') at++;
            line++;
            if (row.Exists(one => one.Text.Length > 0)) rows.Add([.. row]);
            row.Clear();
        }
        return (rows, null);
    }

    /// <summary>The file, with the mark that tells spreadsheets that it is UTF-8.</summary>
    public static string Write(IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder().Append(Mark);
        foreach (var row in rows) text.AppendJoin(',', row.Select(Quoted)).Append("\r\n");
        return text.ToString();
    }

    private static char Separator(string text, int at)
    {
        var quoted = false;
        for (; at < text.Length && (quoted || text[at] is not ('\r' or '\n')); at++)
        {
            if (text[at] == '"') quoted = !quoted;
            else if (!quoted && text[at] is ',' or ';') return text[at];
        }
        return ',';
    }

    private static string Quoted(string cell)
    {
        var safe = cell.Length > 0 && Risky.Contains(cell[0], StringComparison.Ordinal) ? Guard + cell : cell;
        return safe.AsSpan().ContainsAny(",;\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static string Unguarded(string cell) => cell is [Guard, var first, ..] && Risky.Contains(first, StringComparison.Ordinal) ? cell[1..] : cell;
}
