using Tiltas.Local;
using Tiltas.Local.Network;
using Tiltas.Local.Servers;

namespace Tiltas.Bench.Network;

/// <summary>PostgreSQL and RabbitMQ of this run alone, removed after it. Settings as in every private server: nothing is switched off.</summary>
internal sealed class BenchServers : IAsyncDisposable
{
    private BenchServers(Workplace place, string folder)
    {
        (Repository, Folder) = (place.Repository, folder);
        Secrets = new Secrets(Path.Combine(folder, "secrets.json"));
        Ports = new Ports(Path.Combine(folder, "server-ports.json"));
    }

    public string Repository { get; }

    public string Folder { get; }

    public Secrets Secrets { get; }

    public Ports Ports { get; }

    public PrivatePostgres Postgres { get; private set; } = null!;

    public PrivateRabbit Rabbit { get; private set; } = null!;

    /// <summary>The bare path and the raw limits have a virtual host of their own: a shared type name is a shared exchange.</summary>
    public const string OwnVirtualHost = "bench";

    public static async Task<BenchServers> Start(ISteps steps, CancellationToken stop)
    {
        var place = Workplace.Find();
        // On the disk where a network of this clone keeps its data, so that a flush costs what it costs there.
        var folder = Path.Combine(place.Folder, $"bench-{Environment.ProcessId}");
        System.IO.Directory.CreateDirectory(folder);
        var servers = new BenchServers(place, folder);
        try
        {
            await servers.StartBoth(steps, stop);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Rabbit is not null) await Rabbit.DeleteAsync();
        if (Postgres is not null) await Postgres.DeleteAsync();
        if (System.IO.Directory.Exists(Folder)) System.IO.Directory.Delete(Folder, recursive: true);
    }

    private Task StartBoth(ISteps steps, CancellationToken stop) => Task.WhenAll(
        steps.RunAsync("PostgreSQL", async () =>
        {
            Postgres = await PrivatePostgres.StartAsync(new PostgresOptions
            {
                Folder = In("postgres"), LogFile = In("postgres.log"), Secrets = Secrets, Ports = Ports,
            }, stop);
            return $"{Postgres.Binaries.Major}, port {Postgres.Port}";
        }),
        steps.RunAsync("RabbitMQ", async () =>
        {
            Rabbit = await PrivateRabbit.StartAsync(new RabbitOptions
            {
                Folder = In("rabbitmq"), LogFile = In("rabbitmq.log"), Secrets = Secrets, Ports = Ports, VirtualHosts = ["tiltas", OwnVirtualHost],
            }, stop);
            return $"port {Rabbit.Port}";
        }));

    private string In(string name) => Path.Combine(Folder, name);
}
