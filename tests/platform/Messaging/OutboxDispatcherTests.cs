using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Hosting.Health;
using Tiltas.Hosting.Messaging;
using Tiltas.TestKit;

namespace Tiltas.Platform.Tests.Messaging;

/// <summary>A real store and a real bus, in memory, that does not take every message.</summary>
public sealed class OutboxDispatcherTests : IAsyncLifetime
{
    private readonly string _database = "outbox_" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
    private NpgsqlDataSource _store = null!;

    private const int Refused = 99;

    private static readonly ServiceWithdrawn Message = new()
    {
        Service = Slug.Parse<ServiceId>("lt-a-b"), Version = 1, Agency = Slug.Parse<AgencyId>("lt-a"), Need = Need.Shelter, Areas = ["LT"], At = SetTime.Start,
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var server = await TestPostgres.Address();
        await using (var admin = NpgsqlDataSource.Create(server.ConnectionString("postgres", pooling: false)))
        await using (var create = admin.CreateCommand($"CREATE DATABASE {_database}")) await create.ExecuteNonQueryAsync(Cancelled);
        _store = NpgsqlDataSource.Create(server.ConnectionString(_database, pooling: true));
        await Execute(MessagingSchema.Create);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await using var admin = NpgsqlDataSource.Create(await TestPostgres.ConnectionString());
        await using var drop = admin.CreateCommand($"DROP DATABASE {_database} WITH (FORCE)");
        await drop.ExecuteNonQueryAsync(CancellationToken.None);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Batch_PartlyTaken_BlamesOnlyTheRowThatIsBad(bool hangs)
    {
        var refused = await Put("urn", Refused);
        var taken = await Put("urn");
        var bad = await Put("urn:message:nobody:knows:v1");
        var refusals = 0;
        var bus = Bus.Factory.CreateUsingInMemory(memory => memory.ConfigurePublish(publish => publish.UseExecuteAsync(async context =>
        {
            if (context is not PublishContext<ServiceWithdrawn> { Message.Version: Refused }) return;
            Interlocked.Increment(ref refusals);
            if (hangs) await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            throw new MassTransitException("not confirmed");
        })));
        var options = new OutboxOptions { PublishTimeout = TimeSpan.FromMilliseconds(200), SlowBrokerPause = TimeSpan.Zero, Loops = 1 };
        var bell = new OutboxBell(options);
        using var dispatcher = new OutboxDispatcher(_store, bus, bell, options, TimeProvider.System, new Heartbeat(TimeProvider.System), NullLogger<OutboxDispatcher>.Instance);
        await bus.StartAsync(Cancelled);
        await dispatcher.StartAsync(Cancelled);

        // More often than a row may fail by its own fault before it is set aside.
        await Eventually.True("the broker refused the message again and again", async () =>
        {
            // A good one beside it each time, so that the broker is seen to take some.
            await Put("urn");
            bell.Wake();
            return Volatile.Read(ref refusals) > options.MaxTries + 3;
        });
        await dispatcher.StopAsync(Cancelled);
        await bus.StopAsync(Cancelled);

        Assert.Equal((0, false), await Row(refused));
        Assert.True((await Row(bad))!.Value.Tries > 0);
        Assert.Null(await Row(taken));
    }

    private async Task<(int Tries, bool Parked)?> Row(Guid id)
    {
        await using var command = _store.CreateCommand("SELECT tries, parked_at IS NOT NULL FROM outbox WHERE id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        return await reader.ReadAsync(Cancelled) ? (reader.GetInt16(0), reader.GetBoolean(1)) : null;
    }

    private async Task<Guid> Put(string urn, int version = 1)
    {
        var row = OutboxRow.For(Message with { Version = version }, TimeProvider.System.GetUtcNow(), null);
        await using var command = _store.CreateCommand("INSERT INTO outbox (id, urn, body, due_at) VALUES ($1, $2, $3, $4)");
        foreach (var value in new object[] { row.Id, urn == "urn" ? row.Urn : urn, row.Body, row.DueAt }) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(Cancelled);
        return row.Id;
    }

    private async Task Execute(string sql)
    {
        await using var command = _store.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
