using Tiltas.Bench.BarePath;
using Tiltas.Bench.Limits;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Bench.Report;

namespace Tiltas.Bench.Journey;

/// <summary>P1: referrals from the gateway's door to the recipient's feed, with every check on the way, beside what PostgreSQL and RabbitMQ could do at most.</summary>
internal sealed class MeasureJourney(BenchServers servers, LimitTables tables, BenchNetwork network, Processes processes, Plan plan, Findings findings)
{
    private const string Section = "P1 referrals, end to end";

    public async Task Run(CancellationToken stop)
    {
        var load = await ReferralLoad.Prepare(network, processes, plan, findings, stop);
        await using var feeds = new FeedTable(servers);
        await using var broker = await RawBroker.Open(servers, stop);

        var message = Array.Empty<byte>();
        message = await RawBroker.Catch(servers.Rabbit.UriFor("operator"), "tiltas.referral.v1.referral-submitted", () => load.Closed(feeds, "P1", 1, TimeSpan.FromMilliseconds(50), stop), stop);
        await load.Closed(feeds, "P1", 16, plan.WarmUp, stop);
        await processes.Settle(stop);
        await load.Closed(feeds, "P1", 32, TimeSpan.FromSeconds(1), stop);
        var (rows, statements) = await new ReferralRows(servers, tables).Scripts(load.Last, load.Offers[0], stop);

        foreach (var connections in plan.Connections) await Throughput(load, feeds, connections, rows, statements, connections == 32 ? broker : null, message, stop);
        foreach (var rate in plan.Rates) await Latency(load, feeds, rate, stop);
        await feeds.CheckAll(findings, stop);
    }

    private async Task Throughput(ReferralLoad load, FeedTable feeds, int connections, PgBench rows, PgBench statements, RawBroker? broker, byte[] message, CancellationToken stop)
    {
        var (figures, cpu, byRow, byStatement) = (new List<double>(), new List<Usage>(), new List<double>(), new List<double>());
        var (published, consumed) = (new List<double>(), new List<double>());
        List<Func<Task>> parts =
        [
            async () =>
            {
                var (perSecond, used) = await load.Closed(feeds, "P1", connections, plan.Load, stop);
                figures.Add(perSecond);
                cpu.Add(used);
            },
            async () => byRow.Add(await rows.Run(connections, plan.Limit, stop)),
        ];
        if (plan.Statements) parts.Add(async () => byStatement.Add(await statements.Run(connections, plan.Limit, stop)));
        if (broker is not null) parts.Add(async () =>
        {
            var (sent, taken) = await broker.Measure(message, plan.Limit / 2, stop);
            published.Add(sent);
            consumed.Add(taken);
        });
        await Rounds.Run(plan.Rounds, parts);

        var at = $"at {connections} connection{(connections == 1 ? "" : "s")}";
        findings.Add(Section, $"referrals {at}", "/s", figures, cpu: Usage.Median(cpu));
        findings.Add(Section, $"limit: pgbench, the same rows, {connections} client{(connections == 1 ? "" : "s")}", "/s", byRow);
        if (plan.Statements) findings.Add(Section, "limit: the same, one statement a side", "/s", byStatement);
        findings.Add(Section, $"referrals / limit {at}", "×", MeasurePath.Ratio(figures, byRow), connections == 32 ? Goal.Least(0.40) : null);
        if (plan.Statements) findings.Add(Section, "referrals / limit of one statement a side", "×", MeasurePath.Ratio(figures, byStatement));
        if (broker is null) return;
        findings.Add(Section, $"RabbitMQ alone: publish and confirm, {message.Length} B", "/s", published);
        findings.Add(Section, "RabbitMQ alone: consume and acknowledge", "/s", consumed);
        findings.Add(Section, "referrals / publish and confirm", "×", MeasurePath.Ratio(figures, published));
    }

    private async Task Latency(ReferralLoad load, FeedTable feeds, int rate, CancellationToken stop)
    {
        var rounds = new List<(Delays Far, Delays Http)>();
        for (var round = 0; round < plan.Rounds; round++) rounds.Add(await load.Paced(feeds, "P1", rate, plan.Latency, stop));
        const string section = "P3 referrals, delay to the feed";
        List<double> All(Func<(Delays Far, Delays Http), double> figure) => [.. rounds.Select(figure)];
        findings.Add(section, $"p50 at {rate}/s", "ms", All(r => r.Far.At(0.5)), rate == 20 ? Goal.Most(15) : null);
        findings.Add(section, $"p90 at {rate}/s", "ms", All(r => r.Far.At(0.9)));
        findings.Add(section, $"p99 at {rate}/s", "ms", All(r => r.Far.At(0.99)), rate == 20 ? Goal.Most(40) : null);
        findings.Add(section, $"max at {rate}/s", "ms", All(r => r.Far.Max));
        findings.Add(section, $"answer 202, p50 at {rate}/s", "ms", All(r => r.Http.At(0.5)));
    }
}
