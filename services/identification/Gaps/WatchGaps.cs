using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Gaps;

/// <summary>Says when something has been open for too long, and when it is not any more; each once, whichever replica notices.</summary>
internal sealed partial class WatchGaps(IServiceScopeFactory scopes, GapRules rules, OutboxBell bell, TimeProvider time, ILogger<WatchGaps> logger) : BackgroundService
{
    private const int AtOnce = 200;

    // The same in every replica: one looks, the others pass by.
    private const long Turn = 0x7469_6c74_6761_7073;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        var away = false;
        do
        {
            try
            {
                while (await Settle(stoppingToken)) { }
                away = false;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The store is away: the next look finds the same, and says it once.
                if (!away) Log.Waits(logger, exception.GetType().Name);
                away = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Brings the record up to the facts; true when there may be more.</summary>
    private async Task<bool> Settle(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentificationStore>();
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (!(await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({Turn}) AS \"Value\"").ToListAsync(stop))[0]) return false;

        var now = time.GetUtcNow();
        var differences = await OpenGaps.Differences(db, rules, now, AtOnce, stop);
        if (differences.Count == 0) return false;
        foreach (var difference in differences)
        {
            if (difference.Gap is { } gap) await Close(db, gap, difference, now, stop);
            else Open(db, difference, now);
        }
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        bell.Wake();
        return differences.Count == AtOnce;
    }

    private void Open(IdentificationStore db, OpenGaps.Difference found, DateTimeOffset now)
    {
        var row = new GapRow
        {
            Gap = GapId.From(Guid.CreateVersion7(now)), Subject = SubjectRef.From(found.Subject), Kind = Enum.Parse<GapKind>(found.Kind), OwedBy = AgencyId.From(found.OwedBy),
            Hidden = found.Hidden, Since = found.Since, RuleVersion = rules.Version, OpenedAt = now,
        };
        db.Add(row);
        AgencyId[] concerns = found.Hidden || found.Owner is null ? [row.OwedBy] : [.. new[] { row.OwedBy, AgencyId.From(found.Owner) }.Distinct()];
        db.Publish(new GapOpened
        {
            Gap = row.Gap, Subject = row.Subject, Kind = row.Kind, OwedBy = row.OwedBy, Concerns = concerns, Since = row.Since, RuleVersion = row.RuleVersion, At = now,
        }, time);
    }

    private async Task Close(IdentificationStore db, Guid gap, OpenGaps.Difference gone, DateTimeOffset now, CancellationToken stop)
    {
        await db.Database.ExecuteSqlAsync($"UPDATE gaps SET closed_at = greatest(opened_at, {now}) WHERE gap = {gap}", stop);
        db.Publish(new GapClosed
        {
            Gap = GapId.From(gap), Subject = SubjectRef.From(gone.Subject), Kind = Enum.Parse<GapKind>(gone.Kind), OwedBy = AgencyId.From(gone.OwedBy), At = now,
        }, time);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 61, EventName = "GapsWait", Level = LogLevel.Information, Message = "Gaps are looked for again: {ErrorType}")]
        public static partial void Waits(ILogger logger, string errorType);
    }
}
