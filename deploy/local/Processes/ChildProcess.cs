using System.Diagnostics;
using Tiltas.Local.Network;

namespace Tiltas.Local.Processes;

/// <summary>What to run and how.</summary>
public sealed record ChildStart
{
    /// <summary>For people: <c>postgres</c>, <c>referral</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Program and arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Takes what the process prints; added to, not replaced.</summary>
    public required string LogFile { get; init; }

    /// <summary>Where it runs.</summary>
    public required string Folder { get; init; }

    /// <summary>Added to the environment; null takes a variable away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Which signal asks it to end in good order.</summary>
    public Signal StopSignal { get; init; } = Signal.Terminate;
}

/// <summary>
/// A process of ours, in a session of its own so that Ctrl+C at the terminal reaches only us and we stop things in order.
/// It writes to its log file itself: it goes on unharmed when we are killed.
/// </summary>
public sealed class ChildProcess
{
    private readonly Process _process;

    private ChildProcess(ChildStart start, Process process)
    {
        Start = start;
        _process = process;
        Identity = ProcessIdentity.Of(process.Id) ?? new ProcessIdentity { Pid = process.Id, Started = "" };
        Exited = WaitAsync();
    }

    /// <summary>What was asked for.</summary>
    public ChildStart Start { get; }

    /// <summary>Who it is to the system.</summary>
    public ProcessIdentity Identity { get; }

    /// <summary>Done when the process has ended, with its exit code.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts it.</summary>
    public static ChildProcess Run(ChildStart start)
    {
        NetworkFolder.PrepareLog(start.LogFile);
        // Each program in this line replaces the one before, so the number we are given stays the server's own.
        var line = new List<string> { "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", start.LogFile };
        if (Programs.Find("setsid") is { } setsid) line.Add(setsid);
        line.AddRange(start.Command);
        var info = new ProcessStartInfo("/bin/sh", line) { WorkingDirectory = start.Folder, UseShellExecute = false };
        foreach (var (key, value) in start.Environment)
        {
            if (value is null) info.Environment.Remove(key);
            else info.Environment[key] = value;
        }
        return new ChildProcess(start, Process.Start(info)!);
    }

    /// <summary>Asks it to end, waits, and ends it with all below it if it does not.</summary>
    public Task StopAsync(TimeSpan patience) => Stopping.StopAsync(Identity, Start.StopSignal, patience);

    /// <summary>Ends it and all below it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        await Stopping.KillAsync(Identity);
        await Exited;
    }

    /// <summary>The end of its log, for a person to read.</summary>
    public IReadOnlyList<string> LastLines(int count) => LogTail.Read(Start.LogFile, count);

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        var code = _process.ExitCode;
        _process.Dispose();
        return code;
    }
}
