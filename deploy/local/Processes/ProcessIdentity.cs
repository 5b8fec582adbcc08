using System.Diagnostics;
using System.Globalization;

namespace Tiltas.Local.Processes;

/// <summary>
/// One process for as long as it lives. A number alone is given to another process later; number and start time are not.
/// </summary>
public sealed record ProcessIdentity
{
    /// <summary>The process number.</summary>
    public required int Pid { get; init; }

    /// <summary>When it started, in the terms of the system that runs it. Compared, never read.</summary>
    public required string Started { get; init; }

    /// <summary>The identity of a living process, or null when there is none of that number.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        var started = OperatingSystem.IsLinux() ? StartedByProc(pid) : StartedByRuntime(pid);
        return started is null ? null : new ProcessIdentity { Pid = pid, Started = started };
    }

    /// <summary>True while this very process runs. A process that ended and waits to be collected does not run.</summary>
    public bool IsAlive() => Of(Pid) == this;

    /// <summary>Sends a signal if the process still is the one that was recorded.</summary>
    public void Signal(Signal signal)
    {
        if (IsAlive()) Native.Kill(Pid, signal);
    }

    private static string? StartedByProc(int pid)
    {
        if (ProcTable.Read(pid) is not { } row || row.State is 'Z' or 'X') return null;
        return string.Create(CultureInfo.InvariantCulture, $"{ProcTable.BootId()}/{row.StartTicks}");
    }

    private static string? StartedByRuntime(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : new DateTimeOffset(process.StartTime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
