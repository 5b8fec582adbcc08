using Tiltas.Local.Processes;

namespace Tiltas.Local.Servers;

/// <summary>Brings the two servers' programs to a machine that lacks them, or says what a person must install.</summary>
internal static class ServerPackages
{
    private const string PolicyFile = "/usr/sbin/policy-rc.d";
    private const string ClusterFile = "/etc/postgresql-common/createcluster.conf";

    private static readonly Dictionary<string, string?> Quietly = new()
    {
        ["DEBIAN_FRONTEND"] = "noninteractive", ["UCF_FORCE_CONFFOLD"] = "1", ["LC_ALL"] = "C.UTF-8",
    };

    /// <summary>True where packages can be installed without asking anybody.</summary>
    internal static bool CanInstall => Native.IsRoot && Programs.Find("apt-get") is not null;

    /// <summary>Names of the Debian packages that are missing; empty when all is there.</summary>
    internal static async Task<IReadOnlyList<string>> MissingAsync(CancellationToken stop)
    {
        var missing = new List<string>();
        if (await PostgresBinaries.FindAsync(stop) is null) missing.Add("postgresql");
        if (RabbitBinaries.Find() is null) missing.Add("rabbitmq-server");
        return missing;
    }

    /// <summary>Installs what is missing where that can be done without asking.</summary>
    internal static async Task InstallAsync(IReadOnlyList<string> missing, CancellationToken stop)
    {
        if (!CanInstall || Programs.Find("apt-get") is not { } apt) throw new LocalException(Advice(missing));
        using (HoldServices())
        {
            LeaveClustersAlone(missing);
            List<string> install =
            [
                apt, "install", "-y", "-q", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confdef",
                "-o", "Dpkg::Options::=--force-confold", "-o", "DPkg::Lock::Timeout=120", .. missing,
            ];
            var answer = await Programs.RunAsync(install, stop, Quietly);
            if (answer.Code != 0)
            {
                // A new machine has no package lists yet, an old one has lists of versions that are gone.
                (await Programs.RunAsync([apt, "update", "-q"], stop, Quietly)).OrThrow("apt-get update");
                answer = await Programs.RunAsync(install, stop, Quietly);
            }
            answer.OrThrow("apt-get install");
        }
        var still = await MissingAsync(stop);
        if (still.Count != 0) throw new LocalException("What was installed is too old.\n" + Advice(still));
    }

    /// <summary>While this is held, Debian's packages start no service at their installation.</summary>
    private static Hold HoldServices()
    {
        var kept = PolicyFile + ".before-tiltas";
        if (File.Exists(PolicyFile) && !File.Exists(kept)) File.Move(PolicyFile, kept);
        File.WriteAllText(PolicyFile, "#!/bin/sh\nexit 101\n");
        File.SetUnixFileMode(PolicyFile, (UnixFileMode)0b111_101_101);
        return new Hold(() =>
        {
            if (File.Exists(kept)) File.Move(kept, PolicyFile, overwrite: true);
            else File.Delete(PolicyFile);
        });
    }

    private static void LeaveClustersAlone(IReadOnlyList<string> missing)
    {
        if (!missing.Contains("postgresql") || File.Exists(ClusterFile)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(ClusterFile)!);
        File.WriteAllText(ClusterFile, """
            # Written by tiltas when it installed PostgreSQL: it needs the programs only. Remove this file to have new
            # major versions of the package make a cluster of the system's own again.
            create_main_cluster = false

            """);
    }

    private static string Advice(IReadOnlyList<string> missing) => $"""
        These servers are missing or too old: {string.Join(", ", missing)} (PostgreSQL 15 or newer, RabbitMQ 3.10 or newer).
        Install them, the system services need not run:
          Debian, Ubuntu   sudo apt-get install --no-install-recommends {string.Join(' ', missing)}
          Fedora           sudo dnf install {string.Join(' ', missing.Select(name => name == "postgresql" ? "postgresql-server" : name))}
          macOS            brew install {string.Join(' ', missing.Select(name => name == "postgresql" ? "postgresql@17" : "rabbitmq"))}
        Or start a Docker engine: deploy/compose.yaml is used when 'docker info' answers.
        """;

    private sealed class Hold(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
