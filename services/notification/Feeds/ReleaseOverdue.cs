using Npgsql;

namespace Tiltas.Notification.Feeds;

/// <summary>A fact whose predecessor has not come for a minute is told without it: out of order is better than late. Rare, and counted.</summary>
internal sealed partial class ReleaseOverdue(NpgsqlDataSource store, FeedWriter feeds, TimeProvider time, ILogger<ReleaseOverdue> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private const string Overdue = "SELECT DISTINCT reference FROM (SELECT reference FROM held_notices WHERE held_at <= $1 ORDER BY held_at LIMIT 500) AS h";
    private const string Count = "SELECT count(*) FROM held_notices";

    /// <summary>Releases what is overdue now; tells how many gaps were passed over.</summary>
    public async Task<int> Sweep(CancellationToken stop)
    {
        var overdue = time.GetUtcNow() - Patience;
        await using var connection = await store.OpenConnectionAsync(stop);
        var references = await Find(connection, overdue, stop);
        if (references.Count == 0) return 0;

        await using var transaction = await connection.BeginTransactionAsync(stop);
        var written = await feeds.Release(connection, references, overdue, stop);
        await transaction.CommitAsync(CancellationToken.None);
        feeds.Announce(written);
        if (written.OutOfOrder > 0) Log.Released(logger, written.OutOfOrder);
        return written.OutOfOrder;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Between, time);
        var away = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Sweep(stoppingToken);
                await using var count = store.CreateCommand(Count);
                FeedInstruments.SetHeld((long)(await count.ExecuteScalarAsync(stoppingToken))!);
                away = false;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (!away) Log.Trouble(logger, exception.GetType().Name);
                away = true;
            }
        }
    }

    private static async Task<List<Guid>> Find(NpgsqlConnection connection, DateTimeOffset overdue, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(Overdue, connection) { Parameters = { new() { Value = overdue } } };
        await using var reader = await command.ExecuteReaderAsync(stop);
        var references = new List<Guid>();
        while (await reader.ReadAsync(stop)) references.Add(reader.GetGuid(0));
        return references;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 100, EventName = "ReleasedOutOfOrder", Level = LogLevel.Warning, Message = "{Count} gaps passed over: what was missing did not come in time")]
        public static partial void Released(ILogger logger, int count);

        [LoggerMessage(EventId = 101, EventName = "ReleaseTrouble", Level = LogLevel.Warning, Message = "Releasing held facts waits: {ErrorType}")]
        public static partial void Trouble(ILogger logger, string errorType);
    }
}
