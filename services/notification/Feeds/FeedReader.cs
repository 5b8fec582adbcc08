using System.Diagnostics;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Notification.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Problems;
using Tiltas.Notification.Storage;

namespace Tiltas.Notification.Feeds;

/// <summary>Reads pages of a feed; the first time a notice is handed out, it is marked and announced as delivered in one commit.</summary>
internal sealed class FeedReader : IAsyncDisposable
{
    private const string Read = """
        SELECT seq, id, kind, reference, version, urgency, at, delivered_at, seen_at, acted_at, clock, referral, covered, subject
        FROM notices WHERE agency = $1 AND seq > $2 ORDER BY seq LIMIT $3
        """;

    // Locked in the order of the key, so that two readers of overlapping pages wait for each other and never in a circle.
    private const string Mark = """
        WITH due AS (
            SELECT n.agency, n.seq FROM unnest($1, $2, $3) AS p (agency, first, last)
            JOIN notices n ON n.agency = p.agency AND n.seq BETWEEN p.first AND p.last
            WHERE n.delivered_at IS NULL ORDER BY n.agency, n.seq FOR NO KEY UPDATE OF n
        )
        UPDATE notices n SET delivered_at = $4 FROM due
        WHERE n.agency = due.agency AND n.seq = due.seq AND n.delivered_at IS NULL
        RETURNING n.agency, n.seq, n.id, n.kind, CASE WHEN n.kind IN ('ConsentWithdrawn', 'FormSent', 'GapOpened', 'ReflectionPeriodEndsSoon') THEN n.referral ELSE n.reference END, n.reference
        """;

    private const string Last = "SELECT last_seq FROM feeds WHERE agency = $1";

    private readonly NpgsqlDataSource _store;
    private readonly TimeProvider _time;
    private readonly GroupCommit<Page, Marked> _marks;

    public FeedReader(NpgsqlDataSource store, OutboxBell outbox, TimeProvider time, ILogger<FeedReader> logger)
    {
        (_store, _time) = (store, time);
        _marks = new("notices-delivered", store, outbox, time, new GroupOptions(), logger, MarkDelivered);
    }

    /// <summary>What stands on the feed after a number.</summary>
    public async Task<List<Notice>> ReadAfter(AgencyId agency, long after, int limit, CancellationToken stop)
    {
        var notices = await ReadPage(agency, after, limit, stop);
        var first = notices.FindIndex(notice => notice.DeliveredAt is null);
        if (first < 0) return notices;

        var last = notices.FindLastIndex(notice => notice.DeliveredAt is null);
        var page = new Page(agency.Value, notices[first].Seq, notices[last].Seq, Activity.Current?.Id);
        var marked = await _marks.Run(page);
        // Somebody else was handed some of them at the same moment: then theirs is the first time.
        return marked.Count == notices.Count(notice => notice.DeliveredAt is null)
            ? notices.ConvertAll(notice => notice.DeliveredAt is null ? Delivered(notice, marked.At) : notice)
            : await ReadPage(agency, after, notices.Count, stop);
    }

    /// <summary>As <see cref="ReadAfter"/>, for a number that somebody brings along.</summary>
    /// <exception cref="RejectedRequestException">The feed has not come that far.</exception>
    public async Task<List<Notice>> ReadFrom(AgencyId agency, long after, string field, int limit, CancellationToken stop)
    {
        var notices = await ReadAfter(agency, after, limit, stop);
        if (notices.Count > 0 || after == 0) return notices;
        await using var command = _store.CreateCommand(Last);
        command.Parameters.Add(new() { Value = agency.Value });
        return after <= (await command.ExecuteScalarAsync(stop) as long? ?? 0) ? notices : throw new RejectedRequestException(FeedErrors.CursorBeyondEnd(field));
    }

    public ValueTask DisposeAsync() => _marks.DisposeAsync();

