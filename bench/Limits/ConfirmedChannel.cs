using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Tiltas.Bench.Limits;

/// <summary>A message as bytes.</summary>
internal readonly record struct RawMessage(Guid Id, ReadOnlyMemory<byte> Body);

/// <summary>Publishes with confirms through the bare client library: as many at once as wanted, then waits for all of them.</summary>
internal sealed class ConfirmedChannel : IAsyncDisposable
{
    private readonly IChannel _channel;
    private readonly string _exchange;
    private readonly string _key;
    private readonly Lock _lock = new();
    private readonly SortedSet<ulong> _open = [];
    private TaskCompletionSource? _all;
    private bool _refused;
    private ulong _next = 1;

    private ConfirmedChannel(IChannel channel, string exchange, string key)
    {
        (_channel, _exchange, _key) = (channel, exchange, key);
        channel.BasicAcksAsync += (_, ack) => Settle(ack.DeliveryTag, ack.Multiple, refused: false);
        channel.BasicNacksAsync += (_, nack) => Settle(nack.DeliveryTag, nack.Multiple, refused: true);
    }

    public static async Task<ConfirmedChannel> Open(IConnection connection, string exchange, string key, CancellationToken stop) =>
        new(await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), stop), exchange, key);

    /// <summary>Sends all and completes when the broker has them safe. Not for two callers at once.</summary>
    public async Task Publish(IReadOnlyList<RawMessage> messages, CancellationToken stop)
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _all = all;
            for (var i = 0; i < messages.Count; i++) _open.Add(_next++);
        }
        foreach (var message in messages)
        {
            var properties = new BasicProperties { Persistent = true, MessageId = message.Id.ToString(), ContentType = "application/json" };
            await _channel.BasicPublishAsync(_exchange, _key, mandatory: false, properties, message.Body, stop);
        }
        await all.Task.WaitAsync(TimeSpan.FromSeconds(10), stop);
    }

    public async ValueTask DisposeAsync() => await _channel.DisposeAsync();

    private Task Settle(ulong tag, bool multiple, bool refused)
    {
        lock (_lock)
        {
            _refused |= refused;
            if (multiple) _open.RemoveWhere(open => open <= tag);
            else _open.Remove(tag);
            if (_open.Count == 0 && _all is { } all)
            {
                if (_refused) all.TrySetException(new IOException("The broker refused a message."));
                else all.TrySetResult();
            }
        }
        return Task.CompletedTask;
    }
}
