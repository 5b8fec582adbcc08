using Tiltas.Bench.Generator;
using Tiltas.Bench.Limits;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Bench.Report;

namespace Tiltas.Bench.BarePath;

/// <summary>P2 and P3: what the messaging of platform/hosting does without gateway and rules, beside its ceiling and its limit.</summary>
internal sealed class MeasurePath(BenchServers servers, LimitTables tables, PathPair path, PathPair ceiling, Processes processes, Plan plan, Findings findings)
{
    private const string Section = "P2 messaging path";
    private const int Connections = 64;

    public async Task Run(CancellationToken stop)
    {
        var grouped = new Variant(path, PathSender.Grouped);
        var plain = new Variant(path, PathSender.Plain);
        var raw = new Variant(ceiling, PathSender.Grouped);
        var limit = await TwoRows(stop);

        Variant[] all = [grouped, plain, raw];
        // The two that share a far table take turns; what they compile meanwhile they compile for good.
        await Task.WhenAll(Warm([grouped, plain], plan.WarmUp / 2, stop), Warm([raw], plan.WarmUp, stop));
        await processes.Settle(stop);
        await Warm(all, TimeSpan.FromSeconds(1), stop);
        var limits = plan.LimitClients.ToDictionary(clients => clients, _ => new List<double>());
        await Rounds.Run(plan.Rounds,
        [
            .. all.Select(variant => (Func<Task>)(async () => variant.Keep(await variant.Load(Connections, plan.Load, processes, findings, stop)))),
            .. plan.LimitClients.Select(clients => (Func<Task>)(async () => limits[clients].Add(await limit.Run(clients, plan.Limit, stop)))),
        ]);
        Tell(grouped, plain, raw, Enumerable.Range(0, plan.Rounds).Select(round => plan.LimitClients.Max(clients => limits[clients][round])).ToList());
        foreach (var rate in plan.Rates) await Latency(grouped, rate, stop);
        await path.CheckAll(findings, stop);
        await ceiling.CheckAll(findings, stop);
    }

    private async Task Warm(Variant[] variants, TimeSpan time, CancellationToken stop)
    {
        foreach (var variant in variants) await variant.Load(16, time, processes, findings, stop);
    }

    private void Tell(Variant grouped, Variant plain, Variant raw, List<double> limit)
    {
        findings.Add(Section, "grouped commands", "/s", grouped.PerSecond, cpu: grouped.Cpu);
        findings.Add(Section, "plain EF Core commands", "/s", plain.PerSecond, cpu: plain.Cpu);
        findings.Add(Section, "ceiling: bare RabbitMQ client, grouped", "/s", raw.PerSecond, cpu: raw.Cpu);
        findings.Add(Section, "limit: pgbench, two rows a transaction", "/s", limit);
        findings.Add(Section, "grouped / ceiling", "×", Ratio(grouped.PerSecond, raw.PerSecond), Goal.Least(0.80));
        findings.Add(Section, "grouped / limit", "×", Ratio(grouped.PerSecond, limit), Goal.Least(0.45));
        findings.Add(Section, "plain / limit", "×", Ratio(plain.PerSecond, limit));
    }

    private async Task Latency(Variant variant, int rate, CancellationToken stop)
    {
        var (half, most) = (new List<double>(), new List<double>());
        var (ninety, worst) = (new List<double>(), new List<double>());
        for (var round = 0; round < plan.Rounds; round++)
        {
            var far = await variant.Paced(rate, plan.Latency, findings, stop);
            half.Add(far.Delays.At(0.5));
            ninety.Add(far.Delays.At(0.9));
            most.Add(far.Delays.At(0.99));
            worst.Add(far.Delays.Max);
        }
        var goals = rate == 20;
        findings.Add("P3 messaging path, delay", $"p50 at {rate}/s", "ms", half, goals ? Goal.Most(8) : null);
        findings.Add("P3 messaging path, delay", $"p90 at {rate}/s", "ms", ninety);
        findings.Add("P3 messaging path, delay", $"p99 at {rate}/s", "ms", most, goals ? Goal.Most(20) : null);
        findings.Add("P3 messaging path, delay", $"max at {rate}/s", "ms", worst);
    }

    public static List<double> Ratio(IEnumerable<double> figures, IEnumerable<double> to) => [.. figures.Zip(to, (figure, limit) => figure / limit)];

    private async Task<PgBench> TwoRows(CancellationToken stop)
    {
        await tables.Copy("path_sender", ["entries", "outbox"], stop);
        var now = TimeProvider.System.GetUtcNow();
        var entry = new Entry { Id = new(Guid.CreateVersion7(now)), Subject = new(Guid.CreateVersion7(now)), Need = "Shelter", At = now };
        return new PgBench(servers, LimitTables.Database, "two-rows", $"""
            BEGIN;
            INSERT INTO path_sender.entries (id, subject, need, at) VALUES (gen_random_uuid(), gen_random_uuid(), 'Shelter', now());
            {LimitTables.InsertOutbox("path_sender", PathSender.Message(entry))};
            COMMIT;

            """);
    }

    /// <summary>One way through a pair of processes, and what its rounds gave.</summary>
    private sealed class Variant(PathPair pair, string path)
    {
        private readonly PathTraffic _traffic = new(pair.Target(path)) { Address = pair.Address };
        private readonly List<Usage> _cpu = [];

        public List<double> PerSecond { get; } = [];

        public Usage Cpu => Usage.Median(_cpu);

        public void Keep((double PerSecond, Usage Cpu) round)
        {
            PerSecond.Add(round.PerSecond);
            _cpu.Add(round.Cpu);
        }

        public async Task<(double PerSecond, Usage Cpu)> Load(int connections, TimeSpan time, Processes processes, Findings findings, CancellationToken stop)
        {
            var mark = await pair.Mark(stop);
            var before = processes.Now();
            var sent = await ClosedLoop.Run(_traffic, connections, time, stop);
            pair.Took(sent.Taken.Count);
            await pair.Drained(mark, sent.Taken.Count, stop);
            var used = (processes.Now() - before).Per(Math.Max(1, sent.Taken.Count));
            return ((await Compare(sent, mark, findings, stop)).PerSecond, used);
        }

        public async Task<FarTable> Paced(int rate, TimeSpan time, Findings findings, CancellationToken stop)
        {
            var mark = await pair.Mark(stop);
            var sent = await OpenLoop.Run(_traffic, rate, time, stop);
            pair.Took(sent.Taken.Count);
            await pair.Drained(mark, sent.Taken.Count, stop);
            return await Compare(sent, mark, findings, stop);
        }

        private async Task<FarTable> Compare(LoadResult sent, long mark, Findings findings, CancellationToken stop) =>
            FarTable.Compare($"P2 {path}", sent, await pair.Arrivals(mark, stop), findings);
    }
}