    private async Task<List<Notice>> ReadPage(AgencyId agency, long after, int limit, CancellationToken stop)
    {
        await using var command = _store.CreateCommand(Read);
        command.Parameters.Add(new() { Value = agency.Value });
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = (long)limit });
        await using var reader = await command.ExecuteReaderAsync(stop);
        var notices = new List<Notice>();
        while (await reader.ReadAsync(stop))
        {
            notices.Add(new Notice
            {
                Agency = agency,
                Seq = reader.GetInt64(0),
                Id = reader.GetGuid(1),
                Kind = Enum.Parse<NoticeKind>(reader.GetString(2)),
                Reference = reader.GetGuid(3),
                Version = reader.GetInt32(4),
                Urgency = reader.IsDBNull(5) ? null : Enum.Parse<Urgency>(reader.GetString(5)),
                At = reader.GetFieldValue<DateTimeOffset>(6),
                DeliveredAt = Time(7),
                SeenAt = Time(8),
                ActedAt = Time(9),
                Clock = reader.IsDBNull(10) ? null : Enum.Parse<Clock>(reader.GetString(10)),
                ReliedReferral = reader.IsDBNull(11) ? null : new ReferralId(reader.GetGuid(11)),
                Covered = reader.IsDBNull(12) ? null : reader.GetBoolean(12),
                Subject = reader.IsDBNull(13) ? null : new SubjectRef(reader.GetGuid(13)),
            });
        }
        return notices;

        DateTimeOffset? Time(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
    }

    private static Notice Delivered(Notice notice, DateTimeOffset at) => new()
    {
        Agency = notice.Agency, Seq = notice.Seq, Id = notice.Id, Kind = notice.Kind, Reference = notice.Reference, Version = notice.Version,
        Urgency = notice.Urgency, At = notice.At, DeliveredAt = at, SeenAt = notice.SeenAt, ActedAt = notice.ActedAt,
        Clock = notice.Clock, ReliedReferral = notice.ReliedReferral, Covered = notice.Covered, Subject = notice.Subject,
    };

    private async Task<IReadOnlyList<Marked>> MarkDelivered(IReadOnlyList<Page> pages, GroupScope scope, CancellationToken stop)
    {
        var now = Marking.Now(_time);
        var counts = new int[pages.Count];
        await using var command = new NpgsqlCommand(Mark, scope.Connection)
        {
            Parameters =
            {
                new() { Value = pages.Select(page => page.Agency).ToArray() },
                new() { Value = pages.Select(page => page.First).ToArray() },
                new() { Value = pages.Select(page => page.Last).ToArray() },
                new() { Value = now },
            },
        };
        await using (var reader = await command.ExecuteReaderAsync(stop))
        {
            while (await reader.ReadAsync(stop))
            {
                var (agency, seq) = (reader.GetString(0), reader.GetInt64(1));
                var kind = Enum.Parse<NoticeKind>(reader.GetString(3));
                // Where two pages of a group overlap, the first of them is the one that delivered.
                var by = pages.Select((page, i) => (page, i)).First(pair => pair.page.Agency == agency && seq >= pair.page.First && seq <= pair.page.Last);
                counts[by.i]++;
                scope.Publish(new NoticeDelivered
                {
                    Notice = reader.GetGuid(2), Agency = AgencyId.From(agency), Sequence = seq, Kind = kind,
                    Referral = reader.IsDBNull(4) ? null : new ReferralId(reader.GetGuid(4)), At = now,
                    Form = kind == NoticeKind.FormSent ? new FormId(reader.GetGuid(5)) : null,
                }, by.page.TraceParent);
            }
        }
        var count = scope.Messages;
        scope.Afterwards(() => FeedInstruments.Delivered.Add(count));
        return [.. counts.Select(marked => new Marked(marked, now))];
    }

    private sealed record Page(string Agency, long First, long Last, string? TraceParent);

    private sealed record Marked(int Count, DateTimeOffset At);
}
