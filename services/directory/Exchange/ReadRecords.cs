using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Exchange;

/// <summary>One row of the file as a record's request would have it, and where its cells stand.</summary>
internal record ReadRecord(RecordKind Kind, string Id, JsonObject Body, int Line, IReadOnlyDictionary<string, int> Columns)
{
    /// <summary>What is wrong with it, told where the cell stands; without a cell, at the front of its row.</summary>
    public virtual RowError Wrong(Error error, string? field = null)
    {
        if (Columns.Count == 0) return new RowError(Line, 1, field ?? (error as Error.Invalid)?.Field ?? "$", error.Status, error.Code, error.Sentence);
        var column = (field ?? (error as Error.Invalid)?.Field) is { } path ? Exchange.Columns.Of(path, Columns.Keys.Select(Exchange.Columns.Find).OfType<Column>()) : null;
        return new RowError(Line, column is not null && Columns.TryGetValue(column, out var at) ? at : 1, column ?? Exchange.Columns.Id, error.Status, error.Code, error.Sentence);
    }
}

/// <summary>What is wrong in the file: line and column from 1, the column's name, the status, code and sentence that the record alone would have been answered with.</summary>
internal sealed record RowError(int Line, int Column, string Name, int Status, string Code, string Message)
{
    /// <summary>How many are told of one file: more are of the same kind, or it is another kind of file.</summary>
    public const int Most = 1000;
}

/// <summary>From the file to records, before the directory is asked anything.</summary>
internal static class ReadRecords
{
    public static (List<ReadRecord> Records, List<RowError> Errors) From(string text)
    {
        var (rows, fault) = Sheet.Read(text);
        if (fault is not null) return ([], [At(fault.Line, fault.Column, "", ExchangeErrors.NotATable(fault.Sentence))]);
        if (rows is not [var head, .. var body]) return ([], [At(1, 1, "", ExchangeErrors.NotATable("The first row must name the columns."))]);
        var errors = Head(head);
        if (errors.Count > 0) return ([], errors);

        var records = new List<ReadRecord>();
        foreach (var row in body)
        {
            if (errors.Count >= RowError.Most) return (records, errors);
            if (row.Length != head.Length) errors.Add(At(row[0].Line, row.Length, "", ExchangeErrors.NotATable($"The row has {row.Length} cells, the first row has {head.Length}.")));
            else if (Record(head, row, errors) is { } record) records.Add(record);
        }
        // Without its column a member would be taken out of every record, and nobody meant that. A standing that is not named stays.
        foreach (var column in Columns.With([]).Where(column => column.Name != "standing" && records.Exists(record => column.Of.Contains(record.Kind)) && head.All(cell => cell.Text != column.Name)))
            errors.Add(At(head[0].Line, 1, column.Name, ExchangeErrors.NotATable("This column is missing.")));
        Repeated(records, errors);
        return (records, errors);
    }

    /// <summary>One record a line, as the request that writes it, with <c>record</c> and <c>id</c> beside its members.</summary>
    public static (List<ReadRecord> Records, List<RowError> Errors) FromLines(string text)
    {
        var (records, errors, number) = (new List<ReadRecord>(), new List<RowError>(), 0);
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (errors.Count == RowError.Most) return (records, errors);
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (Record(line, number) is { } record) records.Add(record);
            else errors.Add(At(number, 1, "", ExchangeErrors.NotATable("A line must be a JSON object with record (agency, service or location), id and the record's members.")));
        }
        Repeated(records, errors);
        return (records, errors);
    }

    private static ReadRecord? Record(string line, int number)
    {
        try
        {
            return JsonNode.Parse(line, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 32 }) is JsonObject body
                && body[Columns.Record] is JsonValue record && record.TryGetValue<string>(out var name) && Kind(name) is { } kind
                && body[Columns.Id] is JsonValue value && value.TryGetValue<string>(out var id)
                && body.Remove(Columns.Record) && body.Remove(Columns.Id)
                ? new ReadRecord(kind, id, body, number, new Dictionary<string, int>())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Repeated(List<ReadRecord> records, List<RowError> errors)
    {
        var known = new HashSet<(RecordKind, string)>();
        foreach (var record in records.Where(record => !known.Add((record.Kind, record.Id)))) errors.Add(record.Wrong(ExchangeErrors.Twice, Columns.Id));
    }

    private static RecordKind? Kind(string name) =>
        Enum.GetValues<RecordKind>().Where(one => one.ToString().Equals(name, StringComparison.OrdinalIgnoreCase)).Select(one => (RecordKind?)one).FirstOrDefault();

    private static List<RowError> Head(Cell[] head)
    {
        var (errors, names) = (new List<RowError>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var cell in head)
        {
            // The name is the sender's own and is not given back.
            if (cell.Text is not (Columns.Record or Columns.Id) && Columns.Find(cell.Text) is null) errors.Add(At(cell.Line, cell.Column, "", ExchangeErrors.NotATable("No column is called so.")));
            else if (!names.Add(cell.Text)) errors.Add(At(cell.Line, cell.Column, cell.Text, ExchangeErrors.NotATable("The column is there twice.")));
        }
        foreach (var needed in new[] { Columns.Record, Columns.Id })
            if (errors.Count == 0 && !names.Contains(needed)) errors.Add(At(1, 1, needed, ExchangeErrors.NotATable("This column is missing.")));
        return errors;
    }

    private static ReadRecord? Record(Cell[] head, Cell[] row, List<RowError> errors)
    {
        var cells = head.Zip(row).ToDictionary(pair => pair.First.Text, pair => pair.Second, StringComparer.Ordinal);
        if (Kind(cells[Columns.Record].Text) is not { } known)
        {
            errors.Add(At(row[0].Line, cells[Columns.Record].Column, Columns.Record, ExchangeErrors.Form));
            return null;
        }
        var (body, wrong) = (new JsonObject(), errors.Count);
        foreach (var (name, cell) in cells)
        {
            if (Columns.Find(name) is not { } column) continue;
            if (!column.Of.Contains(known))
            {
                if (cell.Text.Length > 0) errors.Add(At(row[0].Line, cell.Column, name, ExchangeErrors.NotOfThis));
            }
            else if (!Columns.TryPut(column, cell.Text, body))
            {
                errors.Add(At(row[0].Line, cell.Column, name, ExchangeErrors.Form));
            }
        }
        return errors.Count > wrong ? null : new ReadRecord(known, cells[Columns.Id].Text, body, row[0].Line, cells.ToDictionary(cell => cell.Key, cell => cell.Value.Column, StringComparer.Ordinal));
    }

    private static RowError At(int line, int column, string name, Error error) => new(line, column, name, error.Status, error.Code, error.Sentence);
}
