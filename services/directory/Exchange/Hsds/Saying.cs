using System.Text.Json.Nodes;

namespace Tiltas.Directory.Exchange.Hsds;

/// <summary>What a file says for one column of a record, in the form of the record's request, and where.</summary>
internal readonly record struct Saying(JsonNode? Value, JsonNodeAt Place);

/// <summary>What one record of the file says, by column. Two that are the same record may say more together, never something different.</summary>
internal sealed class Sayings : Dictionary<string, Saying>
{
    public Sayings() : base(StringComparer.Ordinal) { }

    public void Say(string column, JsonNode? value, JsonNodeAt? place)
    {
        if (value is not null && place is not null) this[column] = new Saying(value, place);
    }

    /// <summary>Where another says something different; null when both are taken together now.</summary>
    public JsonNodeAt? Join(Sayings other)
    {
        foreach (var (column, saying) in other)
            if (!TryAdd(column, saying) && !JsonNode.DeepEquals(this[column].Value, saying.Value)) return saying.Place;
        return null;
    }
}

/// <summary>What is wrong in a file, in the order in which it is met.</summary>
internal sealed class Faults
{
    public List<RowError> All { get; } = [];

    public T? Add<T>(JsonNodeAt at, Hosting.Problems.Error error)
    {
        if (All.Count < RowError.Most) All.Add(At(at, error));
        return default;
    }

    public static RowError At(JsonNodeAt at, Hosting.Problems.Error error) => new(at.Line, at.Column, at.Path, error.Status, error.Code, error.Sentence);
}
