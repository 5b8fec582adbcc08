using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using RabbitMQ.Client;
using Tiltas.Bench.Limits;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Bench.BarePath;

/// <summary>
/// The ceiling: the same rows and the same grouped statements with the bare client library in the place of the bus library.
/// It has no parking, no envelope and no health; it shows what those could cost at most.
/// </summary>
internal static class Raw
{
    public const string Exchange = "tiltas.bench.raw";
    public const string Queue = "notification.raw";

    public static void AddRawOutbox(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(new OutboxOptions { Limit = int.MaxValue });
        builder.Services.AddSingleton<OutboxBell>();
        builder.Services.AddHostedService<RawOutbox>();
    }

    public static void AddRawInbox(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(new OutboxOptions());
        builder.Services.AddSingleton<OutboxBell>();
        builder.Services.AddHostedService<RawInbox>();
    }

    public static Task<IConnection> Connect(string? uri, CancellationToken stop) =>
        new ConnectionFactory { Uri = new Uri(uri ?? throw new InvalidOperationException("Bus:Uri is missing.")), AutomaticRecoveryEnabled = false }.CreateConnectionAsync(stop);

    /// <summary>Declares exchange and queue as the bus library declares its own: durable, quorum.</summary>
    public static async Task Declare(IChannel channel, string exchange, string queue, CancellationToken stop)
    {
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: stop);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: stop);
        await channel.QueueBindAsync(queue, exchange, "", cancellationToken: stop);
    }
}

internal sealed class RawOutbox(NpgsqlDataSource store, OutboxBell bell, OutboxOptions options, TimeProvider time, Microsoft.Extensions.Configuration.IConfiguration configuration) : BackgroundService
{
    private const string Claim = """
        DELETE FROM outbox WHERE id IN (
            SELECT id FROM outbox WHERE parked_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id, urn, body, trace_parent, due_at, tries
        """;

    private readonly Channel<bool> _rings = Channel.CreateBounded<bool>(new BoundedChannelOptions(2) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var connection = await Raw.Connect(configuration["Bus:Uri"], stoppingToken);
        await using (var setup = await connection.CreateChannelAsync(cancellationToken: stoppingToken))
            await setup.ExchangeDeclareAsync(Raw.Exchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: stoppingToken);
        bell.Rung += () => _rings.Writer.TryWrite(true);
        await Task.WhenAll(Loop(connection, stoppingToken), Loop(connection, stoppingToken));
    }

    private async Task Loop(IConnection broker, CancellationToken stop)
    {
        await using var channel = await ConfirmedChannel.Open(broker, Raw.Exchange, "", stop);
        while (!stop.IsCancellationRequested)
        {
            await _rings.Reader.ReadAsync(stop);
            while (await Batch(channel, stop) == options.Batch);
        }
    }

    private async Task<int> Batch(ConfirmedChannel channel, CancellationToken stop)
    {
        await using var connection = await store.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        var messages = new List<RawMessage>();
        await using (var claim = new NpgsqlCommand(Claim, connection) { Parameters = { new() { Value = time.GetUtcNow() }, new() { Value = options.Batch } } })
        await using (var reader = await claim.ExecuteReaderAsync(stop))
        {
            while (await reader.ReadAsync(stop)) messages.Add(new RawMessage(reader.GetGuid(0), reader.GetFieldValue<byte[]>(2)));
        }
        if (messages.Count == 0) return 0;
        await channel.Publish(messages, stop);
        await transaction.CommitAsync(stop);
        return messages.Count;
    }
}
