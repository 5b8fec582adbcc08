using System.Reflection;
using System.Text.Json.Nodes;
using MassTransit;
using RabbitMQ.Client;
using Tiltas.Contracts.Referral.V1;
using Tiltas.TestKit;

namespace Tiltas.Faults.Tests;

/// <summary>A queue that hears every message of the network, so that one can tell what left and under which identity.</summary>
internal sealed class Witness : IAsyncDisposable
{
    private const string Queue = "tiltas.witness";
    private static readonly string[] Naming = ["notice", "screening", "service", "consent", "referral", "subject", "agency", "memorandum"];

    private readonly TestNetwork _network;
    private readonly HashSet<(string Type, string Fact, Guid Id)> _heard = [];

    private Witness(TestNetwork network) => _network = network;

    public static async Task<Witness> Begin(TestNetwork network)
    {
        var witness = new Witness(network);
        await using var connection = await witness.Connect();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false);
        foreach (var exchange in typeof(ReferralSubmitted).Assembly.GetTypes().Select(type => type.GetCustomAttribute<EntityNameAttribute>()?.EntityName).OfType<string>())
        {
            await channel.ExchangeDeclareAsync(exchange, "fanout", durable: true, autoDelete: false);
            await channel.QueueBindAsync(Queue, exchange, "");
        }
        await channel.QueuePurgeAsync(Queue);
        return witness;
    }

    /// <summary>How many different facts of a type were told until now; none under two identities.</summary>
    public async Task<int> Facts(string type)
    {
        await Listen();
        var facts = _heard.Where(heard => heard.Type == type).GroupBy(heard => heard.Fact).ToList();
        Assert.All(facts, fact => Assert.Single(fact.Select(heard => heard.Id).Distinct()));
        return facts.Count;
    }

    /// <summary>Messages in queues where nobody looks for work: failed, not understood, given up.</summary>
    public async Task<List<string>> Lost(IEnumerable<string> queues)
    {
        await using var connection = await Connect();
        var lost = new List<string>();
        foreach (var queue in queues.SelectMany(name => (string[])[name + "_error", name + "_skipped"]).Append("tiltas.dead-letter"))
        {
            await using var channel = await connection.CreateChannelAsync();
            try
            {
                var count = await channel.MessageCountAsync(queue);
                if (count > 0) lost.Add($"{queue}: {count}");
            }
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
            {
                // There is no such queue: nothing ever failed there.
            }
        }
        return lost;
    }

    public async ValueTask DisposeAsync()
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeleteAsync(Queue);
    }

    private async Task Listen()
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync();
        while (await channel.BasicGetAsync(Queue, autoAck: true) is { } got)
        {
            var envelope = JsonNode.Parse(got.Body.Span)!;
            var message = envelope["message"]!;
            var subject = Naming.First(name => message[name] is not null);
            _heard.Add(((string)envelope["messageType"]![0]!, $"{message[subject]} {message["version"]}", Guid.Parse((string)envelope["messageId"]!)));
        }
    }

    private Task<IConnection> Connect() =>
        new ConnectionFactory { Uri = _network.Network.BusFor("operator"), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
}
