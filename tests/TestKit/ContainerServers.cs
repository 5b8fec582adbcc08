using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;
using Tiltas.Local.Servers;

namespace Tiltas.TestKit;

/// <summary>
/// Broker and database in containers, for people with a Docker engine (<c>-p:UseTestcontainers=true</c>). Could not be exercised
/// where this was written: there is no Docker engine and the packages do not restore there.
/// </summary>
public sealed class ContainerServers : IAsyncDisposable
{
    private const string Password = "for-tests-only";
    private readonly PostgreSqlContainer _postgres = new PostgreSqlBuilder().WithImage("postgres:15").WithUsername("postgres").WithPassword(Password)
        .WithCommand("-c", "track_commit_timestamp=on", "-c", "max_connections=200").Build();
    private readonly RabbitMqContainer _rabbit = new RabbitMqBuilder().WithImage("rabbitmq:3.13").WithUsername("operator").WithPassword(Password).Build();

    /// <summary>The database server.</summary>
    public PostgresAddress Postgres => PostgresAddress.Parse($"postgres://postgres:{Password}@{_postgres.Hostname}:{_postgres.GetMappedPublicPort(5432)}");

    /// <summary>The broker, as every service's user.</summary>
    public Uri Bus => new($"amqp://operator:{Password}@{_rabbit.Hostname}:{_rabbit.GetMappedPublicPort(5672)}/");

    /// <summary>Starts both.</summary>
    public Task StartAsync(CancellationToken stop) => Task.WhenAll(_postgres.StartAsync(stop), _rabbit.StartAsync(stop));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await _rabbit.DisposeAsync();
    }
}
