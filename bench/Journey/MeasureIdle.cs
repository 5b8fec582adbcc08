using Npgsql;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Bench.Report;

namespace Tiltas.Bench.Journey;

/// <summary>P8: what the network costs while nobody asks anything of it.</summary>
internal sealed class MeasureIdle(BenchServers servers, BenchNetwork network, Processes processes, Plan plan, Findings findings)
{
    private const string Section = "P8 idle";
    private static readonly string[] Servers = ["postgres", "rabbitmq"];

    public async Task Run(CancellationToken stop)
    {
        await SettleDown(stop);
        var before = processes.Now();
        await Task.Delay(plan.Idle, stop);
        var used = processes.Now() - before;
        var percent = used.Per(plan.Idle.TotalMilliseconds / 100).Milliseconds.Where(p => p.Key != "generator").ToDictionary(p => p.Key, p => p.Value);
        foreach (var (name, share) in percent.OrderByDescending(p => p.Value)) findings.Add(Section, $"{name}, processor", "% of a core", [share]);
        var own = percent.Where(p => !Servers.Contains(p.Key)).Sum(p => p.Value);
        findings.Add(Section, "services and gateway together", "% of a core", [own]);
        findings.Add(Section, "the whole network", "% of a core", [percent.Values.Sum()], Goal.Most(2));
        foreach (var service in network.Local.Services) findings.Add(Section, $"{service.Name}, resident", "MB", [processes.Resident(service.Name)], Goal.Most(150));
    }

    // What the load before has left to do (vacuum, checkpoint, the broker's log) is no idle cost.
    private async Task SettleDown(CancellationToken stop)
    {
        foreach (var database in (string[])["referral", "notification"])
        {
            await using var source = NpgsqlDataSource.Create(servers.Postgres.Address.ConnectionString(database, pooling: false));
            foreach (var sql in (string[])["VACUUM ANALYZE", "CHECKPOINT"])
            {
                await using var command = source.CreateCommand(sql);
                await command.ExecuteNonQueryAsync(stop);
            }
        }
        await processes.Settle(stop);
    }
}
