using System.Collections.Concurrent;
using System.Text;

namespace Tiltas.Bench.Generator;

/// <summary>One request that was taken in: its id, when it was meant to be sent, and how long its answer took from then.</summary>
internal readonly record struct Taken(Guid Id, DateTimeOffset Intended, TimeSpan Answered);

/// <summary>What a load did.</summary>
internal sealed record LoadResult
{
    public required IReadOnlyList<Taken> Taken { get; init; }

    /// <summary>When the first request was sent.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>From there to the last answer.</summary>
    public required TimeSpan Lasted { get; init; }

    /// <summary>Answers that were no success, by what they said. A run with any is no measurement.</summary>
    public required IReadOnlyDictionary<string, int> Refused { get; init; }

    public double PerSecond => Taken.Count / Lasted.TotalSeconds;
}

/// <summary>Counts refusals of all connections; keeps what they said short.</summary>
internal sealed class Refusals
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Counts => _counts;

    public void Add(HttpAnswer answer)
    {
        var body = Encoding.UTF8.GetString(answer.Body.Span);
        Add($"{answer.Status} {body[..Math.Min(body.Length, 160)]}");
    }

    public void Add(string what) => _counts.AddOrUpdate(what, 1, static (_, n) => n + 1);
}
