using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Identification.Statuses;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Gaps;

/// <summary>Says when something has been open for too long, and when it is not any more; each once, whichever replica notices.</summary>
internal sealed partial class WatchGaps(IServiceScopeFactory scopes, GapRules rules, Calendar calendar, OutboxBell bell, IConfiguration configuration, TimeProvider time, ILogger<WatchGaps> logger) : BackgroundService
{
    private const int AtOnce = 1000;

    // The same in every replica: one looks, the others pass by.
    private const long Turn = 0x7469_6c74_6761_7073;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TimeSpan _look = TimeSpan.FromSeconds(Math.Clamp(configuration.GetValue("Gaps:LookSeconds", 10), 1, 3600));

    // Of the store's time at most a tenth goes into looking.
    private const int Rest = 10;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            try
            {
                while (await Settle(stoppingToken)) { }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Log.NotLookedFor(logger, exception.GetType().Name);
            }
            var rest = time.GetElapsedTime(began) * Rest;
            await Task.Delay(rest > _look ? rest : _look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Brings the record up to the facts; true when there may be more.</summary>
    private async Task<bool> Settle(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentificationStore>();
        db.Database.SetCommandTimeout(Patience);
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (!(await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({Turn}) AS \"Value\"").ToListAsync(stop))[0]) return false;

        // While replicas with newer rules run beside this one, what to open and close is theirs to say: two rules would open and close the same again and again.
        if (await db.Gaps.AnyAsync(row => row.RuleVersion > rules.Version && row.ClosedAt == null, stop)) return false;
        var now = time.GetUtcNow();
        var differences = await OpenGaps.Differences(db, rules, now, calendar.Today, AtOnce, stop);
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
            SeenBy = Enum.Parse<GapSeenBy>(found.SeenBy), Since = found.Since, RuleVersion = rules.Version, OpenedAt = now,
        };
        db.Add(row);
        AgencyId[] concerns = row.SeenBy == GapSeenBy.OwedBy ? [row.OwedBy] : [.. new[] { row.OwedBy, AgencyId.From(found.Owner!) }.Distinct()];
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
        [LoggerMessage(EventId = 61, EventName = "GapsNotLookedFor", Level = LogLevel.Warning, Message = "Gaps were not looked for; tried again: {ErrorType}")]
        public static partial void NotLookedFor(ILogger logger, string errorType);
    }
}
