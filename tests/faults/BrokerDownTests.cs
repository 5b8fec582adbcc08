using System.Diagnostics;
using Tiltas.Network.Tests;
using Tiltas.TestKit;

namespace Tiltas.Faults.Tests;

/// <summary>The broker dies or hangs while referrals come in: intake does not notice, and all of it arrives once when the broker is back.</summary>
public sealed class BrokerDownTests(Net net)
{
    // Whoever waited for the broker would wait for its return, which is seconds more; how fast intake is, the bench says.
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(8);
    private const string Poison = "urn:tiltas:referral:nobody-knows-this:v1";

    [Fact]
    public async Task Broker_KilledForHalfAMinute_IntakeGoesOnAndEverythingArrivesOnce()
    {
        var broker = net.It.Rabbit;
        await using var outage = await Outage.Begin(net.It, perSecond: 20);
        await broker.KillAsync();
        var down = Stopwatch.GetTimestamp();
        // A row that no broker will ever take must not draw the others of its batch down with it.
        await net.It.Query("referral", "INSERT INTO outbox (id, urn, body, due_at) VALUES ($1, $2, '{}', now())", Guid.CreateVersion7(), Poison);
        await using var noPoison = new Finally(() => net.It.Query("referral", "DELETE FROM outbox WHERE urn = $1", Poison));
        while (Stopwatch.GetElapsedTime(down) < TimeSpan.FromSeconds(30))
        {
            Assert.True(await outage.AllReady(), "a service is not ready because the broker is away");
            // The half minute is what is being tested; nothing ends it but time.
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        }
        Assert.True(await Waiting() > 100, "the broker was to be away, yet messages left");
        var complaints = outage.Complaints("referral");
        await broker.StartAsync(TestContext.Current.CancellationToken);
        var back = Stopwatch.GetTimestamp();
        outage.BrokerWasAway(Stopwatch.GetElapsedTime(down, back));
        await outage.EndLoad();

        var p99 = outage.Percentile(0.99, down);
        Outage.Say($"{outage.Course.Moves.Count} referrals, p99 {p99.TotalMilliseconds:0} ms; log: {string.Join(", ", complaints)}");
        Assert.All(outage.Course.Tries.Where(t => t.What == "submit"), t => Assert.Equal(202, t.Status));
        Assert.InRange(p99, TimeSpan.Zero, Prompt);
        Assert.All(complaints, complaint => Assert.InRange(complaint.Value, 0, Allowed(complaint.Key)));

        var returned = TimeProvider.System.GetUtcNow();
        await Eventually.True("the backlog published", async () => 0 ==
            await net.It.Count("referral", "SELECT count(*) FROM outbox WHERE parked_at IS NULL AND due_at < $1 AND urn <> $2", returned, Poison));
        Outage.Say($"backlog gone {Stopwatch.GetElapsedTime(back).TotalSeconds:0.0} s after the broker's return");
        await net.It.Settled(30);
        Assert.Equal([Poison], (await net.It.Query("referral", "SELECT urn FROM outbox WHERE parked_at IS NOT NULL")).Select(row => (string)row[0]!));
        await noPoison.DisposeAsync();
        await outage.Reckon();
    }

    [Fact]
    public async Task Broker_HangingForTwentySeconds_NothingIsLostOrDoubled()
    {
        var broker = net.It.Rabbit;
        await using var outage = await Outage.Begin(net.It, perSecond: 10);
        var began = Stopwatch.GetTimestamp();
        var held = Freeze.Hold(broker.Process!.Identity.Pid);
        try
        {
            // A broker that takes connections and answers nothing for so long; nothing ends it but time.
            await Task.Delay(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            Assert.True(await Waiting() > 50, "the broker was to hang, yet messages left");
        }
        finally
        {
            Freeze.Release(held);
        }
        var back = Stopwatch.GetTimestamp();
        await outage.EndLoad();
        Assert.All(outage.Course.Tries.Where(t => t.What == "submit"), t => Assert.Equal(202, t.Status));
        Assert.InRange(outage.Percentile(0.99, began), TimeSpan.Zero, Prompt);
        await net.It.Settled(40);
        Outage.Say($"backlog gone {Stopwatch.GetElapsedTime(back).TotalSeconds:0.0} s after the broker moved again");
        await outage.Reckon();
    }

    private Task<long> Waiting() => net.It.Count("referral", "SELECT count(*) FROM outbox WHERE parked_at IS NULL");

    // One line of each sort in ten seconds: two publishing loops, and the few sorts that the bus library has.
    private static int Allowed(string about) => about.StartsWith("MassTransit", StringComparison.Ordinal) ? 20 : 8;
}

/// <summary>What is to be done at the end of a block, however it ends.</summary>
internal sealed class Finally(Func<Task> work) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await work();
}
