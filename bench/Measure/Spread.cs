namespace Tiltas.Bench.Measure;

/// <summary>What several rounds gave: the middle one, and how far apart they lay.</summary>
internal sealed record Spread(double Median, double Lowest, double Highest, int Rounds)
{
    public static Spread Of(params IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) throw new InvalidOperationException("Nothing was measured.");
        var middle = sorted.Length / 2;
        return new(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1], sorted.Length);
    }
}

/// <summary>Percentiles of delays in milliseconds, by nearest rank.</summary>
internal sealed class Delays
{
    private readonly double[] _sorted;

    public Delays(IEnumerable<double> milliseconds) => _sorted = [.. milliseconds.Order()];

    public int Count => _sorted.Length;

    public double At(double share) =>
        _sorted.Length == 0 ? double.NaN : _sorted[Math.Clamp((int)Math.Ceiling(share * _sorted.Length) - 1, 0, _sorted.Length - 1)];

    public double Max => At(1);
}

/// <summary>Things measured in turn, in another order each round, so that none always has the better place.</summary>
internal static class Rounds
{
    private static readonly Random Order = new(20261122);

    // Shorter than this, making the connections is part of the figure.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// The same time in many short rounds: what else the machine does in a moment then falls on neighbours alike, and the median is of many.
    /// Each part is told how long to measure.
    /// </summary>
    public static Task Short(Plan plan, params IReadOnlyList<Func<TimeSpan, Task>> parts)
    {
        const int pieces = 6;
        var time = plan.Load / pieces is var piece && piece > Least ? piece : Least;
        return Run((int)(plan.Rounds * (plan.Load / time)), [.. parts.Select<Func<TimeSpan, Task>, Func<Task>>(part => () => part(time))]);
    }

    public static async Task Run(int rounds, params IReadOnlyList<Func<Task>> parts)
    {
        for (var round = 0; round < rounds; round++)
        {
            var shuffled = parts.ToArray();
            Order.Shuffle(shuffled);
            foreach (var part in shuffled) await part();
        }
    }
}
