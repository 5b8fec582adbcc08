using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;
using Tiltas.Local.Data;
using Tiltas.Local.Network;
using Tiltas.Local.Servers;

namespace Tiltas.TestKit;

/// <summary>
/// The whole network as real processes, loaded with the country's data, with a PostgreSQL and a RabbitMQ of its own in a temporary
/// folder unless others are given. One for each test assembly that needs it; tests may stop, kill and restart its parts.
/// </summary>
public sealed class TestNetwork : IAsyncDisposable
{
    private static readonly string[] Services = ["directory", "identification", "referral", "notification"];
    private readonly ConcurrentDictionary<string, Agency> _agencies = new();
    private readonly string _folder;
    private readonly GivenServers? _given;

    private TestNetwork(LocalNetwork network, string folder, GivenServers? given) => (Network, _folder, _given) = (network, folder, given);

    /// <summary>The processes.</summary>
    public LocalNetwork Network { get; }

    /// <summary>Where it keeps logs, keys and data.</summary>
    public string Folder => _folder;

    /// <summary>True when the two servers are this network's alone: they may be stopped, killed and looked into.</summary>
    public bool OwnsServers => _given is null;

    /// <summary>Its own PostgreSQL, to be stopped and killed.</summary>
    public PrivatePostgres Postgres => Network.Postgres ?? throw new InvalidOperationException("This PostgreSQL was given and is not ours to touch.");

    /// <summary>Its own RabbitMQ, to be stopped and killed.</summary>
    public PrivateRabbit Rabbit => Network.Rabbit ?? throw new InvalidOperationException("This RabbitMQ was given and is not ours to touch.");

    /// <summary>Brings one up. Services may be given more configuration.</summary>
    public static async Task<TestNetwork> Start(Func<string, IReadOnlyDictionary<string, string?>>? configure = null, GivenServers? given = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        if (given is not null) await given.MustBeUnused(patience.Token);
        var folder = Directory.CreateTempSubdirectory("tiltas-net-").FullName;
        var network = await LocalNetwork.StartAsync(new NetworkOptions
        {
            Repository = Repository.Root, Folder = folder, Configuration = "debug",
            // Others may use the same database server, and have databases of these names on it.
            Postgres = given?.Postgres, Bus = given?.Bus, DatabasePrefix = given is null ? "" : $"tiltas_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}_",
            Configure = name => new Dictionary<string, string?>(configure?.Invoke(name) ?? new Dictionary<string, string?>())
            {
                ["RateLimit__PerSecond"] = "100000", ["RateLimit__Burst"] = "100000",
                ["RateLimit__AnonymousPerSecond"] = "100000", ["RateLimit__AnonymousBurst"] = "100000",
                // Beyond the five seconds after which Kestrel's own measure, were it on, would act.
                ["Gateway__BodyWithin"] = "00:00:08",
            },
        }, patience.Token);
        var test = new TestNetwork(network, folder, given);
        try
        {
            await test.LoadCountry(patience.Token);
            return test;
        }
        catch
        {
            await test.DisposeAsync();
            throw;
        }
    }

    /// <summary>A system of that agency; <c>registrar</c> is the registrar.</summary>
    public Agency As(string agency) => _agencies.GetOrAdd(agency, id =>
        new Agency(Network.Gateway, id, Network.ClientSecret(id == "registrar" ? id : id + "-system")));

    /// <summary>Rows of a query on one service's database, as the server's superuser.</summary>
    public async Task<List<object?[]>> Query(string service, string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(StoreOf(service));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            rows.Add(row);
        }
        return rows;
    }

    /// <summary>A connection to one service's database as the server's superuser.</summary>
    public string StoreOf(string service) => Network.Store.ConnectionString(Network.StoreName(service), pooling: false);

    /// <summary>The first value of the first row as a number.</summary>
    public async Task<long> Count(string service, string sql, params object[] values) =>
        Convert.ToInt64((await Query(service, sql, values))[0][0], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Kills a process if it lives and starts it again with other configuration; null values are taken away.</summary>
    public async Task Restart(string service, params (string Key, string? Value)[] configuration)
    {
        var process = Network[service];
        await process.KillAsync();
        foreach (var (key, value) in configuration) process.Set(key, value);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        await process.StartAsync(patience.Token);
    }

    /// <summary>No message waits or is parked in any service.</summary>
    public Task Settled(int seconds = 60) => Eventually.True("every outbox empty", async () =>
    {
        foreach (var service in Services)
            if (await Count(service, "SELECT count(*) FROM outbox WHERE parked_at IS NULL") > 0) return false;
        return true;
    }, seconds);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var agency in _agencies.Values) agency.Dispose();
        await Network.StopAsync();
        if (Network.Rabbit is { } rabbit) await rabbit.DeleteAsync();
        if (Network.Postgres is { } postgres) await postgres.DeleteAsync();
        if (_given is not null)
            foreach (var service in Services) await _given.Postgres.DropDatabaseAsync(Network.StoreName(service), CancellationToken.None);
        if (Environment.GetEnvironmentVariable("TILTAS_KEEP_TEST_FOLDERS") is null) Directory.Delete(_folder, recursive: true);
    }

    private async Task LoadCountry(CancellationToken stop)
    {
        using var registrar = new ApiClient(Network.Gateway, "registrar", Network.ClientSecret("registrar"));
        using var kopzi = new ApiClient(Network.Gateway, "lt-kopzi-system", Network.ClientSecret("lt-kopzi-system"));
        var loader = new CountryLoader(Network, registrar);
        await loader.LoadAsync(stop);
        await loader.WaitForPartnersAsync("lt-kopzi", kopzi, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), stop);
    }
}
