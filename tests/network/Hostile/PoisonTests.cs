using System.Diagnostics;
using System.Net;
using System.Text;
using RabbitMQ.Client;
using Tiltas.Local;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>Messages that can never be sent or handled: set aside soon, and the others flow.</summary>
public sealed class PoisonTests(Net net, ITestOutputHelper output)
{
    private const string Submitted = "urn:tiltas:referral:referral-submitted:v1";
    private const string Queue = "notification.feed-referral-submitted";

    [Fact]
    public async Task OutboxRowsThatCannotBeSent_AreParkedAndOthersFlow()
    {
        var start = Stopwatch.GetTimestamp();
        var (unknown, unreadable, empty) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await net.It.Query("referral", """
            INSERT INTO outbox (id, urn, body, due_at) VALUES ($1, 'urn:tiltas:referral:nothing:v1', '{}', now()), ($2, 'urn:tiltas:referral:referral-submitted:v1', '{"referral":', now()),
                ($3, 'urn:tiltas:referral:referral-submitted:v1', 'null', now())
            """, unknown, unreadable, empty);
        await OthersFlow();
        await Eventually.True("three rows set aside after five tries", async () => await net.It.Count("referral", "SELECT count(*) FROM outbox WHERE parked_at IS NOT NULL AND tries = 5") == 3, 60);
        var faults = await net.It.Query("referral", "SELECT id, fault FROM outbox WHERE parked_at IS NOT NULL");
        Assert.Equal(new Dictionary<Guid, string> { [unknown] = "unknown-urn", [unreadable] = "unreadable-body", [empty] = "empty-body" }, faults.ToDictionary(row => (Guid)row[0]!, row => (string)row[1]!));
        output.WriteLine($"set aside after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        await OthersFlow();
        await net.It.Query("referral", "DELETE FROM outbox WHERE parked_at IS NOT NULL");
    }

    [Fact]
    public async Task MessagesThatCannotBeRead_GoToTheErrorQueueAndOthersFlow()
    {
        var process = net.It.Network["notification"].Process;
        await using var bus = await Bus.Open(net.It);
        await using var channel = await bus.Channel();
        var before = (Errors: await bus.Waiting(Queue + "_error"), Skipped: await bus.Waiting(Queue + "_skipped"));
        byte[][] unreadable =
        [
            Encoding.UTF8.GetBytes("nonsense"), [], [0xFF, 0xFE, 0x00], Encoding.UTF8.GetBytes("{}"), Encoding.UTF8.GetBytes("[[[["),
            Bus.Envelope(Guid.CreateVersion7(), Submitted, $$"""{"referral":"{{OneFault.Canary}}"}"""),
            Bus.Envelope(Guid.CreateVersion7(), Submitted, Good().Replace("\"Urgent\"", "7", StringComparison.Ordinal)),
            Bus.Envelope(Guid.CreateVersion7(), Submitted, Good().Replace("\"Urgent\"", $"\"{OneFault.Canary}\"", StringComparison.Ordinal)),
            Bus.Envelope(Guid.CreateVersion7(), Submitted, Good().Replace("\"version\":1", "\"version\":-5", StringComparison.Ordinal)),
            Bus.Envelope(Guid.CreateVersion7(), Submitted, Good().Replace("\"version\":1", "\"version\":2000000000", StringComparison.Ordinal)),
            Bus.Envelope(Guid.CreateVersion7(), Submitted, "null"),
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Bus.Envelope(Guid.CreateVersion7(), Submitted, Good())).Replace("\"messageId\":", "\"other\":", StringComparison.Ordinal)),
            Bus.Envelope(Guid.CreateVersion7(), "urn:tiltas:referral:referral-submitted:v9", Good()),
            Bus.Envelope(Guid.CreateVersion7(), Submitted, new string('[', 10_000) + new string(']', 10_000)),
            Bus.Envelope(Guid.CreateVersion7(), Submitted, $"\"{new string('x', 2 << 20)}\""),
        ];
        var start = Stopwatch.GetTimestamp();
        foreach (var body in unreadable) await Bus.Publish(channel, "", Queue, body);
        await OthersFlow();
        try
        {
            await Eventually.True("all of them set aside", async () =>
                await bus.Waiting(Queue + "_error") - before.Errors + await bus.Waiting(Queue + "_skipped") - before.Skipped == unreadable.Length && await bus.Waiting(Queue) == 0, 60);
        }
        catch (TimeoutException late)
        {
            Assert.Fail($"{late.Message}: of {unreadable.Length} {await bus.Waiting(Queue + "_error") - before.Errors} are in _error, {await bus.Waiting(Queue + "_skipped") - before.Skipped} in _skipped, {await bus.Waiting("tiltas.dead-letter")} dead");
        }
        output.WriteLine($"set aside after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        await OthersFlow();
        Assert.Same(process, net.It.Network["notification"].Process);
        Assert.False(process!.Exited.IsCompleted);
        foreach (var letter in await bus.Peek(Queue + "_error")) Assert.DoesNotContain(OneFault.Canary, letter.HeadersText, StringComparison.Ordinal);
        foreach (var queue in (string[])["_error", "_skipped"]) await bus.Purge(Queue + queue);
    }

