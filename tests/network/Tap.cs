using System.Collections.Concurrent;
using System.Text;
using System.Reflection;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Tiltas.Hosting.Messaging;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>Listens at every exchange of the contracts, as somebody who runs the broker could.</summary>
internal sealed class Tap : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly ConcurrentQueue<(string Exchange, string Properties, byte[] Body)> _heard = new();

    private Tap(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public IReadOnlyCollection<(string Exchange, string Properties, byte[] Body)> Heard => _heard;

    public static async Task<Tap> Open(TestNetwork network, CancellationToken stop)
    {
        var connection = await new ConnectionFactory { Uri = network.Network.BusFor("operator") }.CreateConnectionAsync(stop);
        var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        var tap = new Tap(connection, channel);
        var queue = (await channel.QueueDeclareAsync(cancellationToken: stop)).QueueName;
        foreach (var message in MessageCatalogue.ByUrn.Values)
        {
            var exchange = message.GetCustomAttribute<EntityNameAttribute>()!.EntityName;
            // As the bus declares it, so that it is there whoever comes first.
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: stop);
            await channel.QueueBindAsync(queue, exchange, "", cancellationToken: stop);
        }
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            tap._heard.Enqueue((delivery.Exchange, Print(delivery.BasicProperties) + delivery.RoutingKey, delivery.Body.ToArray()));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer, stop);
        return tap;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static string Print(IReadOnlyBasicProperties properties)
    {
        var text = new StringBuilder().AppendJoin('\n', properties.MessageId, properties.CorrelationId, properties.Type, properties.AppId, properties.UserId, properties.ReplyTo, properties.ContentType);
        foreach (var (name, value) in properties.Headers ?? new Dictionary<string, object?>())
            text.Append('\n').Append(name).Append('=').Append(value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value);
        return text.ToString();
    }
}
