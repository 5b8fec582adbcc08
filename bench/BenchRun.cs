using System.Runtime.InteropServices;
using Tiltas.Bench.BarePath;
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
        await using (var servers = await BenchServers.Start(steps, stop))
        {
            processes.Add("postgres", servers.Postgres.Process!);
            processes.Add("rabbitmq", servers.Rabbit.Process!);
            var tables = new LimitTables(servers);
            await tables.Create(stop);
            if (plan.Wants("P2")) await steps.RunAsync("P2 P3", async () =>
            {
                var keys = new NetworkKeys(Path.Combine(servers.Folder, "path-keys"));
                keys.Make([], servers.Secrets);
                await new MeasurePath(servers, tables, keys.PublicKeys, processes, plan, findings).Run(stop);
                return "messaging path";
            });
            if (plan.Wants("P1") || plan.Wants("P4") || plan.Wants("P8")) await WithNetwork(servers, tables, processes, plan, findings, steps, stop);
        }
        Console.Out.WriteLine();
        Console.Out.WriteLine($"Median of {plan.Rounds} rounds in changing order, lowest and highest in brackets; {Environment.ProcessorCount} processors for everything, the load generator too.");
        Console.Out.WriteLine("As in production: fsync, publisher confirms, durable quorum queues, audit rows, policy checks. Raised: the gateway's rate limit (RateLimit__PerSecond, RateLimit__Burst).");
        Table.Print(findings, Console.Out);
        if (plan.JsonFile is { } file) JsonFile.Write(file, findings, plan, at);
        return findings.Faults.Count == 0 ? 0 : 1;
    }

    private static async Task WithNetwork(BenchServers servers, LimitTables tables, Processes processes, Plan plan, Findings findings, Progress steps, CancellationToken stop)
    {
        await using var network = await BenchNetwork.Start(servers, steps, stop);
        foreach (var service in network.Local.Services) processes.Add(service.Name, service.Process!);
        if (plan.Wants("P1")) await steps.RunAsync("P1 P3", async () =>
        {
            await new MeasureJourney(servers, tables, network, processes, plan, findings).Run(stop);
            return "referrals end to end";
        });
        if (plan.Wants("P4")) await steps.RunAsync("P4", async () =>
        {
            await new MeasureGateway(network, processes, plan, findings).Run(stop);
            return "the gateway's cost";
        });
        if (plan.Wants("P8")) await steps.RunAsync("P8", async () =>
        {
            await new MeasureIdle(servers, network, processes, plan, findings).Run(stop);
            return "idle";
        });
    }
}