    [Fact]
    public async Task MessageThatKillsItsReader_IsDeadAfterTheLimitAndReadingGoesOn()
    {
        await net.It.Settled();
        await using var bus = await Bus.Open(net.It);
        await using var channel = await bus.Channel();
        var notification = net.It.Network["notification"];
        var dead = await bus.Waiting("tiltas.dead-letter");
        var (id, referral) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        try
        {
            await notification.KillAsync();
            notification.Set("CRASH_AT", "ReferralSubmitted.after-effect-before-ack");
            await Bus.Publish(channel, "", Queue, Bus.Envelope(id, Submitted, Good(referral)));
            var starts = 0;
            var deaths = 0;
            while (await bus.Waiting("tiltas.dead-letter") == dead && starts < 13)
            {
                starts++;
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
                try
                {
                    await notification.StartAsync(patience.Token);
                }
                catch (LocalException) when (notification.Process!.Exited.IsCompleted)
                {
                    // It read the message before it was ready.
                }
                await Eventually.True("the reader died, or the message did", async () => notification.Process!.Exited.IsCompleted || await bus.Waiting("tiltas.dead-letter") > dead);
                if (notification.Process!.Exited.IsCompleted) deaths++;
            }
            output.WriteLine($"{deaths} deaths in {starts} starts");
            Assert.Equal(dead + 1, await bus.Waiting("tiltas.dead-letter"));
            Assert.InRange(deaths, 10, 11);
            Assert.Contains(await bus.Peek("tiltas.dead-letter"), letter => letter.Body.Contains(id.ToString(), StringComparison.Ordinal));
            Assert.Equal(1, await net.It.Count("notification", "SELECT count(*) FROM notices WHERE reference = $1", referral));
        }
        finally
        {
            await net.It.Restart("notification", ("CRASH_AT", null));
        }
        await OthersFlow();
        await bus.Purge("tiltas.dead-letter");
    }

    [Fact]
    public async Task MessageThatShouldBeReadAndHasNoQueue_IsKept()
    {
        const string Nobody = "tiltas.referral.v1.nobody-reads-this";
        await using var bus = await Bus.Open(net.It);
        await using var channel = await bus.Channel();
        var id = Guid.CreateVersion7();
        await channel.ExchangeDeclareAsync(Nobody, "fanout", durable: true, cancellationToken: TestContext.Current.CancellationToken);
        await Bus.Publish(channel, Nobody, "", Bus.Envelope(id, "urn:tiltas:referral:nobody-reads-this:v1", "{}"));
        await Eventually.True("the message is kept", async () => (await bus.Peek("tiltas.unroutable")).Any(letter => letter.Body.Contains(id.ToString(), StringComparison.Ordinal)));
        await channel.ExchangeDeleteAsync(Nobody, cancellationToken: TestContext.Current.CancellationToken);
        await bus.Purge("tiltas.unroutable");
    }

    /// <summary>A referral comes through within ten seconds.</summary>
    private async Task OthersFlow()
    {
        var referral = (await net.It.Refer(await net.It.SubjectWithConsent("lt-caritas"), "lt-caritas")).Must(HttpStatusCode.Accepted).Text("referralId");
        await Eventually.True("another referral flows", async () => await net.It.Count("notification", "SELECT count(*) FROM notices WHERE reference = $1", Guid.Parse(referral)) == 1, 10);
    }

    private static string Good(Guid? referral = null) => $$"""
        {"referral":"{{referral ?? Guid.CreateVersion7()}}","version":1,"subject":"{{Guid.CreateVersion7()}}","from":"lt-nappz","to":"lt-sbgs","need":"Shelter","purpose":"Assistance","urgency":"Urgent","acknowledgeBy":"2026-11-22T10:00:00Z","decideBy":"2026-11-23T10:00:00Z","at":"2026-11-22T09:00:00Z"}
        """;
}
