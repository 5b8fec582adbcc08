using System.Diagnostics;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Notification.Feeds;

namespace Tiltas.Notification.Tests;

/// <summary>
/// How fast facts reach feeds: the write path alone (transaction, inbox rows, feeds), on the PostgreSQL of the tests. Run by name
/// with <c>-explicit only</c>; it asserts nothing about speed, because a shared machine would decide the outcome.
/// </summary>
public sealed class WriteRate(TestStore store, ITestOutputHelper output) : IClassFixture<TestStore>
{
    private const string Inbox = "INSERT INTO inbox (message_id, consumer, received_at) SELECT id, 'rate', now() FROM unnest($1) AS id ORDER BY id ON CONFLICT DO NOTHING RETURNING message_id";

    [Fact(Explicit = true)]
    public async Task Measure()
    {
        var writer = new FeedWriter(new FeedBell(), TimeProvider.System);
        foreach (var version in (int[])[1, 2])
            foreach (var size in (int[])[1, 128])
                for (var round = 0; round < 4; round++)
                    await Round(writer, version, size, loops: 2, agencies: 40, warm: round == 0);
        await Round(writer, 1, 128, loops: 2, agencies: 1, warm: false);
    }

    private async Task Round(FeedWriter writer, int version, int size, int loops, int agencies, bool warm)
    {
        var batches = Math.Max(40, 1500 / size);
        var facts = Enumerable.Range(0, loops * batches).Select(_ => Enumerable.Range(0, size).Select(_ => Make(agencies)).ToArray()).ToArray();
        if (version > 1)
        {
            foreach (var batch in facts) await Commit(writer, batch);
            facts = [.. facts.Select(batch => batch.Select(fact => fact with { Version = 2, Kind = NoticeKind.ReferralAccepted }).ToArray())];
        }
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(facts.Chunk(batches).Select(async share =>
        {
            foreach (var batch in share) await Commit(writer, batch);
        }));
        if (warm) return;
        var count = loops * batches * size;
        output.WriteLine($"version {version}, batches of {size}, {agencies} agencies, {loops} writers: {count / clock.Elapsed.TotalSeconds:F0} notices/s, {clock.Elapsed.TotalMilliseconds / batches:F2} ms a batch");
    }

    private async Task Commit(FeedWriter writer, Occurrence[] batch)
    {
        await using var connection = await store.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var inbox = new Npgsql.NpgsqlCommand(Inbox, connection))
        {
            inbox.Parameters.Add(new() { Value = batch.Select(_ => Guid.CreateVersion7()).ToArray() });
            await inbox.ExecuteNonQueryAsync();
        }
        var written = await writer.Put(connection, batch, TestContext.Current.CancellationToken);
        await transaction.CommitAsync();
        writer.Announce(written);
        Assert.Equal(batch.Length, written.Told.Count);
    }

    private static Occurrence Make(int agencies) => Occurrence.OfReferral(
        NoticeKind.ReferralSubmitted, ReferralId.From(Guid.CreateVersion7()), 1, Urgency.Normal, DateTimeOffset.UnixEpoch, AgencyId.From($"lt-rate-{Random.Shared.Next(agencies)}"));
}
