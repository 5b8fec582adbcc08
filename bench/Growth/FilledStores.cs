using System.Diagnostics;
using Npgsql;
using Tiltas.Bench.Network;

namespace Tiltas.Bench.Growth;

/// <summary>How many rows were written, and how long it took.</summary>
internal sealed record Filling(long Subjects, long Referrals, long Rows, TimeSpan Took);

/// <summary>
/// Fills the stores of referrals and of notices side by side, batch by batch, until all is there or the time is up. Keys and messages
/// that a service sweeps away after a while are not among the rows.
/// </summary>
internal sealed class FilledStores(BenchServers servers)
{
    private const int BatchSize = 25_000;
    private static readonly string[] Near = [GrowthRows.Referrals, GrowthRows.Moves, GrowthRows.Decisions];
    private static readonly string[] Far = [GrowthRows.Stories, GrowthRows.Notices];

    public async Task<Filling> Fill(int referrals, TimeSpan most, CancellationToken stop)
    {
        var (start, now, subjects) = (Stopwatch.GetTimestamp(), TimeProvider.System.GetUtcNow(), referrals / 10);
        await using var near = await Open("referral", stop);
        await using var far = await Open("notification", stop);
        var agencies = await Agencies(near, stop);
        var rows = await Run(near, GrowthRows.Subjects, stop, agencies, (long)subjects, now) + subjects;
        var done = 0L;
        for (; done < referrals && Stopwatch.GetElapsedTime(start) < most; done = Math.Min(referrals, done + BatchSize))
        {
            object[] batch = [agencies, done, Math.Min(referrals, done + BatchSize), (long)referrals, (long)subjects, now];
            rows += (await Task.WhenAll(Write(near, Near, batch, stop), Write(far, Far, batch, stop))).Sum();
        }
        await Task.WhenAll(Settle(near, stop), Settle(far, stop));
        return new Filling(subjects, done, rows, Stopwatch.GetElapsedTime(start));
    }

    private async Task<NpgsqlConnection> Open(string database, CancellationToken stop)
    {
        var connection = new NpgsqlConnection(servers.Postgres.Address.ConnectionString(database, pooling: false));
        await connection.OpenAsync(stop);
        // For these rows alone: they hold together by the way they are made, and are flushed at the end.
        await Run(connection, "SET session_replication_role = replica", stop);
        await Run(connection, "SET synchronous_commit = off", stop);
        return connection;
    }

    private static async Task<string[]> Agencies(NpgsqlConnection store, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT array_agg(agency ORDER BY agency) FROM agencies WHERE standing = 'Active'", store);
        return (string[])(await command.ExecuteScalarAsync(stop))!;
    }

    private static async Task<long> Write(NpgsqlConnection store, string[] statements, object[] batch, CancellationToken stop)
    {
        await using var transaction = await store.BeginTransactionAsync(stop);
        await Run(store, GrowthRows.Batch, stop, batch);
        var rows = 0L;
        foreach (var statement in statements) rows += await Run(store, statement, stop);
        await Run(store, "DROP TABLE batch", stop);
        await transaction.CommitAsync(stop);
        return rows;
    }

    // What a store that grew over years has long behind it.
    private static async Task Settle(NpgsqlConnection store, CancellationToken stop)
    {
        await Run(store, "VACUUM ANALYZE", stop);
        await Run(store, "CHECKPOINT", stop);
    }

    private static async Task<long> Run(NpgsqlConnection store, string sql, CancellationToken stop, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, store) { CommandTimeout = 0 };
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return Math.Max(0, await command.ExecuteNonQueryAsync(stop));
    }
}
