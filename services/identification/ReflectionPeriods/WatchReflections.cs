using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Identification.Statuses;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.ReflectionPeriods;

/// <summary>Warns before a reflection period runs out, and says when it has; each once, whichever replica notices.</summary>
internal sealed partial class WatchReflections(
    IServiceScopeFactory scopes, Calendar calendar, ReflectionRules rules, OutboxBell bell, TimeProvider time, ILogger<WatchReflections> logger) : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    // A period is begun and changed to end today or later, so what ended before the last look is ended already.
    private DateOnly _ended = DateOnly.MinValue;

    private sealed record Warned(Guid Subject, int Version, DateOnly LastDay, string? Owner, string? By);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        var away = false;
        do
        {
            try
            {
                while (await EndSome(stoppingToken)) { }
                await Warn(stoppingToken);
                away = false;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Somebody changed one at the same moment, or the store is away: the next look decides again, and says it once.
                if (!away) Log.Waits(logger, exception.GetType().Name);
                away = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<bool> EndSome(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentificationStore>();
        var (today, since) = (calendar.Today, _ended);
        var over = await db.Reflections.FromSql($"""
            SELECT p.* FROM reflection_periods p
            WHERE p.state = 'Running' AND p.day < {today} AND p.day >= {since} AND NOT EXISTS (SELECT FROM reflection_periods n WHERE n.subject = p.subject AND n.version > p.version)
            ORDER BY p.day LIMIT {AtOnce}
            """).AsNoTracking().ToListAsync(stop);
        if (over.Count == 0)
        {
            _ended = today.AddDays(-1);
            return false;
        }
        foreach (var row in over) ChangeReflection.Add(db, row.ToPeriod().On(today), row.Subject, row.Version + 1, row.StandingVersion, null, null, time);
        await db.SaveChangesAsync(stop);
        bell.Wake();
        return true;
    }

    private async Task Warn(CancellationToken stop)
    {
        if (rules.Warnings.IsEmpty) return;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentificationStore>();
        var (today, now) = (calendar.Today, time.GetUtcNow());
        int[] ahead = [.. rules.Warnings];
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        // All distances that are reached are noted, but said is only how many days are left now.
        var warned = await db.Database.SqlQuery<Warned>($"""
            WITH due AS (
                SELECT p.subject, p.version, p.day, p.decided_by, w.days FROM reflection_periods p CROSS JOIN unnest({ahead}) AS w(days)
                WHERE p.state = 'Running' AND p.day >= {today} AND p.day - w.days <= {today}
                  AND NOT EXISTS (SELECT FROM reflection_periods n WHERE n.subject = p.subject AND n.version > p.version)
            ), said AS (
                INSERT INTO reflection_warnings (subject, last_day, days, at) SELECT subject, day, days, {now} FROM due ORDER BY subject, day, days ON CONFLICT DO NOTHING RETURNING subject
            )
            SELECT DISTINCT due.subject AS "Subject", due.version AS "Version", due.day AS "LastDay", o.owner AS "Owner", due.decided_by AS "By"
            FROM due JOIN said USING (subject) LEFT JOIN subject_owners o USING (subject)
            """).ToListAsync(stop);
        if (warned.Count == 0) return;
        foreach (var one in warned)
            db.Publish(new ReflectionPeriodEndsSoon
            {
                Subject = new SubjectRef(one.Subject), Version = one.Version, LastDay = one.LastDay, DaysLeft = one.LastDay.DayNumber - today.DayNumber, At = now,
                Concerns = [.. ((string?[])[one.Owner, one.By]).OfType<string>().Distinct().Select(AgencyId.From)],
            }, time);
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        bell.Wake();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 60, EventName = "ReflectionsWait", Level = LogLevel.Information, Message = "Reflection periods are looked at again: {ErrorType}")]
        public static partial void Waits(ILogger logger, string errorType);
    }
}
