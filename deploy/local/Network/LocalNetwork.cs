using Tiltas.Local.Data;
using Tiltas.Local.Processes;
using Tiltas.Local.Servers;

namespace Tiltas.Local.Network;

/// <summary>What one network on this machine needs to know.</summary>
public sealed record NetworkOptions
{
    /// <summary>The repository's root.</summary>
    public required string Repository { get; init; }

    /// <summary>All that the network keeps: data, keys, secrets, ports, logs.</summary>
    public required string Folder { get; init; }

    /// <summary><c>release</c> or <c>debug</c>.</summary>
    public string Configuration { get; init; } = "release";

    /// <summary>A PostgreSQL that runs already; otherwise a private one is started.</summary>
    public PostgresAddress? Postgres { get; init; }

    /// <summary>A broker that runs already, as an address for each service's name; otherwise a private one is started.</summary>
    public Func<string, Uri>? Bus { get; init; }

    /// <summary>Stands before the names of databases and roles, where several networks share a server.</summary>
    public string DatabasePrefix { get; init; } = "";

    /// <summary>The port to try first for the gateway.</summary>
    public int WantedGatewayPort { get; init; }

    /// <summary>The port to try first for the gateway with TLS.</summary>
    public int WantedTlsPort { get; init; }

    /// <summary>More lines of configuration for a service of this name.</summary>
    public Func<string, IReadOnlyDictionary<string, string?>> Configure { get; init; } = _ => new Dictionary<string, string?>();

    /// <summary>Told of each process as it starts.</summary>
    public Action<ChildProcess> OnStarted { get; init; } = _ => { };

    /// <summary>Told of each step.</summary>
    public ISteps Steps { get; init; } = new NoSteps();
}

/// <summary>All of Tiltas on one machine, each part a process of its own.</summary>
public sealed class LocalNetwork : IAsyncDisposable
{
    private static readonly string[] ServiceNames = ["directory", "identification", "referral", "notification"];
    private readonly NetworkOptions _options;
    private readonly Dictionary<string, ServiceProcess> _services = new(StringComparer.Ordinal);
    private readonly Ports _ports;

