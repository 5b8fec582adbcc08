using System.Security.Cryptography;
using System.Text;

namespace Tiltas.Local.Servers;

/// <summary>
/// A folder only the servers' account can read. When that account cannot reach the place asked for (a clone below a home
/// directory of root), the folder lies under /var/tmp and a link stands in the place asked for.
/// </summary>
internal sealed class ServerFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private ServerFolder(string asked, string path, ServerUser user) => (Asked, Path, User) = (asked, path, user);

    internal string Asked { get; }

    /// <summary>Where it really is.</summary>
    internal string Path { get; }

    internal ServerUser User { get; }

    internal static async Task<ServerFolder> PrepareAsync(string asked, ServerUser user, CancellationToken stop)
    {
        asked = System.IO.Path.GetFullPath(asked);
        var parent = System.IO.Path.GetDirectoryName(asked)!;
        Directory.CreateDirectory(parent);
        var path = await user.CanEnterAsync(parent, stop) ? asked : Known(asked) ?? Elsewhere();
        if (path != asked && new FileInfo(asked).LinkTarget != path)
        {
            if (new FileInfo(asked).LinkTarget is not null) File.Delete(asked);
            else if (Directory.Exists(asked)) throw new LocalException($"{asked} holds data of another account's: move it away.");
            File.CreateSymbolicLink(asked, path);
        }
        var folder = new ServerFolder(asked, path, user);
        folder.MakeFolder(path);
        return folder;
    }

    internal string In(string name) => System.IO.Path.Combine(Path, name);

    internal string MakeFolder(string path)
    {
        Directory.CreateDirectory(path, OwnerOnly);
        File.SetUnixFileMode(path, OwnerOnly);
        User.Own(path);
        return path;
    }

    /// <summary>Writes a file that its owner alone may read.</summary>
    internal string WriteFile(string name, string text)
    {
        var file = In(name);
        // Root may write where it likes, but a folder of another's may hold a link of that other's: replace, never follow.
        File.Delete(file);
        using (var stream = new FileStream(file, new FileStreamOptions
               {
                   Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
               }))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
        User.Own(file);
        return file;
    }

    internal void Delete()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
        if (Path != Asked && new FileInfo(Asked).LinkTarget is not null) File.Delete(Asked);
    }

    private static string? Known(string asked) => new FileInfo(asked).LinkTarget is { } path && Directory.Exists(path) ? path : null;

    /// <summary>Anybody may write there: a name that nobody can have guessed and prepared.</summary>
    private static string Elsewhere() => "/var/tmp/tiltas-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
