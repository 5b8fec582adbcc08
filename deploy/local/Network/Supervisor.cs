using System.Diagnostics;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Network;

/// <summary>Starts again what ends unasked: five times a minute at most, then it waits for the minute to pass.</summary>
internal sealed class Supervisor(IReadOnlyList<ISupervised> all, Action<string> tell)
{
    private const int MostInWindow = 5;
    private const int LinesShown = 6;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Watches until it is told to stop.</summary>
    internal Task WatchAsync(CancellationToken stop) => Task.WhenAll(all.Select(one => WatchAsync(one, stop)));

    private async Task WatchAsync(ISupervised one, CancellationToken stop)
    {
        var restarts = new Queue<long>();
        try
        {
            while (true)
            {
                var code = await one.Process!.Exited.WaitAsync(stop);
                tell($"{one.Name} ended with exit code {code}. Its last lines ({one.Process.Start.LogFile}):");
                foreach (var line in one.Process.LastLines(LinesShown)) tell("    " + line);
                await StartAsync(one, restarts, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async Task StartAsync(ISupervised one, Queue<long> restarts, CancellationToken stop)
    {
        while (true)
        {
            while (restarts.TryPeek(out var oldest) && Stopwatch.GetElapsedTime(oldest) > Window) restarts.Dequeue();
            if (Pause(restarts) is var pause && pause > TimeSpan.Zero)
            {
                tell($"{one.Name}: next try in {pause.TotalSeconds:0} s.");
                await Task.Delay(pause, stop);
            }
            restarts.Enqueue(Stopwatch.GetTimestamp());
            try
            {
                var start = Stopwatch.GetTimestamp();
                await one.StartAsync(stop);
                tell($"{one.Name} runs again after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s.");
                return;
            }
            catch (LocalException e)
            {
                tell(e.Message);
                if (one.Process is { Exited.IsCompleted: false } hung) await hung.KillAsync();
            }
        }
    }

    /// <summary>At once, then after 1, 2, 4 and 8 seconds: what it needs may itself be coming back. Then the minute must pass.</summary>
    private static TimeSpan Pause(Queue<long> restarts) => restarts.Count switch
    {
        0 => TimeSpan.Zero,
        < MostInWindow => TimeSpan.FromSeconds(1 << (restarts.Count - 1)),
        _ => Window - Stopwatch.GetElapsedTime(restarts.Peek()),
    };
}
