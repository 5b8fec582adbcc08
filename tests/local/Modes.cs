namespace Tiltas.Local.Tests;

/// <summary>Who may do what with a network's files.</summary>
internal static class Modes
{
    internal const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    internal const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>As root the servers run under an account of their own, which must get through to its data.</summary>
    internal static UnixFileMode Passage => Environment.UserName == "root" ? OwnersFolder | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : OwnersFolder;
}
