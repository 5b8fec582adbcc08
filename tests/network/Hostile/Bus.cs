using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>The network's broker, as its operator sees it.</summary>
internal sealed class Bus : IAsyncDisposable
{
    private static readonly string[] Queues =
    [
        "feed-referral-submitted", "feed-referral-acknowledged", "feed-referral-accepted", "feed-referral-declined", "feed-service-started",
        "feed-referral-completed", "feed-referral-withdrawn", "feed-referral-clock-lapsed", "feed-consent-withdrawn",
    ];

    private readonly IConnection _connection;

    private Bus(IConnection connection) => _connection = connection;

    public IEnumerable<string> FeedQueues { get; } = Queues.Select(queue => "notification." + queue);

    /// <summary>Where notification's messages go that cannot be handled, or that it does not know.</summary>
    public IEnumerable<string> ErrorQueues { get; } = Queues.SelectMany(queue => new[] { $"notification.{queue}_error", $"notification.{queue}_skipped" });

    public static async Task<Bus> Open(TestNetwork network) =>
        new(await new ConnectionFactory { Uri = network.Network.BusFor("operator") }.CreateConnectionAsync(TestContext.Current.CancellationToken));

    /// <summary>A channel whose publishing waits for the broker's confirm.</summary>
    public Task<IChannel> Channel() =>
        _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), TestContext.Current.CancellationToken);

    /// <summary>An envelope as the services write it.</summary>
    public static byte[] Envelope(Guid id, string urn, string message) => Encoding.UTF8.GetBytes(
        $$"""{"messageId":"{{id}}","conversationId":"{{id}}","sourceAddress":"rabbitmq://127.0.0.1/tiltas/test","messageType":["{{urn}}"],"message":{{message}} ,"headers":{} }""");

    public static async Task Publish(IChannel channel, string exchange, string queue, byte[] body) =>
        await channel.BasicPublishAsync(exchange, queue, mandatory: false,
            new BasicProperties { ContentType = "application/vnd.masstransit+json", DeliveryMode = DeliveryModes.Persistent }, body, TestContext.Current.CancellationToken);

    /// <summary>Messages of a queue, which stay there; none when there is no such queue.</summary>
    public async Task<List<Letter>> Peek(string queue)
    {
        var letters = new List<Letter>();
        // Closing the channel gives everything back.
        await using var channel = await _connection.CreateChannelAsync(null, TestContext.Current.CancellationToken);
        try
        {
            while (letters.Count < 2000 && await channel.BasicGetAsync(queue, autoAck: false, TestContext.Current.CancellationToken) is { } got)
                letters.Add(new Letter(Encoding.UTF8.GetString(got.Body.Span), got.BasicProperties.Headers ?? new Dictionary<string, object?>()));
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
        }
        return letters;
    }

    /// <summary>How many messages wait in a queue.</summary>
    public async Task<uint> Waiting(string queue)
    {
        await using var channel = await _connection.CreateChannelAsync(null, TestContext.Current.CancellationToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, TestContext.Current.CancellationToken)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return 0;
        }
    }

    /// <summary>Empties a queue, if there is one.</summary>
    public async Task Purge(string queue)
    {
        await using var channel = await _connection.CreateChannelAsync(null, TestContext.Current.CancellationToken);
        try
        {
            await channel.QueuePurgeAsync(queue, TestContext.Current.CancellationToken);
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
        }
    }

    /// <summary>Catches one message of an exchange while something is done that sends it.</summary>
    public async Task<JsonNode> Catch(string exchange, Func<Task> act)
    {
        await using var channel = await _connection.CreateChannelAsync(null, TestContext.Current.CancellationToken);
        var queue = await channel.QueueDeclareAsync(cancellationToken: TestContext.Current.CancellationToken);
        await channel.QueueBindAsync(queue.QueueName, exchange, "", null, false, TestContext.Current.CancellationToken);
        await act();
        return await Eventually.Some($"a message of {exchange}", async () =>
            await channel.BasicGetAsync(queue.QueueName, autoAck: true, TestContext.Current.CancellationToken) is { } got ? JsonNode.Parse(got.Body.Span) : null);
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();
}

/// <summary>A message that lies in a queue.</summary>
internal sealed record Letter(string Body, IDictionary<string, object?> Headers)
{
    public string HeadersText => string.Join('\n', Headers.Select(header => $"{header.Key}: {(header.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : header.Value)}"));

    public string Everything => HeadersText + "\n" + Body;
}
