using Tiltas.Local.Servers;

namespace Tiltas.TestKit;

/// <summary>
/// The PostgreSQL that store tests use, as its superuser: the one named by TILTAS_TEST_POSTGRES (<c>postgres://user:password@host:port</c>),
/// else a private one of this process, gone with it.
/// </summary>
public static class TestPostgres
{
    private static readonly Lazy<Task<PostgresAddress>> Server = new(Find);

    /// <summary>Its address.</summary>
    public static Task<PostgresAddress> Address() => Server.Value;

    /// <summary>A connection string to its own database <c>postgres</c>.</summary>
    public static async Task<string> ConnectionString() => (await Address()).ConnectionString("postgres", pooling: false);

    private static async Task<PostgresAddress> Find()
    {
        if (Environment.GetEnvironmentVariable("TILTAS_TEST_POSTGRES") is { Length: > 0 } address) return PostgresAddress.Parse(address);
#if USE_TESTCONTAINERS
        return await ContainerServers.StartPostgresAsync();
#else
        var folder = Directory.CreateTempSubdirectory("tiltas-pg-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_001_001);
        var server = await PrivatePostgres.StartAsync(new PostgresOptions
        {
            Folder = Path.Combine(folder, "postgres"), LogFile = Path.Combine(folder, "postgres.log"),
            Secrets = new(Path.Combine(folder, "secrets.json")), Ports = new(Path.Combine(folder, "ports.json")),
        }, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            // The process is going: the server goes at once and leaves nothing behind.
            server.Process?.Identity.Signal(Tiltas.Local.Processes.Signal.Kill);
            Directory.Delete(folder, recursive: true);
        };
        return server.Address;
#endif
    }
}
