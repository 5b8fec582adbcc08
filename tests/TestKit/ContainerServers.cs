using System.Text;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;
using Tiltas.Local.Servers;

namespace Tiltas.TestKit;

/// <summary>
/// Broker and database in containers, for people with a Docker engine (<c>-p:UseTestcontainers=true</c>); they go with the process. Could
/// not be exercised where this was written: there is no Docker engine and the packages do not restore there.
/// </summary>
public static class ContainerServers
{
    private const string Password = "for-tests-only";
    private const string Definitions = "/etc/tiltas/definitions.json";

    /// <summary>A database server and its superuser.</summary>
    public static async Task<PostgresAddress> StartPostgresAsync()
    {
        var server = new PostgreSqlBuilder().WithImage("postgres:15").WithUsername("postgres").WithPassword(Password)
            .WithCommand("-c", "track_commit_timestamp=on", "-c", "max_connections=200", "-c", "timezone=UTC").Build();
        await server.StartAsync();
        return new PostgresAddress { Host = server.Hostname, Port = server.GetMappedPublicPort(5432), User = "postgres", Password = Password };
    }

    /// <summary>A broker with the users, rights, policies and queues of <c>deploy/local</c>; answers its address for each user.</summary>
    public static async Task<Func<string, Uri>> StartRabbitAsync()
    {
        var folder = Directory.CreateTempSubdirectory("tiltas-containers-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var secrets = new Secrets(Path.Combine(folder, "secrets.json"));
        var template = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "rabbitmq-definitions.json"));
        // The builder's own user comes second to those of the definitions: it has to be one of them.
        var server = new RabbitMqBuilder().WithImage("rabbitmq:3.13").WithUsername("operator").WithPassword(secrets.Of("rabbitmq:operator"))
            .WithResourceMapping(Encoding.UTF8.GetBytes(RabbitDefinitions.Fill(template, ["tiltas"], secrets)), Definitions)
            .WithEnvironment("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", $"-rabbit load_definitions \"{Definitions}\"")
            .Build();
        await server.StartAsync();
        return user => new Uri($"amqp://{user}:{secrets.Of("rabbitmq:" + user)}@{server.Hostname}:{server.GetMappedPublicPort(5672)}/tiltas");
    }
}
