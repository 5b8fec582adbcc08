using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Memoranda;
using Tiltas.Directory.Storage;
using Tiltas.Local.Servers;
using Tiltas.TestKit;

namespace Tiltas.Directory.Tests.Storage;

/// <summary>What was agreed before there were clauses is one clause afterwards, and the first version that is kept.</summary>
public sealed class MemorandaMigrationTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MemorandaOfBefore_SayTheSameAfterwards()
    {
        var (server, name) = (await TestPostgres.Address(), "dirmig_" + Guid.CreateVersion7().ToString("N"));
        var secrets = Path.Combine(Path.GetTempPath(), name);
        var address = await server.CreateDatabaseAsync(name, new Secrets(secrets), Cancelled);
        try
        {
            await using var db = new DirectoryStore(new DbContextOptionsBuilder<DirectoryStore>().UseNpgsql(address.Owner, npgsql => npgsql.MigrationsHistoryTable("migrations"))
                .ConfigureWarnings(warnings => warnings.Ignore(Microsoft.EntityFrameworkCore.Diagnostics.RelationalEventId.PendingModelChangesWarning)).Options);
            var migrator = db.GetService<IMigrator>();
            await migrator.MigrateAsync("20261122000003_Matching", Cancelled);
            await db.Database.ExecuteSqlRawAsync("""
                INSERT INTO memoranda (id, version, parties, data_classes, purposes, needs, valid_from, valid_to, title, source, illustrative, changed_at, ended_on) VALUES
                ('m-open', 3, '{{a-one,a-two}}', '{{Identity,Needs}}', '{{Assistance}}', '{{}}', '2025-01-01', NULL, '{{"en":"One"}}', '{{"title":"A page","date":"2026-01-02"}}', NULL, '2026-01-03T04:05:06.789Z', NULL),
                ('m-over', 5, '{{a-one,a-two}}', '{{Health}}', '{{Return}}', '{{SafeReturn}}', '2025-01-01', '2026-01-31', '{{"en":"Two"}}', '{{"title":"A page","date":"2026-01-02"}}', 'All of it.', '2026-01-03T04:05:06.789Z', '2026-01-31')
                """, Cancelled);
            await migrator.MigrateAsync(cancellationToken: Cancelled);

            foreach (var memorandum in await db.Memoranda.AsNoTracking().ToListAsync(Cancelled))
            {
                var clause = Assert.Single(memorandum.Clauses);
                Assert.Equal(("1", null, null), (clause.Number.Value, clause.From, clause.To));
                Assert.Equal((memorandum.DataClasses, memorandum.Purposes, memorandum.Needs), (clause.DataClasses, clause.Purposes, clause.Needs), Lists);
                Assert.Equal((memorandum.Version, TerminationEffect.Stop, null, 0), (memorandum.TermsVersion, memorandum.AtEnd, memorandum.FinishUntil, memorandum.Suspensions!.Length));
                var version = await db.MemorandumVersions.AsNoTracking().SingleAsync(one => one.Id == memorandum.Id, Cancelled);
                Assert.Equal((memorandum.Version, Change.Known), (version.Version, version.Change));
                Assert.True(memorandum.SaysTheSameAs(version.Memorandum));
                Assert.Equal(memorandum.ChangedAt, version.Memorandum.ChangedAt);
            }
            Assert.Equal(2, await db.Memoranda.CountAsync(Cancelled));
        }
        finally
        {
            Npgsql.NpgsqlConnection.ClearAllPools();
            await server.DropDatabaseAsync(name, CancellationToken.None);
            File.Delete(secrets);
        }
    }

    private static bool Lists((DataClass[], Purpose[], Need[]) a, (DataClass[], Purpose[], Need[]) b) =>
        a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2) && a.Item3.SequenceEqual(b.Item3);
}
