using System.Globalization;
using System.Text.RegularExpressions;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Servers;

/// <summary>An installed PostgreSQL server.</summary>
public sealed partial record PostgresBinaries
{
    private const int Oldest = 15;

    /// <summary>Folder of <c>postgres</c>, <c>initdb</c>, <c>pgbench</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>The major version.</summary>
    public required int Major { get; init; }

    /// <summary>The newest that is new enough, or null.</summary>
    public static async Task<PostgresBinaries?> FindAsync(CancellationToken stop)
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(folder => Path.Combine(folder, "bin"))
            : [];
        var onPath = Programs.Find("initdb") is { } initdb
            ? [Path.GetDirectoryName(new FileInfo(initdb).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? initdb)!]
            : Array.Empty<string>();
        string[] others = ["/usr/pgsql-17/bin", "/usr/pgsql-16/bin", "/opt/homebrew/opt/postgresql@17/bin", "/opt/homebrew/opt/postgresql@16/bin"];
        PostgresBinaries? best = null;
        foreach (var folder in onPath.Concat(debian).Concat(others).Distinct())
        {
            if (!File.Exists(Path.Combine(folder, "postgres")) || !File.Exists(Path.Combine(folder, "initdb"))) continue;
            var answer = await Programs.RunAsync([Path.Combine(folder, "postgres"), "--version"], stop);
            if (Number().Match(answer.Output) is not { Success: true } match) continue;
            var major = int.Parse(match.ValueSpan, CultureInfo.InvariantCulture);
            if (major >= Oldest && major > (best?.Major ?? 0)) best = new PostgresBinaries { Folder = folder, Major = major };
        }
        return best;
    }

    internal string Program(string name) => Path.Combine(Folder, name);

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
