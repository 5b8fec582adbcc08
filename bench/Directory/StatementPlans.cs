using System.Text;
using System.Text.Json;
using Npgsql;
using Tiltas.Local;
using Tiltas.Local.Processes;

namespace Tiltas.Bench.Directory;

/// <summary>One statement as the server ran it: the indexes it used, and the tables it read from end to end.</summary>
internal sealed record StatementPlan(string Statement, IReadOnlyList<string> Indexes, IReadOnlyList<string> Scanned);

/// <summary>
/// The plans of the very statements that a service sends, with its own parameters and as they were executed: PostgreSQL's auto_explain
/// writes them into the server's log. It is loaded with every session and says nothing until it is asked to.
/// </summary>
internal sealed class StatementPlans(NpgsqlDataSource superuser, string logFile)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Before the sessions are opened whose statements shall be explained.</summary>
    public static async Task Load(NpgsqlDataSource superuser, CancellationToken stop)
    {
        await Run(superuser, "ALTER SYSTEM SET session_preload_libraries = 'auto_explain'", stop);
        await Reload(superuser, stop);
    }

    /// <summary>What is executed while the work is done, and what of it touches one of the tables.</summary>
    public async Task<List<StatementPlan>> Of(Func<Task> work, IReadOnlyCollection<string> tables, CancellationToken stop)
    {
        await Say(0, stop);
        try
        {
            var from = new FileInfo(logFile).Length;
            // A session hears of a new setting with its next statement; so the work is done until its statements are told.
            List<StatementPlan> told = [];
            var heard = await Until.TrueAsync(async _ =>
            {
                from = new FileInfo(logFile).Length;
                await work();
                told = [.. Read(from).Where(plan => tables.Any(table => plan.Statement.Contains(table, StringComparison.Ordinal)))];
                return told.Count > 0;
            }, Patience, stop);
            return heard ? told : throw new LocalException("PostgreSQL's log tells no plans.");
        }
        finally
        {
            await Say(-1, stop);
        }
    }

    private async Task Say(int milliseconds, CancellationToken stop)
    {
        await using (var connection = await superuser.OpenConnectionAsync(stop))
        {
            // The names are known only to a session that has loaded it.
            foreach (var sql in new[]
            {
                "LOAD 'auto_explain'", $"ALTER SYSTEM SET auto_explain.log_min_duration = {milliseconds}", "ALTER SYSTEM SET auto_explain.log_analyze = on",
                "ALTER SYSTEM SET auto_explain.log_timing = off", "ALTER SYSTEM SET auto_explain.log_format = json",
            })
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync(stop);
            }
        }
        await Reload(superuser, stop);
    }

    private List<StatementPlan> Read(long from)
    {
        using var file = new FileStream(logFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = from;
        using var reader = new StreamReader(file);
        var (plans, json) = (new List<StatementPlan>(), (StringBuilder?)null);
        for (var line = reader.ReadLine(); ; line = reader.ReadLine())
        {
            if (json is not null && line is not ['\t', ..])
            {
                if (Parse(json.ToString()) is { } plan) plans.Add(plan);
                json = null;
            }
            if (line is null) return plans;
            if (json is not null) json.AppendLine(line[1..]);
            else if (line.EndsWith("plan:", StringComparison.Ordinal)) json = new StringBuilder();
        }
    }

    private static StatementPlan? Parse(string json)
    {
        try
        {
            var root = JsonDocument.Parse(json).RootElement;
            var (indexes, scanned) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
            Walk(root.GetProperty("Plan"), indexes, scanned);
            return new StatementPlan(root.GetProperty("Query Text").GetString()!, [.. indexes], [.. scanned]);
        }
        catch (JsonException)
        {
            // Two sessions wrote at once; the work is asked for again until something can be read.
            return null;
        }
    }

    private static void Walk(JsonElement node, SortedSet<string> indexes, SortedSet<string> scanned)
    {
        if (node.TryGetProperty("Index Name", out var index)) indexes.Add(index.GetString()!);
        // What the executor never came to was not read.
        var ran = !node.TryGetProperty("Actual Loops", out var loops) || loops.GetDouble() > 0;
        if (ran && node.GetProperty("Node Type").GetString()!.EndsWith("Seq Scan", StringComparison.Ordinal)) scanned.Add(node.GetProperty("Relation Name").GetString()!);
        if (!node.TryGetProperty("Plans", out var below)) return;
        foreach (var child in below.EnumerateArray()) Walk(child, indexes, scanned);
    }

    private static async Task Reload(NpgsqlDataSource superuser, CancellationToken stop) => await Run(superuser, "SELECT pg_reload_conf()", stop);

    private static async Task Run(NpgsqlDataSource superuser, string sql, CancellationToken stop)
    {
        await using var command = superuser.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(stop);
    }
}
