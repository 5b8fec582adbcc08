using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Tiltas.Local.Servers;

namespace Tiltas.TestKit;

/// <summary>
/// Two servers that run already, for a network whose tests leave its servers alone: those named by TILTAS_TEST_POSTGRES
/// (<c>postgres://user:password@host:port</c>) and TILTAS_TEST_RABBITMQ (<c>amqp://user:password@host:port/vhost</c>), or containers.
/// </summary>
public sealed record GivenServers
{
    /// <summary>The database server, with a user who may create databases and roles.</summary>
    public required PostgresAddress Postgres { get; init; }

    /// <summary>The broker's address for each service's name and for <c>operator</c>.</summary>
    public required Func<string, Uri> Bus { get; init; }

    /// <summary>Those given from outside; null when own ones shall be started.</summary>
    public static async Task<GivenServers?> Find()
    {
        if (Environment.GetEnvironmentVariable("TILTAS_TEST_POSTGRES") is { Length: > 0 } postgres
            && Environment.GetEnvironmentVariable("TILTAS_TEST_RABBITMQ") is { Length: > 0 } rabbit)
            return new GivenServers { Postgres = PostgresAddress.Parse(postgres), Bus = _ => new Uri(rabbit) };
#if USE_TESTCONTAINERS
        var (store, bus) = (ContainerServers.StartPostgresAsync(), ContainerServers.StartRabbitAsync());
        return new GivenServers { Postgres = await store, Bus = await bus };
#else
        return await Task.FromResult<GivenServers?>(null);
#endif
    }

    /// <summary>Queues have one name in every network: what an earlier one left in them would reach this one.</summary>
    internal async Task MustBeUnused(CancellationToken stop)
    {
        await using var connection = await new ConnectionFactory { Uri = Bus("operator"), AutomaticRecoveryEnabled = false }.CreateConnectionAsync(stop);
        await using var channel = await connection.CreateChannelAsync(null, stop);
        try
        {
            await channel.QueueDeclarePassiveAsync("notification.feed-referral-submitted", stop);
        }
        catch (OperationInterruptedException gone) when (gone.ShutdownReason?.ReplyCode == 404)
        {
            return;
        }
        throw new InvalidOperationException("The broker's virtual host has served a network before: make a new one for these tests.");
    }
}
