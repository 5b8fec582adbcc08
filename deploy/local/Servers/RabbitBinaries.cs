using System.Text.RegularExpressions;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Servers;

/// <summary>An installed RabbitMQ, reached past the wrapper by which Debian switches accounts.</summary>
public sealed partial record RabbitBinaries
{
    private static readonly Version Oldest = new(3, 10);

    /// <summary>The start script itself.</summary>
    public required string Server { get; init; }

    /// <summary>The version, as the folder of its plug-ins names it.</summary>
    public required Version Version { get; init; }

    /// <summary>Erlang's name service.</summary>
    public required string Epmd { get; init; }

    /// <summary>The installed server, if new enough, or null.</summary>
    public static RabbitBinaries? Find()
    {
        string[] known = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/homebrew/sbin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server"];
        var erlang = Directory.Exists("/usr/lib/erlang") ? Directory.EnumerateDirectories("/usr/lib/erlang", "erts-*").Select(erts => Path.Combine(erts, "bin")) : [];
        if (Programs.Find("epmd", erlang) is not { } epmd || Programs.Find("erl") is null) return null;
        foreach (var script in known.Append(Programs.Find("rabbitmq-server")).OfType<string>().Where(File.Exists))
        {
            var real = new FileInfo(script).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? script;
            var home = Path.GetDirectoryName(Path.GetDirectoryName(real))!;
            if (!File.Exists(Path.Combine(home, "sbin", "rabbitmq-env")) || !Directory.Exists(Path.Combine(home, "plugins"))) continue;
            var plugin = Directory.EnumerateFileSystemEntries(Path.Combine(home, "plugins"), "rabbit-*").Select(Path.GetFileName).FirstOrDefault();
            if (plugin is null || !Version.TryParse(Number().Match(plugin).Value, out var version) || version < Oldest) continue;
            return new RabbitBinaries { Server = real, Version = version, Epmd = epmd };
        }
        return null;
    }

    internal string Tool(string name) => Path.Combine(Path.GetDirectoryName(Server)!, name);

    [GeneratedRegex("[0-9]+\\.[0-9]+\\.[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
