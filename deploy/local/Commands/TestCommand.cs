using System.Globalization;
using Tiltas.Local.Processes;
using Tiltas.Local.Servers;

namespace Tiltas.Local.Commands;

/// <summary>
/// <c>tiltas test</c>: runs every test project, the tests of stores against one PostgreSQL for all, networks against servers of their
/// own; nothing is left behind. TILTAS_TEST_POSTGRES names another PostgreSQL; with TILTAS_TEST_RABBITMQ besides, tests/network uses
/// both. Networks whose servers are stopped always have their own.
/// </summary>
internal static class TestCommand
{
    private const string PostgresVariable = "TILTAS_TEST_POSTGRES";

    private static readonly string[] Slow = ["Tiltas.Faults.Tests", "Tiltas.Network.Tests", "Tiltas.Local.Tests"];

    internal static async Task<int> RunAsync(Workplace place, IReadOnlyList<string> arguments)
    {
        var filter = arguments switch
        {
            [] => null,
            ["--filter", var text] => text,
            _ => throw new LocalException("usage: tiltas test [--filter TEXT]"),
        };
        using var stop = new StopSignals();
        await using var servers = new TestServers();
        try
        {
            await ConsoleSteps.ShowAsync(steps => servers.StartAsync(steps, stop.Token));
            var total = new TestCount();
            // Most of the long ones' time is waiting for servers to come back; two at once hide it. The longest go first.
            var counts = new System.Collections.Concurrent.ConcurrentBag<TestCount>();
            await Parallel.ForEachAsync(Assemblies(place).OrderBy(path => !Slow.Any(path.Contains)), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = stop.Token },
                async (assembly, token) => counts.Add(await new TestAssembly(assembly, servers, filter).RunAsync(token)));
            foreach (var count in counts) total += count;
            await servers.DisposeAsync();
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tests: {total.Passed} passed, {total.Failed} failed, {total.Skipped} skipped"));
            return total.Failed > 0 || total.Passed == 0 ? 1 : 0;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 130;
        }
    }

    private static IEnumerable<string> Assemblies(Workplace place)
    {
        var folder = Path.Combine(place.Repository, "tests");
        if (!Directory.Exists(folder)) return [];
        return Directory.EnumerateFiles(folder, "Tiltas.*.Tests.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension)
            .Order(StringComparer.Ordinal).Select(name => Path.Combine(place.Repository, "artifacts", "bin", name!, "debug", name + ".dll"));
    }

    /// <summary>What one run of the tests shares: a folder and a database server.</summary>
    internal sealed class TestServers : IAsyncDisposable
    {
        private PrivatePostgres? _postgres;

        /// <summary>Ours to fill and to remove; servers' accounts may pass through.</summary>
        internal string Folder { get; } = Directory.CreateTempSubdirectory("tiltas-test-").FullName;

        internal Dictionary<string, string?> Variables { get; } = new(StringComparer.Ordinal);

        internal async Task StartAsync(ISteps steps, CancellationToken stop)
        {
            File.SetUnixFileMode(Folder, (UnixFileMode)0b111_001_001);
            var missing = await ServerPackages.MissingAsync(stop);
            if (missing.Count > 0) await steps.RunAsync("Install", async () =>
            {
                await ServerPackages.InstallAsync(missing, stop);
                return string.Join(", ", missing);
            });
            if (ServerPackages.CanInstall && await TestTools.MissingAsync(stop) is { Count: > 0 } tools) await steps.RunAsync("Install", async () =>
            {
                await TestTools.InstallAsync(tools, stop);
                return string.Join(", ", tools);
            });
            var (secrets, ports) = (new Secrets(Path.Combine(Folder, "secrets.json")), new Ports(Path.Combine(Folder, "ports.json")));
            await PostgresAsync(steps, secrets, ports, stop);
        }

        public async ValueTask DisposeAsync()
        {
            if (_postgres is not null) await _postgres.DeleteAsync();
            if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        }

        private async Task PostgresAsync(ISteps steps, Secrets secrets, Ports ports, CancellationToken stop)
        {
            if (Given(PostgresVariable)) return;
            await steps.RunAsync("PostgreSQL", async () =>
            {
                _postgres = await PrivatePostgres.StartAsync(new PostgresOptions
                {
                    Folder = Path.Combine(Folder, "postgres"), LogFile = Path.Combine(Folder, "postgres.log"), Secrets = secrets, Ports = ports,
                }, stop);
                return $"{_postgres.Binaries.Major}, port {_postgres.Port}";
            });
            Variables[PostgresVariable] = _postgres!.Address.ToUri();
        }

        private static bool Given(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };
    }
}
