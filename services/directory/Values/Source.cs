namespace Tiltas.Directory.Values;

/// <summary>Where a record was taken from.</summary>
public sealed record Source
{
    /// <summary>Document or page.</summary>
    public required string Title { get; init; }

    /// <summary>Day it was published or read.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>Public address, if it has one.</summary>
    public required string? Url { get; init; }
}
