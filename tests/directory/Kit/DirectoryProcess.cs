using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Tiltas.Local.Servers;
using Tiltas.TestKit;

namespace Tiltas.Directory.Tests.Kit;

/// <summary>The real service as a process, on a database of its own, with no broker: what it would send stays in the outbox.</summary>
public sealed class DirectoryProcess : IAsyncLifetime
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("tiltas-directory-").FullName;
    private readonly string _country = Places.WriteFiles();
    private readonly string _name = "dirtest_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
    private readonly string _password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
    private readonly StringBuilder _said = new();
    private Keys _keys = null!;
    private Process? _process;
    private Uri _api = null!, _inside = null!;
    private string _server = "";

    /// <summary>The database as its superuser sees it.</summary>
    public NpgsqlDataSource Store { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _keys = new Keys(_folder);
        _server = await TestPostgres.ConnectionString();
        await using (var server = NpgsqlDataSource.Create(_server))
        {
            await Run(server, $"CREATE ROLE {_name}_owner LOGIN PASSWORD '{_password}'");
            await Run(server, $"CREATE ROLE {_name} LOGIN PASSWORD '{_password}'");
            await Run(server, $"CREATE DATABASE {_name} OWNER {_name}_owner");
            // Nothing here outlives a crash of the server, so nobody has to wait for the disk.
            await Run(server, $"ALTER DATABASE {_name} SET synchronous_commit = off");
        }
        Store = NpgsqlDataSource.Create(Connection(null));
        await Run(Store, $"ALTER DEFAULT PRIVILEGES FOR ROLE {_name}_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {_name}");

        await Migrate();
        _api = new Uri($"http://127.0.0.1:{PortRegister.Any()}");
        _inside = new Uri($"http://127.0.0.1:{PortRegister.Any()}");
        _process = Start();
        await Answers();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        await Store.DisposeAsync();
        await using (var server = NpgsqlDataSource.Create(_server))
        {
            await Run(server, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
            await Run(server, $"DROP ROLE IF EXISTS {_name}");
            await Run(server, $"DROP ROLE IF EXISTS {_name}_owner");
        }
        System.IO.Directory.Delete(_folder, recursive: true);
        System.IO.Directory.Delete(_country, recursive: true);
    }

    public async Task Migrate()
    {
        using var migration = Start("migrate");
        await migration.WaitForExitAsync();
        if (migration.ExitCode != 0) throw new InvalidOperationException("migrate failed: " + _said);
    }

    public HttpClient Registrar => As("lt-registrar", "registrar");

    public HttpClient As(string agency, params string[] roles)
    {
        var client = new HttpClient { BaseAddress = _api };
        client.DefaultRequestHeaders.Authorization = Passport(agency, roles);
        return client;
    }

    /// <summary>By the port that only other processes of the network reach.</summary>
    public HttpClient Inside(params string[] roles)
    {
        var client = new HttpClient { BaseAddress = _inside };
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(_keys.Passport("tiltas-gateway", roles));
        return client;
    }

    /// <summary>What a request of that agency carries as its authorization.</summary>
    public AuthenticationHeaderValue Passport(string agency, params string[] roles) => AuthenticationHeaderValue.Parse(_keys.Passport(agency, roles));

    public HttpClient Nobody => new() { BaseAddress = _api };

    /// <summary>Messages about one aggregate in the order they were written: the last part of the URN and the body.</summary>
    public async Task<List<(string Message, System.Text.Json.JsonElement Body)>> Messages(string member, string id)
    {
        await using var command = Store.CreateCommand(
            "SELECT urn, convert_from(body, 'UTF8') FROM outbox WHERE convert_from(body, 'UTF8')::jsonb ->> $1 = $2 ORDER BY (convert_from(body, 'UTF8')::jsonb ->> 'version')::int");
        command.Parameters.Add(new() { Value = member });
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync();
        var messages = new List<(string, System.Text.Json.JsonElement)>();
        while (await reader.ReadAsync())
            messages.Add((reader.GetString(0).Split(':')[^2], System.Text.Json.JsonDocument.Parse(reader.GetString(1)).RootElement));
        return messages;
    }

    /// <summary>How many rows of every kind there are.</summary>
    public async Task<long> Rows()
    {
        await using var command = Store.CreateCommand(
            "SELECT (SELECT count(*) FROM agencies) + (SELECT count(*) FROM services) + (SELECT count(*) FROM locations) + (SELECT count(*) FROM memoranda) + (SELECT count(*) FROM outbox)");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private string Connection(string? role)
    {
        var connection = new NpgsqlConnectionStringBuilder(_server) { Database = _name, Pooling = true };
        if (role is not null) (connection.Username, connection.Password) = (role, _password);
        return connection.ConnectionString;
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Tiltas.Directory.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (key, value) in new Dictionary<string, string?>
        {
            ["ConnectionStrings__Owner"] = Connection(_name + "_owner"),
            ["ConnectionStrings__Store"] = Connection(_name),
            ["Bus__Uri"] = $"amqp://nobody:nothing@127.0.0.1:{PortRegister.Any()}/tiltas",
            ["Passport__JwksFile"] = _keys.JwksFile,
            ["Country__Path"] = _country,
            ["Listen__Api"] = _api?.ToString().TrimEnd('/'),
            ["Listen__Inside"] = _inside?.ToString().TrimEnd('/'),
            ["ASPNETCORE_URLS"] = _api?.ToString(),
            ["Logging__LogLevel__Default"] = "Warning",
        }) start.Environment[key] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (_said) _said.AppendLine(line.Data);
    }

    private async Task Answers()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var client = Nobody;
        while (await pause.WaitForNextTickAsync(limit.Token))
        {
            if (_process!.HasExited) throw new InvalidOperationException("The service ended: " + _said);
            try
            {
                using var answer = await client.GetAsync("/v1/municipalities", limit.Token);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException)
            {
                // Not listening yet.
            }
        }
    }

    private static async Task Run(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Tests that share one running service; each uses identifiers of its own.</summary>
[CollectionDefinition(Name)]
public sealed class RunningDirectory : ICollectionFixture<DirectoryProcess>
{
    public const string Name = "running directory";
}
