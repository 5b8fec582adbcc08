using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Referrals;

/// <summary>Silence is an event: when a clock runs out the referral says so, once, whichever replica notices.</summary>
internal sealed partial class LapseClocks(IServiceScopeFactory scopes, OutboxBell bell, TimeProvider time, ILogger<LapseClocks> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        var away = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await LapseSome(stoppingToken)) { }
                away = false;
            }
            catch (Exception exception) when (ProblemMiddleware.IsStoreAway(exception) || exception is DbUpdateException)
            {
                // A referral moved at the same moment, or the store is away: the next look decides again, and says it once.
                if (!away) Log.Waits(logger, exception.GetType().Name);
                away = true;
            }
        }
    }

    private async Task<bool> LapseSome(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ReferralStore>();
        var now = time.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        // What another replica is lapsing, or an agency is moving, at this moment is left to them.
        var due = await db.Referrals.FromSql($"SELECT * FROM referrals WHERE clock_due <= {now} ORDER BY clock_due LIMIT 100 FOR UPDATE SKIP LOCKED").ToListAsync(stop);
        if (due.Count == 0) return false;
        foreach (var row in due)
        {
            var clock = row.Clock!.Value;
            var dueBy = row.ClockDue!.Value;
            if (row.Read().Lapse(now) is not { } next) continue;
            Moves.Save(db, row, next, null, $"lapse-{clock}", new ReferralClockLapsed
            {
                Referral = next.Id, Version = next.Version, Subject = next.Subject, From = next.From, To = next.To, Urgency = next.Urgency, Clock = clock, DueBy = dueBy, At = now,
            }, now, time);
        }
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        bell.Wake();
        return due.Count == 100;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 40, EventName = "ClocksWait", Level = LogLevel.Information, Message = "Clocks are looked at again: {ErrorType}")]
        public static partial void Waits(ILogger logger, string errorType);
    }
}
