using Microsoft.EntityFrameworkCore;
using Tiltas.Hosting.Messaging;
using Tiltas.Identification.Statuses;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Entitlements;

/// <summary>
/// A new version of the country's table changes the rights of people whose status nobody touches: when the process starts, each standing that
/// an older version gave other rights gets a version more, with all that follows from it. Standings of a newer table are left alone.
/// </summary>
internal sealed partial class FollowTable(IServiceScopeFactory scopes, EntitlementTable table, OutboxBell bell, TimeProvider time, ILogger<FollowTable> logger) : BackgroundService
{
    private const int Page = 200;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (Guid? after = Guid.Empty; after is { } last;)
        {
            try
            {
                after = await Follow(last, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Somebody changed one of them at the same moment, or the store is away: the page is looked at again.
                Log.Waits(logger, exception.GetType().Name);
                await Task.Delay(BetweenTries, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One page; the last subject of it, or none when there are no more.</summary>
    private async Task<Guid?> Follow(Guid after, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentificationStore>();
        var standings = scope.ServiceProvider.GetRequiredService<WriteStanding>();
        var older = await db.Standings.FromSql($"""
            SELECT s.* FROM standings s WHERE s.table_version < {table.Version} AND s.subject > {after}
            AND NOT EXISTS (SELECT FROM standings n WHERE n.subject = s.subject AND n.version > s.version) ORDER BY s.subject LIMIT {Page}
            """).AsNoTracking().ToListAsync(stop);
        foreach (var row in older.Where(row => !row.Entitlements.ToHashSet().SetEquals(WriteStanding.WithRights(row, table).Entitlements)))
            await standings.Add(row with { Version = row.Version + 1, Confers = false, ToldBy = null, At = time.GetUtcNow() }, row, stop);
        if (await db.SaveChangesAsync(stop) > 0) bell.Wake();
        return older.Count == Page ? older[^1].Subject.Value : null;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 62, EventName = "EntitlementTableWaits", Level = LogLevel.Warning, Message = "The new table of entitlements is not applied to all yet; tried again: {ErrorType}")]
        public static partial void Waits(ILogger logger, string errorType);
    }
}
