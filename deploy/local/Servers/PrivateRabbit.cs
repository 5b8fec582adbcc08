using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Servers;

/// <summary>What a private RabbitMQ needs to know.</summary>
public sealed record RabbitOptions
{
    /// <summary>Its data lies here and survives a restart.</summary>
    public required string Folder { get; init; }

    /// <summary>Where its log goes.</summary>
    public required string LogFile { get; init; }

    /// <summary>Its passwords; entries begin with <c>rabbitmq:</c>.</summary>
    public required Secrets Secrets { get; init; }

    /// <summary>Its ports are those whose names begin with <c>rabbitmq</c>.</summary>
    public required Ports Ports { get; init; }

    /// <summary>Each gets the same users, rights, policies and queues.</summary>
    public IReadOnlyList<string> VirtualHosts { get; init; } = ["tiltas"];

    /// <summary>A page of metrics on a loopback port; makes the start somewhat longer.</summary>
    public bool Metrics { get; init; }

    /// <summary>Told of each process as it starts.</summary>
    public Action<ChildProcess> OnStarted { get; init; } = _ => { };
}

/// <summary>
/// A RabbitMQ node of our own: child processes on the loopback interface with a name service, cookie, name, data and users
/// of its own. It touches no other node.
/// </summary>
public sealed class PrivateRabbit : ISupervised, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly RabbitOptions _options;
    private readonly RabbitBinaries _binaries;
    private readonly ServerFolder _folder;
    private readonly string _node;

    private PrivateRabbit(RabbitOptions options, RabbitBinaries binaries, ServerFolder folder)
    {
        (_options, _binaries, _folder) = (options, binaries, folder);
        Port = options.Ports.Take("rabbitmq");
        MetricsPort = options.Ports.Take("rabbitmq-metrics");
        EpmdPort = options.Ports.Take("rabbitmq-epmd");
        DistributionPort = options.Ports.Take("rabbitmq-distribution");
        _node = $"tiltas-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(folder.Path)).AsSpan(0, 4))}@localhost";
    }

    /// <inheritdoc/>
    public string Name => "RabbitMQ";

    /// <summary>Its AMQP port; the same after a restart.</summary>
    public int Port { get; }

    /// <summary>The version installed.</summary>
    public Version Version => _binaries.Version;

    /// <summary>Metrics in Prometheus text, when asked for.</summary>
    public int MetricsPort { get; }

    /// <summary>The node as it runs now.</summary>
    public ChildProcess? Process { get; private set; }

    /// <summary>The node's name service as it runs now.</summary>
    public ChildProcess? NameService { get; private set; }

    private int EpmdPort { get; }

    private int DistributionPort { get; }

    /// <summary>The way in for a user of the definitions: a service by its name, or <c>operator</c>, who may do all.</summary>
    public Uri UriFor(string user, string virtualHost = "tiltas") => new(string.Create(CultureInfo.InvariantCulture,
        $"amqp://{user}:{_options.Secrets.Of("rabbitmq:" + user)}@127.0.0.1:{Port}/{Uri.EscapeDataString(virtualHost)}"));

    /// <summary>Starts a node and waits until it lets its users in.</summary>
    public static async Task<PrivateRabbit> StartAsync(RabbitOptions options, CancellationToken stop)
    {
        var binaries = RabbitBinaries.Find() ?? throw new LocalException("RabbitMQ 3.10 or newer is not installed.");
        var node = new PrivateRabbit(options, binaries, await ServerFolder.PrepareAsync(options.Folder, ServerUser.Find(), stop));
        try
        {
            await node.StartAsync(stop);
            return node;
        }
        catch
        {
            await node.StopAsync();
            throw;
        }
    }

    /// <summary>Starts it again after a stop or a crash: same port, same data.</summary>
    public async Task<ChildProcess> StartAsync(CancellationToken stop)
    {
        Configure();
        if (NameService is null || NameService.Exited.IsCompleted)
        {
            NameService = Run("rabbitmq-epmd", [_binaries.Epmd, "-port", EpmdPort.ToString(CultureInfo.InvariantCulture), "-address", "127.0.0.1"]);
            await Until.TrueAsync(() => Answers(EpmdPort), Patience, stop);
        }
        Process = Run("rabbitmq", [_binaries.Server]);
        await ReadyAsync(Process, stop);
        return Process;
    }

    /// <summary>Ends it in good order.</summary>
    public async Task StopAsync()
    {
        if (Process is { } process) await process.StopAsync(TimeSpan.FromSeconds(20));
        if (NameService is { } names) await names.StopAsync(TimeSpan.FromSeconds(5));
    }

    /// <summary>Ends the node as a power cut would; its name service stays.</summary>
    public Task KillAsync() => Process?.KillAsync() ?? Task.CompletedTask;

    /// <summary>Runs <c>rabbitmqctl</c> against this node and answers what it printed. Takes seconds.</summary>
    public async Task<string> ControlAsync(IEnumerable<string> arguments, CancellationToken stop)
    {
        var answer = await Programs.RunAsync(
            _folder.User.Command([_binaries.Tool("rabbitmqctl"), "-q", "-n", _node, .. arguments]), stop, Environment(), _folder.Path);
        return answer.OrThrow("rabbitmqctl").Output;
    }

    /// <summary>Stops it and removes its data.</summary>
    public async Task DeleteAsync()
    {
        await StopAsync();
        _folder.Delete();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private ChildProcess Run(string name, IReadOnlyList<string> command)
    {
        var process = ChildProcess.Run(new ChildStart
        {
            Name = name, Command = _folder.User.Command(command), LogFile = _options.LogFile, Folder = _folder.Path, Environment = Environment(),
        });
        _options.OnStarted(process);
        return process;
    }

    private void Configure()
    {
        foreach (var name in (string[])["mnesia", "home"]) _folder.MakeFolder(_folder.In(name));
        _folder.WriteFile("home/.erlang.cookie", _options.Secrets.Of("rabbitmq:cookie"));
        File.SetUnixFileMode(_folder.In("home/.erlang.cookie"), UnixFileMode.UserRead);
        var template = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "rabbitmq-definitions.json"));
        var definitions = _folder.WriteFile("definitions.json", RabbitDefinitions.Fill(template, _options.VirtualHosts, _options.Secrets));
        _folder.WriteFile("enabled_plugins", _options.Metrics ? "[rabbitmq_prometheus].\n" : "[].\n");
        // Erlang's own form of configuration: the readable one costs two seconds of translation at every start.
        var metrics = _options.Metrics ? $", {{rabbitmq_prometheus, [{{tcp_config, [{{ip, \"127.0.0.1\"}}, {{port, {MetricsPort}}}]}}]}}" : "";
        _folder.WriteFile("advanced.config", string.Create(CultureInfo.InvariantCulture, $$"""
            [{rabbit, [
                {tcp_listeners, [{"127.0.0.1", {{Port}}}]},
                {load_definitions, "{{definitions.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}}"},
                {log, [{console, [{enabled, true}, {level, info}]}, {file, [{file, false}]}]}
            ]}{{metrics}}].

            """));
    }

    private Dictionary<string, string?> Environment() => new()
    {
        ["HOME"] = _folder.In("home"),
        ["LC_ALL"] = "C.UTF-8",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = EpmdPort.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_NODENAME"] = _node,
        ["RABBITMQ_CONF_ENV_FILE"] = _folder.In("no-rabbitmq-env.conf"),
        ["RABBITMQ_CONFIG_FILE"] = _folder.In("no-rabbitmq.conf"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = _folder.In("advanced.config"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _folder.In("enabled_plugins"),
        ["RABBITMQ_MNESIA_BASE"] = _folder.In("mnesia"),
        ["RABBITMQ_LOG_BASE"] = _folder.In("home"),
        ["RABBITMQ_LOGS"] = "-",
        ["RABBITMQ_PID_FILE"] = _folder.In("home/pid"),
        ["RABBITMQ_DIST_PORT"] = DistributionPort.ToString(CultureInfo.InvariantCulture),
        // With input allowed the start script becomes the node instead of waiting beside it; -noinput takes the input away again.
        ["RABBITMQ_ALLOW_INPUT"] = "true",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-noinput +B i -start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
    };

    private async Task ReadyAsync(ChildProcess process, CancellationToken stop)
    {
        var factory = new ConnectionFactory { Uri = UriFor("operator", _options.VirtualHosts[0]), AutomaticRecoveryEnabled = false };
        var ready = await Until.TrueAsync(async token =>
        {
            if (process.Exited.IsCompleted)
                throw new LocalException("RabbitMQ ended at once. Its last words:\n" + string.Join('\n', process.LastLines(12)));
            if (!Answers(Port)) return false;
            try
            {
                await using var connection = await factory.CreateConnectionAsync(token);
                return true;
            }
            catch (BrokerUnreachableException)
            {
                return false;
            }
        }, Patience, stop);
        if (!ready) throw new LocalException($"RabbitMQ lets nobody in on port {Port}; see {process.Start.LogFile}");
    }

    private static bool Answers(int port)
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            client.Connect(System.Net.IPAddress.Loopback, port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
