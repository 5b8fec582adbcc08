using System.Globalization;
using System.Net.Sockets;
using Tiltas.Local.Processes;
using Tiltas.Local.Servers;

namespace Tiltas.Local.Network;

/// <summary>What one of our own processes needs to know.</summary>
public sealed record ServiceOptions
{
    /// <summary><c>referral</c>, <c>gateway</c> …</summary>
    public required string Name { get; init; }

    /// <summary>The program.</summary>
    public required string Assembly { get; init; }

    /// <summary>Where its log goes.</summary>
    public required string LogFile { get; init; }

    /// <summary>Its ports are <c>name</c>, <c>name-inside</c>, and <c>name-tls</c> or <c>name-grpc</c>.</summary>
    public required Ports Ports { get; init; }

    /// <summary>The port to try first, for a door that people remember.</summary>
    public int WantedPort { get; init; }

    /// <summary>The same for the door with TLS.</summary>
    public int WantedTlsPort { get; init; }

    /// <summary>True for the public door, which has TLS; what lies behind it speaks gRPC without.</summary>
    public bool IsDoor { get; init; }

    /// <summary>Told of each process as it starts.</summary>
    public Action<ChildProcess> OnStarted { get; init; } = _ => { };
}

/// <summary>One of our own services as a process.</summary>
public sealed class ServiceProcess : ISupervised
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private readonly ServiceOptions _options;
    private readonly Dictionary<string, string?> _environment = new(StringComparer.Ordinal);

    /// <summary>A service that does not run yet; its addresses are settled.</summary>
    public ServiceProcess(ServiceOptions options)
    {
        _options = options;
        Api = Loopback(options.Ports.Take(options.Name, options.WantedPort));
        Inside = Loopback(options.Ports.Take(options.Name + "-inside"));
        Set("Listen__Api", Api.GetLeftPart(UriPartial.Authority));
        Set("Listen__Inside", Inside.GetLeftPart(UriPartial.Authority));
        var (more, key) = options.IsDoor ? (options.Name + "-tls", "Listen__Tls") : (options.Name + "-grpc", "Listen__Grpc");
        var port = options.Ports.Take(more, options.WantedTlsPort);
        Set(key, string.Create(CultureInfo.InvariantCulture, $"{(options.IsDoor ? "https" : "http")}://127.0.0.1:{port}"));
        Grpc = new Uri(string.Create(CultureInfo.InvariantCulture, $"{(options.IsDoor ? "https://localhost" : "http://127.0.0.1")}:{port}/"));
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <summary>Where its API answers.</summary>
    public Uri Api { get; }

    /// <summary>Where it speaks gRPC: the public door with TLS, HTTP on the same address; the others without.</summary>
    public Uri Grpc { get; }

    /// <summary>Where its health and metrics answer.</summary>
    public Uri Inside { get; }

    /// <inheritdoc/>
    public ChildProcess? Process { get; private set; }

    /// <summary>One line of its configuration; takes effect at its next start. Null takes the line away.</summary>
    public void Set(string key, string? value) => _environment[key] = value;

    /// <summary>Runs <c>migrate</c> to its end.</summary>
    public async Task MigrateAsync(CancellationToken stop)
    {
        Check();
        var answer = await Programs.RunAsync([Dotnet(), _options.Assembly, "migrate"], stop, _environment, Path.GetDirectoryName(_options.Assembly));
        answer.OrThrow($"Migrating the database of {Name}");
    }

    /// <inheritdoc/>
    public async Task<ChildProcess> StartAsync(CancellationToken stop)
    {
        Check();
        Process = ChildProcess.Run(new ChildStart
        {
            Name = Name, Command = [Dotnet(), _options.Assembly], LogFile = _options.LogFile,
            Folder = Path.GetDirectoryName(_options.Assembly)!, Environment = _environment,
        });
        _options.OnStarted(Process);
        await ReadyAsync(Process, stop);
        return Process;
    }

    /// <summary>Ends it in good order.</summary>
    public Task StopAsync() => Process?.StopAsync(Grace) ?? Task.CompletedTask;

    /// <summary>Ends it as a crash would.</summary>
    public Task KillAsync() => Process?.KillAsync() ?? Task.CompletedTask;

    private async Task ReadyAsync(ChildProcess process, CancellationToken stop)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var last = "nothing";
        var ready = await Until.TrueAsync(async token =>
        {
            if (process.Exited.IsCompleted)
                throw new LocalException($"{Name} ended with exit code {await process.Exited}. Its last words:\n" + string.Join('\n', process.LastLines(12)));
            try
            {
                using var answer = await client.GetAsync(new Uri(Inside, "/health/ready"), token);
                last = string.Create(CultureInfo.InvariantCulture, $"{(int)answer.StatusCode}");
                return answer.IsSuccessStatusCode;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException || (e is OperationCanceledException && !token.IsCancellationRequested))
            {
                return false;
            }
        }, Patience, stop);
        if (!ready) throw new LocalException($"{Name} is not ready after {Patience.TotalSeconds:0} s ({Inside}health/ready answered {last}); see {_options.LogFile}");
    }

    private void Check()
    {
        if (!File.Exists(_options.Assembly)) throw new LocalException($"{_options.Assembly} is not built. Start through ./tiltas, which builds it.");
    }

    private static string Dotnet() => Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : "dotnet";

    private static Uri Loopback(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
}
