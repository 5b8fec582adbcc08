using System.Diagnostics;

namespace Tiltas.Bench.Generator;

/// <summary>Each connection sends its next request as soon as the last is answered: the highest rate.</summary>
internal static class ClosedLoop
{
    private static long _number;

    public static async Task<LoadResult> Run(Traffic traffic, int connections, TimeSpan time, CancellationToken stop)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => HttpConnection.Open(traffic.Address, stop)));
        try
        {
            var refusals = new Refusals();
            var began = TimeProvider.System.GetUtcNow();
            var start = Stopwatch.GetTimestamp();
            var end = start + (long)(time.TotalSeconds * Stopwatch.Frequency);
            var taken = await Task.WhenAll(open.Select(connection => Task.Run(() => Drive(connection, traffic, end, refusals, stop), stop)));
            return new LoadResult
            {
                Taken = [.. taken.SelectMany(list => list)], Began = began, Lasted = Stopwatch.GetElapsedTime(start), Refused = refusals.Counts,
            };
        }
        finally
        {
            foreach (var connection in open) connection.Dispose();
        }
    }

    private static async Task<List<Taken>> Drive(HttpConnection connection, Traffic traffic, long end, Refusals refusals, CancellationToken stop)
    {
        var taken = new List<Taken>(4096);
        while (Stopwatch.GetTimestamp() < end)
        {
            var number = Interlocked.Increment(ref _number);
            var length = traffic.Write(number, connection.Request);
            var (intended, from) = (TimeProvider.System.GetUtcNow(), Stopwatch.GetTimestamp());
            var answer = await connection.Exchange(length, stop);
            if (traffic.Read(number, answer) is { } id) taken.Add(new Taken(id, intended, Stopwatch.GetElapsedTime(from)));
            else refusals.Add(answer);
        }
        return taken;
    }
}
