using System.Net;
using Tiltas.Bench.Generator;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Bench.Report;

namespace Tiltas.Bench.Journey;

/// <summary>Referrals through the gateway's door, at a pace or as fast as they are answered, each looked for on its recipient's feed.</summary>
internal sealed class ReferralLoad
{
    private readonly BenchNetwork _network;
    private readonly Processes _processes;
    private readonly Findings _findings;
    private readonly IReadOnlyList<Guid> _subjects;

    private ReferralLoad(BenchNetwork network, Processes processes, Findings findings, IReadOnlyList<Guid> subjects, IReadOnlyList<Offer> offers) =>
        (_network, _processes, _findings, _subjects, Offers) = (network, processes, findings, subjects, offers);

    public IReadOnlyList<Offer> Offers { get; }

    /// <summary>One of those that arrived.</summary>
    public Guid Last { get; private set; }

    public static async Task<ReferralLoad> Prepare(BenchNetwork network, Processes processes, Plan plan, Findings findings, CancellationToken stop)
    {
        var offers = await ReferralTraffic.Offers(network, stop);
        return new(network, processes, findings, await ReferralTraffic.OpenSubjects(network, offers, plan.Subjects, stop), offers);
    }

    // A token lives ten minutes; a long run outlives it.
    public async Task<ReferralTraffic> Traffic(CancellationToken stop) =>
        new(_network.Gateway, await _network.Token(stop), _subjects, Offers) { Address = new IPEndPoint(IPAddress.Loopback, _network.Gateway.Port) };

    public async Task<(double PerSecond, Usage Cpu)> Closed(FeedTable feeds, string what, int connections, TimeSpan time, CancellationToken stop)
    {
        var (traffic, mark) = (await Traffic(stop), await feeds.Mark(stop));
        var before = _processes.Now();
        var sent = await ClosedLoop.Run(traffic, connections, time, stop);
        var far = await feeds.Compare($"{what} at {connections} connections", sent, mark, _findings, stop);
        Last = sent.Taken[0].Id;
        return (far.PerSecond, (_processes.Now() - before).Per(sent.Taken.Count));
    }

    public async Task<(Delays Far, Delays Http)> Paced(FeedTable feeds, string what, int rate, TimeSpan time, CancellationToken stop)
    {
        var (traffic, mark) = (await Traffic(stop), await feeds.Mark(stop));
        var sent = await OpenLoop.Run(traffic, rate, time, stop);
        var far = await feeds.Compare($"{what} at {rate}/s", sent, mark, _findings, stop);
        return (far.Delays, new Delays(sent.Taken.Select(taken => taken.Answered.TotalMilliseconds)));
    }
}
