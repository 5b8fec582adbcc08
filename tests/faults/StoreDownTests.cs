using System.Diagnostics;
using Tiltas.Network.Tests;
using Tiltas.TestKit;

namespace Tiltas.Faults.Tests;

/// <summary>The database dies or hangs under load: callers are told to come back, and what was acknowledged is there.</summary>
public sealed class StoreDownTests(Net net)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(16);

    [Fact]
    public async Task Store_KilledForTenSeconds_CallersAreToldAndNothingAcknowledgedIsLost()
    {
        var store = net.It.Postgres;
        await using var outage = await Outage.Begin(net.It, perSecond: 10);
        await Eventually.True("referrals under way", () => Task.FromResult(outage.Course.Moves.Count > 5));
        await store.KillAsync();
        // The ten seconds are what is being tested; nothing ends them but time.
        await Task.Delay(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await store.StartAsync(TestContext.Current.CancellationToken);
        var back = Stopwatch.GetTimestamp();
        await Usable(outage, back);
        await outage.EndLoad();

        Judge(outage);
        Assert.Contains(outage.Course.Tries, t => t.Status == 503);
        await outage.Reckon();
    }

    [Fact]
    public async Task Store_HangingForFiveSeconds_NobodyHangsForLongAndNothingIsLost()
    {
        await using var outage = await Outage.Begin(net.It, perSecond: 10);
        await Eventually.True("referrals under way", () => Task.FromResult(outage.Course.Moves.Count > 5));
        var held = Freeze.Hold(net.It.Postgres.Process!.Identity.Pid);
        try
        {
            // As above: a length of time is the fault.
            await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        }
        finally
        {
            Freeze.Release(held);
        }
        await Usable(outage, Stopwatch.GetTimestamp());
        await outage.EndLoad();
        Judge(outage);
        await outage.Reckon();
    }

    private static async Task Usable(Outage outage, long back)
    {
        await Eventually.True("a referral taken after the return", () => Task.FromResult(outage.Course.Tries.Any(t => t.What == "submit" && t.Status == 202 && t.At > back)), 15);
        Outage.Say($"usable {Stopwatch.GetElapsedTime(back).TotalSeconds:0.0} s after the return");
    }

    private static void Judge(Outage outage)
    {
        var tries = outage.Course.Tries;
        Outage.Say($"answers: {string.Join(", ", tries.CountBy(t => (t.Status, t.Code)))}; longest {tries.Max(t => t.Took).TotalSeconds:0.0} s");
        var complaints = outage.Complaints("referral");
        Outage.Say($"log: {string.Join(", ", complaints)}");
        // One line in ten seconds for each loop; no part of a service has more than two.
        Assert.All(complaints, complaint => Assert.InRange(complaint.Value, 0, 6));
        Assert.All(tries, t => Assert.InRange(t.Took, TimeSpan.Zero, Longest));
        Assert.All(tries.Where(t => t.Status is 0 or >= 300), t => Assert.Equal((503, true, true), (t.Status, t.SaysWhenAgain, t.Code is not null)));
    }
}
