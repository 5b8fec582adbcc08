using Tiltas.Local.Processes;

namespace Tiltas.Local.Network;

/// <summary>
/// Who may look into a network's folder: its owner. Where the servers run under another account, that account may pass through to
/// its own data and see nothing on the way.
/// </summary>
internal static class NetworkFolder
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passage = Owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    internal static void Prepare(string folder)
    {
        var way = Native.IsRoot ? Passage : Owner;
        foreach (var path in (string[])[folder, Path.Combine(folder, "servers")]) Close(path, way);
        foreach (var name in (string[])["logs", "keys"]) Close(Path.Combine(folder, name), Owner);
    }

    /// <summary>A log is its owner's alone, also one that an earlier version left open.</summary>
    internal static void PrepareLog(string file)
    {
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        new FileStream(file, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = mode }).Dispose();
        File.SetUnixFileMode(file, mode);
    }

    private static void Close(string folder, UnixFileMode mode)
    {
        Directory.CreateDirectory(folder, mode);
        var now = File.GetUnixFileMode(folder);
        // A folder that everybody shares, as /tmp, is not ours to close.
        if (now != mode && !now.HasFlag(UnixFileMode.StickyBit)) File.SetUnixFileMode(folder, mode);
    }
}
