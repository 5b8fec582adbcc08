using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Tiltas.Bench.Generator;

/// <summary>
/// Requests at a fixed rate, whatever becomes of those before. Each has an intended start on an even grid; being late counts
/// against what is measured, not against the grid.
/// </summary>
internal static partial class OpenLoop
{
    private const int Connections = 64;
    private static long _number = 1L << 40;

    public static async Task<LoadResult> Run(Traffic traffic, int perSecond, TimeSpan time, CancellationToken stop)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => HttpConnection.Open(traffic.Address, stop)));
        try
        {
            var refusals = new Refusals();
            var due = Channel.CreateUnbounded<Due>(new UnboundedChannelOptions { SingleWriter = true });
            var count = (int)(perSecond * time.TotalSeconds);
            var began = TimeProvider.System.GetUtcNow();
            var start = Stopwatch.GetTimestamp();
            var pace = Task.Factory.StartNew(() => Pace(due.Writer, count, perSecond, began, start, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var taken = await Task.WhenAll(open.Select(connection => Task.Run(() => Drive(connection, traffic, due.Reader, refusals, stop), stop)));
            await pace;
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

    private static void Pace(ChannelWriter<Due> due, int count, int perSecond, DateTimeOffset began, long start, CancellationToken stop)
    {
        for (var i = 0; i < count && !stop.IsCancellationRequested; i++)
        {
            var offset = TimeSpan.FromSeconds((double)i / perSecond);
            Wait(offset - Stopwatch.GetElapsedTime(start));
            due.TryWrite(new Due(began + offset, start + (long)(offset.TotalSeconds * Stopwatch.Frequency)));
        }
        due.Complete();
    }

    private static async Task<List<Taken>> Drive(HttpConnection connection, Traffic traffic, ChannelReader<Due> due, Refusals refusals, CancellationToken stop)
    {
        var taken = new List<Taken>();
        await foreach (var next in due.ReadAllAsync(stop))
        {
            var number = Interlocked.Increment(ref _number);
            var answer = await connection.Exchange(traffic.Write(number, connection.Request), stop);
            if (traffic.Read(number, answer) is { } id) taken.Add(new Taken(id, next.Intended, Stopwatch.GetElapsedTime(next.From)));
            else refusals.Add(answer);
        }
        return taken;
    }

    // The runtime's own waits are whole milliseconds; the grid of a rate is finer.
    private static void Wait(TimeSpan time)
    {
        if (time <= TimeSpan.Zero) return;
        var span = new Span { Seconds = (nint)(time.Ticks / TimeSpan.TicksPerSecond), Nanoseconds = (nint)(time.Ticks % TimeSpan.TicksPerSecond * 100) };
        _ = SysNanosleep(ref span, 0);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int SysNanosleep(ref Span time, nint left);

    private readonly record struct Due(DateTimeOffset Intended, long From);

    [StructLayout(LayoutKind.Sequential)]
    private struct Span
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