    private LocalNetwork(NetworkOptions options)
    {
        _options = options;
        _ports = new Ports(In("ports.json"));
        Secrets = new Secrets(In("secrets.json"));
        Keys = new NetworkKeys(In("keys"));
        Authority = new DevelopmentAuthority(options.Folder);
        Country = Path.Combine(options.Repository, "data", "lt");
        foreach (var name in ServiceNames.Append("gateway")) _services[name] = Describe(name);
        this["directory"].Set("OpenReferral__Address", Gateway.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>The public door.</summary>
    public Uri Gateway => this["gateway"].Api;

    /// <summary>The public door with TLS: HTTP and gRPC on one address.</summary>
    public Uri GatewayTls => this["gateway"].Grpc;

    /// <summary>Who stands for the certificate of that door.</summary>
    public DevelopmentAuthority Authority { get; }

    /// <summary>Passwords, and the client secrets of the agencies.</summary>
    public Secrets Secrets { get; }

    /// <summary>The key files.</summary>
    public NetworkKeys Keys { get; }

    /// <summary>The folder of the country's data.</summary>
    public string Country { get; }

    /// <summary>What of it was loaded, and as which version.</summary>
    internal string LoadedRecords => In("loaded.json");

    /// <summary>The PostgreSQL server in use, whoever runs it.</summary>
    public PostgresAddress Store => _options.Postgres ?? Postgres?.Address ?? throw new InvalidOperationException("No PostgreSQL runs yet.");

    /// <summary>The private PostgreSQL; null when one was given.</summary>
    public PrivatePostgres? Postgres { get; private set; }

    /// <summary>The private broker; null when one was given.</summary>
    public PrivateRabbit? Rabbit { get; private set; }

    /// <summary>The four services and the gateway.</summary>
    public IReadOnlyCollection<ServiceProcess> Services => _services.Values;

    /// <summary>The way into the broker in use, whoever runs it: for a service by its name, or for <c>operator</c>, who may do all.</summary>
    public Uri BusFor(string user) =>
        _options.Bus?.Invoke(user) ?? Rabbit?.UriFor(user) ?? throw new InvalidOperationException("No broker runs yet.");

    /// <summary>The name of a service's database and of its run-time role.</summary>
    public string StoreName(string service) => _options.DatabasePrefix + service;

    /// <summary>One service, or <c>gateway</c>.</summary>
    public ServiceProcess this[string name] => _services[name];

    /// <summary>All that shall run, those first that others need.</summary>
    public IReadOnlyList<ISupervised> Supervised => [.. new ISupervised?[] { Postgres, Rabbit }.OfType<ISupervised>(), .. Services];

    /// <summary>The secret with which an agency's system signs in.</summary>
    public string ClientSecret(string clientId) => Secrets.Of(NetworkKeys.SecretName(clientId));

    /// <summary>Brings everything up and waits until it is ready.</summary>
    public static async Task<LocalNetwork> StartAsync(NetworkOptions options, CancellationToken stop)
    {
        var network = new LocalNetwork(options);
        try
        {
            await network.StartAsync(stop);
            return network;
        }
        catch
        {
            await network.StopAsync();
            throw;
        }
    }

    /// <summary>Stops all that it started, in the order that loses nothing.</summary>
    public async Task StopAsync()
    {
        await this["gateway"].StopAsync();
        await Task.WhenAll(ServiceNames.Select(name => this[name].StopAsync()));
        await Task.WhenAll(Rabbit?.StopAsync() ?? Task.CompletedTask, Postgres?.StopAsync() ?? Task.CompletedTask);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StartAsync(CancellationToken stop)
    {
        var steps = _options.Steps;
        NetworkFolder.Prepare(_options.Folder);
        var keys = steps.RunAsync("Keys and clients", async () =>
        {
            var agencies = CountryData.Read(Country).Agencies;
            await Task.Run(() => Keys.Make(agencies.Select(agency => agency.Id), Secrets), stop);
            Authority.Make(TimeProvider.System);
            return $"{agencies.Count} agencies";
        });
        var bus = BusAsync(stop);
        var stores = StoresAsync(stop);
        await Task.WhenAll(keys, bus, stores);
        await Task.WhenAll(ServiceNames.Select(name => RunAsync(this[name], stop)));
        await RunAsync(this["gateway"], stop);
    }

    private Task RunAsync(ServiceProcess service, CancellationToken stop) => _options.Steps.RunAsync(service.Name, async () =>
    {
        await service.StartAsync(stop);
        return service.Api.GetLeftPart(UriPartial.Authority);
    });

    private async Task BusAsync(CancellationToken stop)
    {
        if (_options.Bus is null) await _options.Steps.RunAsync("RabbitMQ", async () =>
        {
            Rabbit = await PrivateRabbit.StartAsync(new RabbitOptions
            {
                Folder = In("servers/rabbitmq"), LogFile = In("logs/rabbitmq.log"), Secrets = Secrets, Ports = _ports, OnStarted = _options.OnStarted,
            }, stop);
            return $"{Rabbit.Version}, port {Rabbit.Port}";
        });
        foreach (var name in ServiceNames)
            this[name].Set("Bus__Uri", BusFor(name).AbsoluteUri);
    }

    private async Task StoresAsync(CancellationToken stop)
    {
        if (_options.Postgres is null) await _options.Steps.RunAsync("PostgreSQL", async () =>
        {
            Postgres = await PrivatePostgres.StartAsync(new PostgresOptions
            {
                Folder = In("servers/postgres"), LogFile = In("logs/postgres.log"), Secrets = Secrets, Ports = _ports, OnStarted = _options.OnStarted,
            }, stop);
            return $"{Postgres.Binaries.Major}, port {Postgres.Port}";
        });
        await _options.Steps.RunAsync("Databases", async () =>
        {
            var done = await Task.WhenAll(ServiceNames.Select(name => MigrateAsync(this[name], stop)));
            var (created, applied) = (done.Count(one => one.Created), done.Sum(one => one.Applied));
            return created + applied == 0 ? $"{done.Length} there, nothing to migrate" : $"{created} created, {applied} migrations applied";
        });
    }

    private async Task<(bool Created, long Applied)> MigrateAsync(ServiceProcess service, CancellationToken stop)
    {
        var name = StoreName(service.Name);
        var store = await Store.CreateDatabaseAsync(name, Secrets, stop);
        service.Set("ConnectionStrings__Store", store.Store);
        service.Set("ConnectionStrings__Owner", store.Owner);
        var before = await Store.CountMigrationsAsync(name, stop);
        await service.MigrateAsync(stop);
        service.Set("ConnectionStrings__Owner", null);
        return (store.Created, await Store.CountMigrationsAsync(name, stop) - before);
    }

    private ServiceProcess Describe(string name)
    {
        var assembly = "Tiltas." + Title(name);
        var service = new ServiceProcess(new ServiceOptions
        {
            Name = name,
            Assembly = Path.Combine(_options.Repository, "artifacts", "bin", assembly, _options.Configuration, assembly + ".dll"),
            LogFile = In($"logs/{name}.log"),
            Ports = _ports,
            WantedPort = name == "gateway" ? _options.WantedGatewayPort : 0,
            WantedTlsPort = name == "gateway" ? _options.WantedTlsPort : 0,
            IsDoor = name == "gateway",
            OnStarted = _options.OnStarted,
        });
        service.Set("Passport__JwksFile", Keys.PublicKeys);
        if (name is "directory" or "identification" or "referral") service.Set("Country__Path", Country);
        if (name == "referral") service.Set("Sealing__MasterKeyFile", Keys.MasterKey);
        if (name == "identification") service.Set("Sealing__MasterKeyFile", Keys.FormsKey);
        if (name == "gateway")
        {
            service.Set("Passport__SigningKeyFile", Keys.SigningKey);
            service.Set("Gateway__ClientsFile", Keys.Clients);
            service.Set("Gateway__ClientsCopyFile", Keys.ClientsCopy);
            service.Set("Tls__CertificateFile", Authority.Certificate);
            service.Set("Tls__KeyFile", Authority.Key);
            foreach (var other in Services)
            {
                service.Set($"Gateway__{Title(other.Name)}", other.Api.GetLeftPart(UriPartial.Authority));
                service.Set($"Gateway__Inside__{Title(other.Name)}", other.Inside.GetLeftPart(UriPartial.Authority));
                service.Set($"Gateway__Grpc__{Title(other.Name)}", other.Grpc.GetLeftPart(UriPartial.Authority));
            }
        }
        foreach (var (key, value) in _options.Configure(name)) service.Set(key, value);
        return service;
    }

    private static string Title(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private string In(string name) => Path.Combine(_options.Folder, name);
}
