using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tiltas.Hosting.Messaging;

/// <summary>
/// What no commit wakes: rows due again, rows of a replica that died, the count for admission control, and notices between
/// replicas. A notice is sent at most once a second and outside any business transaction, because NOTIFY serialises commits.
/// </summary>
internal sealed partial class OutboxSweeper(NpgsqlDataSource store, OutboxBell bell, OutboxOptions options, TimeProvider time, ILogger<OutboxSweeper> logger)
    : BackgroundService
{
    private const string Count = """
        SELECT (SELECT count(*) FROM (SELECT FROM outbox WHERE parked_at IS NULL LIMIT $1) AS w),
               (SELECT count(*) FROM outbox WHERE parked_at IS NOT NULL),
               (SELECT min(due_at) FROM outbox WHERE parked_at IS NULL)
        """;

    // As long as a dead letter or a backup may be replayed, or a client may repeat itself.
    private const string Forget = "WITH old AS (DELETE FROM inbox WHERE received_at < $1) DELETE FROM idempotency_keys WHERE created_at < $1";

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    private static long _parked;
    private static double _oldest;
    private int _rung;

    static OutboxSweeper()
    {
        Instruments.Meter.CreateObservableGauge("tiltas.outbox.parked", () => Interlocked.Read(ref _parked), "{message}", "Messages set aside after too many tries");
        Instruments.Meter.CreateObservableGauge("tiltas.outbox.oldest.age", () => Volatile.Read(ref _oldest), "s", "Age of the oldest message that waits");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Instruments.Meter.CreateObservableGauge("tiltas.outbox.waiting", () => bell.Waiting, "{message}", "Messages that wait to be published");
        bell.Rung += () => Volatile.Write(ref _rung, 1);
        await Task.WhenAll(Sweep(stoppingToken), Exchange(stoppingToken));
    }

    private async Task Sweep(CancellationToken stop)
    {
        var trouble = new Backoff(time);
        using var timer = new PeriodicTimer(options.Sweep, time);
        var sweeps = 0;
        do
        {
            try
            {
                await SweepOnce(stop);
                if (sweeps++ % 720 == 0) await ForgetOld(stop);
            }
            catch (Exception exception) when (!stop.IsCancellationRequested)
            {
                if (trouble.ShouldSay()) Log.Trouble(logger, exception.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    private async Task SweepOnce(CancellationToken stop)
    {
        await using var command = store.CreateCommand(Count);
        command.Parameters.Add(new() { Value = (long)options.Limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        var waiting = reader.GetInt64(0);
        bell.Correct(waiting);
        Interlocked.Exchange(ref _parked, reader.GetInt64(1));
        Volatile.Write(ref _oldest, reader.IsDBNull(2) ? 0 : Math.Max(0, (time.GetUtcNow() - reader.GetFieldValue<DateTimeOffset>(2)).TotalSeconds));
        if (waiting > 0) bell.Wake();
    }

    private async Task ForgetOld(CancellationToken stop)
    {
        await using var command = store.CreateCommand(Forget);
        command.Parameters.Add(new() { Value = time.GetUtcNow() - Remembered });
        await command.ExecuteNonQueryAsync(stop);
    }

    private async Task Exchange(CancellationToken stop)
    {
        var trouble = new Backoff(time);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = await store.OpenConnectionAsync(stop);
                var own = connection.ProcessID;
                connection.Notification += (_, notice) =>
                {
                    if (notice.PID != own) bell.Wake();
                };
                await Execute(connection, "LISTEN tiltas_outbox", stop);
                trouble.Over();
                while (true)
                {
                    await connection.WaitAsync(TimeSpan.FromSeconds(1), stop);
                    if (Interlocked.Exchange(ref _rung, 0) == 1) await Execute(connection, "NOTIFY tiltas_outbox", stop);
                }
            }
            catch (Exception exception) when (!stop.IsCancellationRequested)
            {
                if (trouble.ShouldSay()) Log.Trouble(logger, exception.GetType().Name);
                await trouble.Wait(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(stop);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 12, EventName = "OutboxSweepTrouble", Level = LogLevel.Warning, Message = "Sweeping waits: {ErrorType}")]
        public static partial void Trouble(ILogger logger, string errorType);
    }
}
