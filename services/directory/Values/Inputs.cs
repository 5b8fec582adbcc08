namespace Tiltas.Directory.Values;

/// <summary>A contact as it is sent; what is absent is told with its path, so nothing is required here.</summary>
internal sealed record ContactInput
{
    public ContactKind? Kind { get; init; }
    public string? Value { get; init; }
    public Dictionary<string, string?>? Label { get; init; }
    public string? Hours { get; init; }
    public string?[]? Languages { get; init; }
}

/// <summary>A source as it is sent.</summary>
internal sealed record SourceInput
{
    public string? Title { get; init; }
    public DateOnly? Date { get; init; }
    public string? Url { get; init; }
}
