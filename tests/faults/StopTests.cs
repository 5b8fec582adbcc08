using System.Diagnostics;
using Tiltas.Local.Processes;
using Tiltas.Network.Tests;
using Tiltas.TestKit;

namespace Tiltas.Faults.Tests;

/// <summary>A service is asked to end while it works: it finishes what it took or refuses it in so many words, and loses nothing.</summary>
public sealed class StopTests(Net net)
{
    [Theory, InlineData("referral"), InlineData("notification")]
    public async Task Service_ToldToEndUnderLoad_EndsSoonAndLosesNothing(string service)
    {
        await using var outage = await Outage.Begin(net.It, perSecond: 10);
        await Eventually.True("referrals under way", () => Task.FromResult(outage.Course.Moves.Count > 5));
        // A system that waits at its feed, on which nothing stands, must not hold up the end.
        var waiting = net.It.As("lt-iom").Get("/v1/feed?after=0&wait=30");

        var began = Stopwatch.GetTimestamp();
        var process = net.It.Network[service].Process!;
        process.Identity.Signal(Signal.Terminate);
        var code = await process.Exited.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        Outage.Say($"{service} ended with {code} after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        Assert.Contains(code, (int[])[0, 143]);
        await net.It.Restart(service);
        await outage.EndLoad();

        if (service == "notification") Assert.Contains((int)(await waiting).Status, (int[])[200, 503]);
        Assert.All(outage.Course.Tries.Where(t => t.Status is 0 or >= 300), t => Assert.Equal((503, true), (t.Status, t.SaysWhenAgain)));
        await outage.Reckon();
    }
}
