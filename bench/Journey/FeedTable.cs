using System.Globalization;
using Npgsql;
using Tiltas.Bench.Generator;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Bench.Report;
using Tiltas.Local.Processes;

namespace Tiltas.Bench.Journey;

/// <summary>The feeds of all recipients, where a referral counts as arrived. Read from the database itself: reading over the API would mark notices as delivered.</summary>
internal sealed class FeedTable(BenchServers servers) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _far = NpgsqlDataSource.Create(servers.Postgres.Address.ConnectionString("notification"));
    private readonly NpgsqlDataSource _near = NpgsqlDataSource.Create(servers.Postgres.Address.ConnectionString("referral"));
    private long _taken;

    /// <summary>Numbers given out on all feeds together.</summary>
    public Task<long> Mark(CancellationToken stop) => Scalar(_far, "SELECT coalesce(sum(last_seq), 0)::bigint FROM feeds", stop);

    /// <summary>Waits until all that was sent stands on the feeds, then holds it against what was sent.</summary>
    public async Task<FarTable> Compare(string what, LoadResult sent, long mark, Findings findings, CancellationToken stop)
    {
        _taken += sent.Taken.Count;
        await Arrived(mark + sent.Taken.Count, stop);
        return FarTable.Compare(what, sent, await Notices("ReferralSubmitted", sent.Began, stop), findings);
    }

    /// <summary>Waits until that many numbers are given out, for a while at most.</summary>
    public Task Arrived(long mark, CancellationToken stop) => Until.TrueAsync(async token => await Mark(token) >= mark, TimeSpan.FromSeconds(30), stop);

    /// <summary>The referrals that notices of a kind are about, and when each notice was committed.</summary>
    public Task<List<(Guid Id, DateTimeOffset Committed)>> Notices(string kind, DateTimeOffset since, CancellationToken stop) => FarTable.Read(_far, $"""
        SELECT reference, pg_xact_commit_timestamp(xmin) FROM notices WHERE kind = '{kind}' AND at >= '{Instant(since)}'
        """, stop);

    /// <summary>Notices that stand on a feed behind a later version of the same referral.</summary>
    public Task<long> OutOfOrder(DateTimeOffset since, CancellationToken stop) => Scalar(_far, $"""
        SELECT count(*) FROM (
            SELECT version, lag(version) OVER (PARTITION BY agency, reference ORDER BY seq) AS before FROM notices WHERE at >= '{Instant(since)}') AS told
        WHERE version <= before
        """, stop);

    /// <summary>Everything at the end: a copy that came late would stand in no single measurement.</summary>
    public async Task CheckAll(Findings findings, CancellationToken stop)
    {
        await Until.TrueAsync(async token => await Scalar(_near, "SELECT count(*) FROM outbox", token) == 0, TimeSpan.FromSeconds(10), stop);
        var rows = await Scalar(_far, "SELECT count(*) FROM notices WHERE kind = 'ReferralSubmitted'", stop);
        var different = await Scalar(_far, "SELECT count(DISTINCT reference) FROM notices WHERE kind = 'ReferralSubmitted'", stop);
        var kept = await Scalar(_near, "SELECT count(*) FROM referrals", stop);
        var left = await Scalar(_near, "SELECT count(*) FROM outbox", stop);
        if (rows != _taken || different != _taken || kept != _taken || left != 0)
            findings.Fault($"P1: {_taken} taken, {kept} in the referral store, {different} on feeds in {rows} rows, {left} left in the outbox");
    }

    public async ValueTask DisposeAsync()
    {
        await _far.DisposeAsync();
        await _near.DisposeAsync();
    }

    private static string Instant(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture) + "+00";

    private static async Task<long> Scalar(NpgsqlDataSource source, string sql, CancellationToken stop)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }
}
