using Tiltas.Bench.BarePath;
using Tiltas.Bench.Journey;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Bench.Report;

namespace Tiltas.Bench.Growth;

/// <summary>P6: the figures of P1 and P3 before and after the stores were filled with years of referrals, in one run.</summary>
internal sealed class MeasureGrowth(BenchServers servers, BenchNetwork network, Processes processes, Plan plan, Findings findings)
{
    private const string Section = "P6 growth";
    private const int Connections = 32;
    private const int Rate = 20;
    private static readonly TimeSpan MostFilling = TimeSpan.FromMinutes(3);

    public async Task Run(CancellationToken stop)
    {
        var load = await ReferralLoad.Prepare(network, processes, plan, findings, stop);
        await using var feeds = new FeedTable(servers);
        var before = await Figures.Take(load, feeds, processes, plan, stop);
        var filled = await new FilledStores(servers).Fill(plan.Growth, MostFilling, stop);
        var after = await Figures.Take(load, feeds, processes, plan, stop);

        findings.Add(Section, "filled in: subjects, each with a consent", "rows", [filled.Subjects]);
        findings.Add(Section, "filled in: referrals", "rows", [filled.Referrals]);
        findings.Add(Section, "filled in: with their moves, decisions, notices", "rows", [filled.Rows]);
        findings.Add(Section, "filling, vacuum and analyze", "s", [filled.Took.TotalSeconds]);
        findings.Add(Section, $"referrals at {Connections} connections, before", "/s", before.PerSecond, cpu: Usage.Median(before.Cpu));
        findings.Add(Section, $"referrals at {Connections} connections, after", "/s", after.PerSecond, cpu: Usage.Median(after.Cpu));
        findings.Add(Section, "after / before", "×", MeasurePath.Ratio(after.PerSecond, before.PerSecond), Goal.Least(0.85));
        findings.Add(Section, $"delay to the feed, p50 at {Rate}/s, before", "ms", before.Half);
        findings.Add(Section, $"delay to the feed, p50 at {Rate}/s, after", "ms", after.Half);
        findings.Add(Section, "before / after", "×", MeasurePath.Ratio(before.Half, after.Half), Goal.Least(0.85));
        findings.Add(Section, $"delay to the feed, p99 at {Rate}/s, before", "ms", before.Late);
        findings.Add(Section, $"delay to the feed, p99 at {Rate}/s, after", "ms", after.Late);
    }

    private sealed record Figures(List<double> PerSecond, List<Usage> Cpu, List<double> Half, List<double> Late)
    {
        public static async Task<Figures> Take(ReferralLoad load, FeedTable feeds, Processes processes, Plan plan, CancellationToken stop)
        {
            await load.Closed(feeds, "P6", 16, plan.WarmUp, stop);
            await processes.Settle(stop);
            await load.Closed(feeds, "P6", Connections, TimeSpan.FromSeconds(1), stop);
            var figures = new Figures([], [], [], []);
            for (var round = 0; round < plan.Rounds; round++)
            {
                var (perSecond, cpu) = await load.Closed(feeds, "P6", Connections, plan.Load, stop);
                figures.PerSecond.Add(perSecond);
                figures.Cpu.Add(cpu);
                var (far, _) = await load.Paced(feeds, "P6", Rate, plan.Latency, stop);
                figures.Half.Add(far.At(0.5));
                figures.Late.Add(far.At(0.99));
            }
            return figures;
        }
    }
}
