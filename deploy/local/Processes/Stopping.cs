namespace Tiltas.Local.Processes;

/// <summary>Ends processes by who they are, never by name.</summary>
internal static class Stopping
{
    internal static async Task StopAsync(ProcessIdentity process, Signal signal, TimeSpan patience)
    {
        process.Signal(signal);
        if (!await Until.TrueAsync(() => !process.IsAlive(), patience)) await KillAsync(process);
    }

    internal static async Task KillAsync(ProcessIdentity process)
    {
        if (!process.IsAlive()) return;
        Native.Freeze(process.Pid);
        var all = ProcTable.Descendants(process.Pid).Prepend(process).ToList();
        foreach (var one in all) one.Signal(Signal.Kill);
        await Until.TrueAsync(() => all.All(one => !one.IsAlive()), TimeSpan.FromSeconds(20));
    }
}
