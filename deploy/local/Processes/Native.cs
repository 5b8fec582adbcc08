using System.Runtime.InteropServices;

namespace Tiltas.Local.Processes;

/// <summary>The signals in use here, by their POSIX numbers.</summary>
public enum Signal { Interrupt = 2, Kill = 9, Terminate = 15 }

internal static partial class Native
{
    private const int Stop = 19;

    internal static void Kill(int pid, Signal signal) => _ = SysKill(pid, (int)signal);

    /// <summary>Holds a process still, so that what it has started can be counted.</summary>
    internal static void Freeze(int pid)
    {
        if (OperatingSystem.IsLinux()) _ = SysKill(pid, Stop);
    }

    internal static bool IsRoot => SysUser() == 0;

    internal static void Own(string path, uint user, uint group)
    {
        if (SysChown(path, user, group) != 0) throw new IOException($"cannot give {path} to user {user}: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SysKill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint SysUser();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SysChown(string path, uint user, uint group);
}
