using System.Runtime.InteropServices;
using Tiltas.Bench.BarePath;
using Tiltas.Bench.Directory;
using Tiltas.Bench.Grpc;
using Tiltas.Bench.Growth;
using Tiltas.Bench.Journey;
using Tiltas.Bench.Limits;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Bench.Report;
using Tiltas.Local;
using Tiltas.Local.Network;

namespace Tiltas.Bench;

/// <summary>One run: servers of its own, the measurements one after the other, the report. 0 only when nothing was lost or doubled.</summary>
internal static class BenchRun
{
    public static async Task<int> Run(string[] args)
    {
        if (Plan.Parse(args) is not { } plan)
        {
            Console.Error.WriteLine(Plan.Usage);
            return 2;
        }
        using var source = new CancellationTokenSource();
        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            source.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            return await Measure(plan, source.Token);
        }
        catch (OperationCanceledException) when (source.IsCancellationRequested)
        {
            return 130;
        }
        catch (LocalException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static async Task<int> Measure(Plan plan, CancellationToken stop)
    {
        var at = TimeProvider.System.GetUtcNow();
        var (steps, findings, processes) = (new Progress(), new Findings(), new Processes());
        processes.AddSelf("generator");
        if (plan.Wants("P5")) await Step(steps, "P5", "gRPC", () => new MeasureGrpc(plan, findings).Run(stop));
        if (plan.WantsServers)
        {
            await using var servers = await BenchServers.Start(steps, stop);
            processes.Add("postgres", servers.Postgres.Process!);
            processes.Add("rabbitmq", servers.Rabbit.Process!);
            if (plan.Wants("P9")) await MeasureDirectory.Prepare(servers, stop);
            var tables = new LimitTables(servers);
            await tables.Create(stop);
            await MeasureAll(servers, tables, processes, plan, findings, steps, stop);
        }
        Console.Out.WriteLine();
        Console.Out.WriteLine($"Median of {plan.Rounds} rounds in changing order, lowest and highest in brackets; {Environment.ProcessorCount} processors for everything, the load generator too.");
        if (plan.WantsServers) Console.Out.WriteLine("As in production: fsync, publisher confirms, durable quorum queues, audit rows, policy checks. Raised: the gateway's rate limit (RateLimit__PerSecond, RateLimit__Burst).");
        Table.Print(findings, Console.Out);
        if (plan.JsonFile is { } file) JsonFile.Write(file, findings, plan, at);
        return findings.Faults.Count == 0 ? 0 : 1;
    }

    private static async Task MeasureAll(BenchServers servers, LimitTables tables, Processes processes, Plan plan, Findings findings, Progress steps, CancellationToken stop)
    {
        var needsNetwork = plan.WantsNetwork;
        var (pairs, network) = (plan.Wants("P2") ? StartPairs(servers, processes, steps, stop) : null, needsNetwork ? BenchNetwork.Start(servers, steps, stop) : null);
        try
        {
            await Task.WhenAll(pairs ?? Task.CompletedTask, network ?? Task.CompletedTask);
            if (network is not null)
                foreach (var service in (await network).Local.Services) processes.Add(service.Name, service.Process!);
            if (pairs is not null) await Step(steps, "P2 P3", "messaging path", async () =>
            {
                var (path, ceiling) = await pairs;
                await new MeasurePath(servers, tables, path, ceiling, processes, plan, findings).Run(stop);
                await path.DisposeAsync();
                await ceiling.DisposeAsync();
            });
            if (network is not null) await WithNetwork(servers, tables, await network, processes, plan, findings, steps, stop);
        }
        finally
        {
            await End(pairs, async both =>
            {
                await both.Path.DisposeAsync();
                await both.Ceiling.DisposeAsync();
            });
            await End(network, async all => await all.DisposeAsync());
        }
    }

    // What is still starting when another part fails is waited for, so that no process outlives the run.
    private static async Task End<T>(Task<T>? started, Func<T, Task> dispose)
    {
        if (started is null) return;
        await ((Task)started).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (started.IsCompletedSuccessfully) await dispose(await started);
    }

    private static async Task WithNetwork(
        BenchServers servers, LimitTables tables, BenchNetwork network, Processes processes, Plan plan, Findings findings, Progress steps, CancellationToken stop)
    {
        if (plan.Wants("P1"))
            await Step(steps, "P1 P3", "referrals end to end", () => new MeasureJourney(servers, tables, network, processes, plan, findings).Run(stop));
        if (plan.Wants("P4")) await Step(steps, "P4", "the gateway's cost", () => new MeasureGateway(network, processes, plan, findings).Run(stop));
        if (plan.Wants("P8")) await Step(steps, "P8", "idle", () => new MeasureIdle(servers, network, processes, plan, findings).Run(stop));
        // Last, because what these leave behind is not what the others are measured with.
        if (plan.Wants("P7")) await Step(steps, "P7", "drain after an outage", () => new MeasureDrain(servers, network, processes, plan, findings).Run(stop));
        if (plan.Wants("P6")) await Step(steps, "P6", "growth", () => new MeasureGrowth(servers, network, processes, plan, findings).Run(stop));
        if (plan.Wants("P9")) await Step(steps, "P9", "the directory at full size", () => new MeasureDirectory(servers, network, processes, plan, findings).Run(stop));
    }

    private static async Task<(PathPair Path, PathPair Ceiling)> StartPairs(BenchServers servers, Processes processes, Progress steps, CancellationToken stop)
    {
        var keys = new NetworkKeys(Path.Combine(servers.Folder, "path-keys"));
        keys.Make([], servers.Secrets);
        (PathPair Path, PathPair Ceiling) pairs = default;
        await Step(steps, "Path", "the bare path and its ceiling run", async () =>
        {
            var (path, ceiling) = (PathPair.Start(servers, keys.PublicKeys, "path", raw: false, processes, stop), PathPair.Start(servers, keys.PublicKeys, "ceiling", raw: true, processes, stop));
            pairs = (await path, await ceiling);
        });
        return pairs;
    }

    private static Task Step(Progress steps, string name, string what, Func<Task> work) => steps.RunAsync(name, async () =>
    {
        await work();
        return what;
    });
}
