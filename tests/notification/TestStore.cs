using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Storage;
using Tiltas.Notification.Feeds;
using Tiltas.Notification.Storage;
using Tiltas.TestKit;

namespace Tiltas.Notification.Tests;

/// <summary>A database of its own on the real PostgreSQL that the test kit names, dropped at the end.</summary>
public sealed class TestStore : IAsyncLifetime
{
    private string _server = "";
    private string _name = "";

    internal NpgsqlDataSource Source { get; private set; } = null!;

    internal string Connection { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _server = await TestPostgres.ConnectionString();
        _name = "notification_" + Guid.CreateVersion7().ToString("N");
        await OnServer($"CREATE DATABASE {_name}");
        Connection = new NpgsqlConnectionStringBuilder(_server) { Database = _name, Pooling = true, MaxPoolSize = 40, MaxAutoPrepare = 64, AutoPrepareMinUsages = 2 }.ConnectionString;
        await Store.Migrate<NotificationStore>(["migrate", $"--ConnectionStrings:Owner={Connection}"], options => new(options));
        Source = NpgsqlDataSource.Create(Connection);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await OnServer($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
    }

    internal async Task<List<T>> Query<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = Source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }

    internal async Task Execute(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A writer with the grouping that the platform puts around it, for facts that are already read.</summary>
    internal GroupCommit<Occurrence, bool> Group(FeedWriter writer, Func<IReadOnlyList<Occurrence>, bool>? fail = null, int loops = 2) => new(
        "test", Source, new OutboxBell(new OutboxOptions()), TimeProvider.System, new GroupOptions { Loops = loops, WaitForStore = false }, NullLogger.Instance,
        async (facts, scope, stop) =>
        {
            var written = await writer.Put(scope.Connection, facts, stop);
            scope.Afterwards(() => writer.Announce(written));
            return fail?.Invoke(facts) == true ? throw new InvalidOperationException("A fault after the effect, before the commit.") : new bool[facts.Count];
        });

    private async Task OnServer(string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>A clock that stands until it is moved; timers are the machine's.</summary>
internal sealed class HandClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Move(TimeSpan by) => _now += by;
}
