using System.Diagnostics;

namespace Tiltas.Local.Processes;

/// <summary>Waits for a condition that nobody can announce to us.</summary>
internal static class Until
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    internal static Task<bool> TrueAsync(Func<bool> condition, TimeSpan limit, CancellationToken stop = default) =>
        TrueAsync(_ => Task.FromResult(condition()), limit, stop);

    internal static async Task<bool> TrueAsync(Func<CancellationToken, Task<bool>> condition, TimeSpan limit, CancellationToken stop = default)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition(stop))
        {
            if (Stopwatch.GetElapsedTime(start) > limit) return false;
            await Task.Delay(Pause, stop);
        }
        return true;
    }
}
