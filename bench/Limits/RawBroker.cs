using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Tiltas.Bench.Network;
using Tiltas.Bench.BarePath;

namespace Tiltas.Bench.Limits;

/// <summary>What the broker does for the bare client library: the same bytes, durable, quorum queue, confirms; then consuming with acknowledgement.</summary>
internal sealed class RawBroker : IAsyncDisposable
{
    private const int Pipelined = 100;
    private const ushort Prefetch = 256;
    private const string Name = "tiltas.bench.limit";
    private readonly IConnection _connection;

    private RawBroker(IConnection connection) => _connection = connection;

    public static async Task<RawBroker> Open(BenchServers servers, CancellationToken stop)
    {
        var connection = await Raw.Connect(servers.Rabbit.UriFor("operator", BenchServers.OwnVirtualHost).AbsoluteUri, stop);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        await Raw.Declare(channel, Name, Name, stop);
        return new RawBroker(connection);
    }

    /// <summary>Messages a second published and confirmed, then messages a second consumed and acknowledged.</summary>
    public async Task<(double Published, double Consumed)> Measure(ReadOnlyMemory<byte> body, TimeSpan time, CancellationToken stop)
    {
        var (count, seconds) = await Publish(body, time, stop);
        return (count / seconds, count / await Consume(count, stop));
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    /// <summary>The bytes of one message as the bus library puts it on an exchange, caught by a queue that is gone afterwards.</summary>
    public static async Task<byte[]> Catch(Uri bus, string exchange, Func<Task> cause, CancellationToken stop)
    {
        await using var connection = await Raw.Connect(bus.AbsoluteUri, stop);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        var queue = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: stop);
        await channel.QueueBindAsync(queue.QueueName, exchange, "", cancellationToken: stop);
        var caught = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            caught.TrySetResult(delivery.Body.ToArray());
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, stop);
        await cause();
        return await caught.Task.WaitAsync(TimeSpan.FromSeconds(20), stop);
    }

    private async Task<(int Count, double Seconds)> Publish(ReadOnlyMemory<byte> body, TimeSpan time, CancellationToken stop)
    {
        await using var channel = await ConfirmedChannel.Open(_connection, Name, "", stop);
        var start = Stopwatch.GetTimestamp();
        var count = 0;
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            var now = TimeProvider.System.GetUtcNow();
            await channel.Publish([.. Enumerable.Range(0, Pipelined).Select(_ => new RawMessage(Guid.CreateVersion7(now), body))], stop);
            count += Pipelined;
        }
        return (count, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private async Task<double> Consume(int count, CancellationToken stop)
    {
        await using var channel = await _connection.CreateChannelAsync(cancellationToken: stop);
        await channel.BasicQosAsync(0, Prefetch, global: false, stop);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = count;
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
            if (Interlocked.Decrement(ref left) == 0) done.TrySetResult();
        };
        var start = Stopwatch.GetTimestamp();
        await channel.BasicConsumeAsync(Name, autoAck: false, consumer, stop);
        await done.Task.WaitAsync(TimeSpan.FromSeconds(60), stop);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
