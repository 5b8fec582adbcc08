using System.Globalization;
using Npgsql;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Servers;

/// <summary>What a private PostgreSQL needs to know.</summary>
public sealed record PostgresOptions
{
    /// <summary>Its data lies here and survives a restart.</summary>
    public required string Folder { get; init; }

    /// <summary>Where its log goes.</summary>
    public required string LogFile { get; init; }

    /// <summary>Its passwords; entries begin with <c>postgres:</c>.</summary>
    public required Secrets Secrets { get; init; }

    /// <summary>Its port is the one named <c>postgres</c>.</summary>
    public required Ports Ports { get; init; }

    /// <summary>Told of each process as it starts.</summary>
    public Action<ChildProcess> OnStarted { get; init; } = _ => { };
}

/// <summary>
/// A PostgreSQL server of our own: a child process on the loopback interface with data, passwords and sockets of its own.
/// It touches no cluster of the system's.
/// </summary>
public sealed class PrivatePostgres : ISupervised, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly PostgresOptions _options;
    private readonly PostgresBinaries _binaries;
    private readonly ServerFolder _folder;

    private PrivatePostgres(PostgresOptions options, PostgresBinaries binaries, ServerFolder folder)
    {
        (_options, _binaries, _folder) = (options, binaries, folder);
        Port = options.Ports.Take("postgres");
        Address = new PostgresAddress { Host = "127.0.0.1", Port = Port, User = "postgres", Password = options.Secrets.Of("postgres:postgres") };
    }

    /// <inheritdoc/>
    public string Name => "PostgreSQL";

    /// <summary>Its port; the same after a restart.</summary>
    public int Port { get; }

    /// <summary>The way in for its superuser.</summary>
    public PostgresAddress Address { get; }

    /// <summary>The programs it was started from; <c>pgbench</c> lies beside them.</summary>
    public PostgresBinaries Binaries => _binaries;

    /// <summary>The server as it runs now.</summary>
    public ChildProcess? Process { get; private set; }

    /// <summary>Makes the data folder if there is none, starts the server and waits until it answers.</summary>
    public static async Task<PrivatePostgres> StartAsync(PostgresOptions options, CancellationToken stop)
    {
        var binaries = await PostgresBinaries.FindAsync(stop) ?? throw new LocalException("PostgreSQL 15 or newer is not installed.");
        var folder = await ServerFolder.PrepareAsync(options.Folder, ServerUser.Find(), stop);
        var server = new PrivatePostgres(options, binaries, folder);
        await server.InitialiseAsync(stop);
        try
        {
            await server.StartAsync(stop);
            return server;
        }
        catch
        {
            await server.StopAsync();
            throw;
        }
    }

    /// <summary>Starts it again after a stop or a crash: same port, same data.</summary>
    public async Task<ChildProcess> StartAsync(CancellationToken stop)
    {
        Process = ChildProcess.Run(new ChildStart
        {
            Name = "postgres",
            Command = _folder.User.Command(_binaries.Program("postgres"), "-D", _folder.In("data")),
            LogFile = _options.LogFile,
            Folder = _folder.Path,
            Environment = new Dictionary<string, string?> { ["HOME"] = _folder.Path, ["LC_ALL"] = "C.UTF-8", ["PGDATA"] = null },
            StopSignal = Signal.Interrupt,
        });
        _options.OnStarted(Process);
        await ReadyAsync(Process, stop);
        return Process;
    }

    /// <summary>As <c>pg_ctl stop -m fast</c>: open transactions are rolled back, what is committed is on disk.</summary>
    public Task StopAsync() => Process?.StopAsync(TimeSpan.FromSeconds(20)) ?? Task.CompletedTask;

    /// <summary>Ends it as a power cut would.</summary>
    public Task KillAsync() => Process?.KillAsync() ?? Task.CompletedTask;

    /// <summary>One database with its two roles; see <see cref="PostgresAddress.CreateDatabaseAsync"/>.</summary>
    public Task<StoreAddress> CreateDatabaseAsync(string name, CancellationToken stop) => Address.CreateDatabaseAsync(name, _options.Secrets, stop);

    /// <summary>Stops it and removes its data.</summary>
    public async Task DeleteAsync()
    {
        await StopAsync();
        _folder.Delete();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task InitialiseAsync(CancellationToken stop)
    {
        var data = _folder.In("data");
        // initdb writes PG_VERSION early: only our own mark says that it came to its end.
        if (File.Exists(_folder.In("initialised")))
        {
            Configure();
            return;
        }
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        var passwordFile = _folder.WriteFile("superuser", Address.Password);
        List<string> locale = _binaries.Major >= 17 ? ["--locale-provider=builtin", "--locale=C.UTF-8"] : ["--locale=C.UTF-8"];
        var initdb = await Programs.RunAsync(
            _folder.User.Command([_binaries.Program("initdb"), "-D", data, "-U", "postgres", "-E", "UTF8", "-A", "scram-sha-256",
                "--pwfile", passwordFile, "--no-instructions", .. locale]),
            stop, new Dictionary<string, string?> { ["HOME"] = _folder.Path, ["LC_ALL"] = "C.UTF-8" }, _folder.Path);
        initdb.OrThrow("initdb");
        File.Delete(passwordFile);
        File.AppendAllText(Path.Combine(data, "postgresql.conf"), "\ninclude_if_exists '../tiltas.conf'\n");
        Configure();
        _folder.WriteFile("initialised", "");
    }

    private void Configure()
    {
        // A socket's path may be no longer than a kernel structure allows.
        var sockets = _folder.Path.Length < 80 ? _folder.MakeFolder(_folder.In("sockets")) : "";
        _folder.WriteFile("tiltas.conf", string.Create(CultureInfo.InvariantCulture, $"""
            listen_addresses = '127.0.0.1'
            port = {Port}
            unix_socket_directories = '{sockets.Replace("'", "''", StringComparison.Ordinal)}'
            max_connections = 200
            shared_buffers = 256MB
            track_commit_timestamp = on
            fsync = on
            timezone = 'UTC'
            log_timezone = 'UTC'
            # Statements may carry what is sealed elsewhere: log that something failed, not the values.
            log_min_error_statement = panic
            log_parameter_max_length_on_error = 0

            """));
    }

    private async Task ReadyAsync(ChildProcess process, CancellationToken stop)
    {
        var ready = await Until.TrueAsync(async token =>
        {
            if (process.Exited.IsCompleted)
                throw new LocalException("PostgreSQL ended at once. Its last words:\n" + string.Join('\n', process.LastLines(8)));
            try
            {
                await using var connection = new NpgsqlConnection(Address.ConnectionString("postgres", pooling: false));
                await connection.OpenAsync(token);
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }, Patience, stop);
        if (!ready) throw new LocalException($"PostgreSQL does not answer on port {Port}; see {process.Start.LogFile}");
    }
}
