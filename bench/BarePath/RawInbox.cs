using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Problems;

namespace Tiltas.Bench.BarePath;

/// <summary>The ceiling's second half: the inbox in grouped commits under the bare client library.</summary>
internal sealed class RawInbox(NpgsqlDataSource store, OutboxBell bell, TimeProvider time, IConfiguration configuration, ILogger<RawInbox> logger) : BackgroundService
{
    private const ushort Prefetch = 256;

    private const string Enter = """
        INSERT INTO inbox (message_id, consumer, received_at) SELECT id, $2, $3 FROM unnest($1) AS id ORDER BY id
        ON CONFLICT DO NOTHING RETURNING message_id
        """;

    private readonly record struct Arrived(Guid Id, ReferralSubmitted Message);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var connection = await Raw.Connect(configuration["Bus:Uri"], stoppingToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stoppingToken);
        await Raw.Declare(channel, Raw.Exchange, Raw.Queue, stoppingToken);
        await channel.BasicQosAsync(0, Prefetch, global: false, stoppingToken);
        await using var group = new GroupCommit<Arrived, bool>("raw", store, bell, time, new GroupOptions { WaitForStore = true }, logger, Insert);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var message = JsonSerializer.Deserialize<ReferralSubmitted>(delivery.Body.Span, TiltasJson.Messages)!;
            _ = Settle(channel, group.Run(new Arrived(Guid.Parse(delivery.BasicProperties.MessageId!), message)), delivery.DeliveryTag);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(Raw.Queue, autoAck: false, consumer, stoppingToken);
        var ended = new TaskCompletionSource();
        await using var registration = stoppingToken.Register(ended.SetResult);
        await ended.Task;
    }

    private static async Task Settle(IChannel channel, Task<bool> done, ulong tag)
    {
        await done;
        await channel.BasicAckAsync(tag, multiple: false);
    }

    private async Task<IReadOnlyList<bool>> Insert(IReadOnlyList<Arrived> arrived, GroupScope scope, CancellationToken stop)
    {
        var fresh = new HashSet<Guid>(arrived.Count);
        await using (var enter = new NpgsqlCommand(Enter, scope.Connection)
        {
            Parameters = { new() { Value = arrived.Select(a => a.Id).ToArray() }, new() { Value = "raw" }, new() { Value = time.GetUtcNow() } },
        })
        await using (var reader = await enter.ExecuteReaderAsync(stop))
        {
            while (await reader.ReadAsync(stop)) fresh.Add(reader.GetGuid(0));
        }
        await PathReceiver.TakeArrivals.Insert([.. arrived.Where(a => fresh.Remove(a.Id)).Select(a => a.Message)], scope, stop);
        return new bool[arrived.Count];
    }
}
