using System.Globalization;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Servers;

/// <summary>
/// The two servers as containers, for a machine that lacks them and has a Docker engine. Not exercised where this was
/// written, for want of an engine.
/// </summary>
internal sealed class ComposeServers
{
    private readonly Workplace _place;
    private readonly Secrets _secrets;
    private readonly int _postgresPort;
    private readonly int _rabbitPort;

    internal ComposeServers(Workplace place)
    {
        var ports = new Ports(place.In("ports.json"));
        (_place, _secrets) = (place, new Secrets(place.In("secrets.json")));
        (_postgresPort, _rabbitPort) = (ports.Take("postgres"), ports.Take("rabbitmq"));
    }

    internal PostgresAddress Postgres => new()
    {
        Host = "127.0.0.1", Port = _postgresPort, User = "postgres", Password = _secrets.Of("postgres:postgres"),
    };

    internal static async Task<bool> AnswersAsync(CancellationToken stop) =>
        Programs.Find("docker") is { } docker && (await Programs.RunAsync([docker, "info"], stop)).Code == 0;

    internal Uri BusFor(string user) => new(string.Create(CultureInfo.InvariantCulture,
        $"amqp://{user}:{_secrets.Of("rabbitmq:" + user)}@127.0.0.1:{_rabbitPort}/tiltas"));

    internal async Task<string> StartAsync(CancellationToken stop)
    {
        var template = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "rabbitmq-definitions.json"), stop);
        // The container's own account reads it, so it cannot be closed to others; it holds hashes, not passwords.
        Json.WriteText(_place.In("compose/definitions.json"), RabbitDefinitions.Fill(template, ["tiltas"], _secrets));
        (await ComposeAsync(stop, "up", "--detach", "--wait")).OrThrow("docker compose up");
        return "PostgreSQL and RabbitMQ as containers";
    }

    internal Task StopAsync() => ComposeAsync(CancellationToken.None, "stop");

    private Task<Answer> ComposeAsync(CancellationToken stop, params string[] arguments) => Programs.RunAsync(
        [Programs.Find("docker")!, "compose", "-f", Path.Combine(_place.Repository, "deploy", "compose.yaml"), .. arguments],
        stop, new Dictionary<string, string?>
        {
            ["TILTAS_POSTGRES_PORT"] = _postgresPort.ToString(CultureInfo.InvariantCulture),
            ["TILTAS_POSTGRES_PASSWORD"] = _secrets.Of("postgres:postgres"),
            ["TILTAS_RABBITMQ_PORT"] = _rabbitPort.ToString(CultureInfo.InvariantCulture),
            ["TILTAS_RABBITMQ_DEFINITIONS"] = _place.In("compose/definitions.json"),
        });
}
