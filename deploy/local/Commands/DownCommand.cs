using Tiltas.Local.Network;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Commands;

/// <summary><c>tiltas down</c>: ends a running network, or what one left behind.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    internal static async Task<int> RunAsync(Workplace place)
    {
        if (place.Run.Read() is not { } state)
        {
            Console.Out.WriteLine("Nothing runs.");
            return 0;
        }
        if (state.Owner.IsAlive())
        {
            state.Owner.Signal(Signal.Terminate);
            await Until.TrueAsync(() => !state.Owner.IsAlive(), Patience);
        }
        using var taken = RunLock.TryTake(place.LockFile) ?? throw new LocalException($"Process {state.Owner.Pid} does not end; see {place.In("logs")}.");
        var left = await place.Run.SweepAsync();
        Console.Out.WriteLine(left.Count == 0 ? "Stopped." : $"Stopped what was left behind: {string.Join(", ", left)}.");
        return 0;
    }
}
