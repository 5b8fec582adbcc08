using System.Globalization;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Servers;

/// <summary>
/// Under whose name the servers run. PostgreSQL refuses to run as root, and RabbitMQ has no need to: when we are root we
/// step down to the account Debian makes for PostgreSQL, or to nobody.
/// </summary>
internal sealed class ServerUser
{
    private readonly (string Name, uint User, uint Group)? _other;

    private ServerUser((string Name, uint User, uint Group)? other) => _other = other;

    internal static ServerUser Find()
    {
        if (!Native.IsRoot) return new ServerUser(other: null);
        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(parts => parts.Length >= 4).ToList();
        var account = accounts.Find(a => a[0] == "postgres") ?? accounts.Find(a => a[0] == "nobody")
            ?? throw new LocalException("Running as root, and there is neither a user 'postgres' nor 'nobody' to run the servers as.");
        return new ServerUser((account[0], uint.Parse(account[2], CultureInfo.InvariantCulture), uint.Parse(account[3], CultureInfo.InvariantCulture)));
    }

    /// <summary>The command, run under this account.</summary>
    internal IReadOnlyList<string> Command(params IEnumerable<string> command)
    {
        if (_other is not { } other) return [.. command];
        if (Programs.Find("setpriv") is { } setpriv)
            return [setpriv, $"--reuid={other.User}", $"--regid={other.Group}", "--clear-groups", "--", .. command];
        var runuser = Programs.Find("runuser") ?? throw new LocalException("Running as root needs 'setpriv' or 'runuser' (package util-linux).");
        return [runuser, "-u", other.Name, "--", .. command];
    }

    /// <summary>Makes the account the owner of a file or folder of ours.</summary>
    internal void Own(string path)
    {
        if (_other is { } other) Native.Own(path, other.User, other.Group);
    }

    internal async Task<bool> CanEnterAsync(string folder, CancellationToken stop) =>
        _other is null || (await Programs.RunAsync(Command("/bin/sh", "-c", "cd \"$0\"", folder), stop)).Code == 0;
}
