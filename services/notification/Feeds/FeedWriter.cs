using Npgsql;
using NpgsqlTypes;

namespace Tiltas.Notification.Feeds;

/// <summary>
/// The one way onto a feed. Every transaction takes its locks in the same order (stories by reference, then feeds by agency), so
/// concurrent groups wait for each other but never in a circle. A feed's row stays locked from the moment its numbers are taken
/// until the commit: numbers have no gaps and become visible in their order, and a reader's cursor can pass nothing by.
/// </summary>
internal sealed class FeedWriter(FeedBell bell, TimeProvider time)
{
    // Takes as many numbers for each feed as it needs, if the condition that follows holds.
    private const string Take = "INSERT INTO feeds AS f (agency, last_seq) SELECT * FROM unnest($1, $2) AS t (agency, n)";

    // "back" counts from the last number taken for that feed.
    private const string Number = """
        ON CONFLICT (agency) DO UPDATE SET last_seq = f.last_seq + EXCLUDED.last_seq RETURNING f.agency, f.last_seq
        """;

    private const string Append = """
        INSERT INTO notices (agency, seq, id, kind, reference, version, urgency, at, clock, referral, covered, subject)
        SELECT r.agency, taken.last_seq - r.back, r.id, r.kind, r.reference, r.version, r.urgency, r.at, r.clock, r.referral, r.covered, r.subject
        FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS r (agency, back, id, kind, reference, version, urgency, at, clock, referral, covered, subject)
        JOIN taken ON taken.agency = r.agency
        """;

    private const string AppendOnly = $"WITH taken AS ({Take} WHERE true {Number}) {Append}";

    // The common case in one statement: all stories are new. If one is not, nothing is put on a feed and the answer names the new ones.
    private const string OpenAndAppend = $"""
        WITH opened AS (
            INSERT INTO stories (reference, through) SELECT reference, 1 FROM unnest($15) AS reference ON CONFLICT DO NOTHING RETURNING reference
        ),
        taken AS ({Take} WHERE (SELECT count(*) FROM opened) = cardinality($15) {Number}),
        put AS ({Append})
        SELECT count(*) = cardinality($15), array_agg(reference) FROM opened
        """;

    private const string Open = "INSERT INTO stories (reference, through) SELECT reference, 0 FROM unnest($1) AS reference ON CONFLICT DO NOTHING";

    private const string Lock = "SELECT reference, through, skipped FROM stories WHERE reference = ANY ($1) ORDER BY reference FOR NO KEY UPDATE";

    private const string Held = """
        SELECT reference, version, kind, urgency, at, agencies, held_at, clock, referral, covered FROM held_notices WHERE reference = ANY ($1)
        """;

    private const string Advance = """
        UPDATE stories AS s SET through = u.through, skipped = u.skipped::integer[]
        FROM unnest($1, $2, $3) AS u (reference, through, skipped) WHERE s.reference = u.reference
        """;

    private const string Hold = """
        INSERT INTO held_notices (reference, version, kind, urgency, at, agencies, held_at, clock, referral, covered)
        SELECT reference, version, kind, urgency, at, string_to_array(agencies, ','), $7, clock, referral, covered
        FROM unnest($1, $2, $3, $4, $5, $6, $8, $9, $10) AS h (reference, version, kind, urgency, at, agencies, clock, referral, covered)
        """;

    private const string Unhold = "DELETE FROM held_notices WHERE (reference, version) IN (SELECT * FROM unnest($1, $2))";

    /// <summary>Puts facts on the feeds of those they concern, inside the open transaction.</summary>
    public async Task<Written> Put(NpgsqlConnection connection, IReadOnlyList<Occurrence> facts, CancellationToken stop)
    {
        if (facts.Any(fact => fact.Version > 1)) return await PutInOrder(connection, facts, [], stop);

        var firsts = facts.DistinctBy(fact => fact.Reference).ToList();
        var entries = new FeedEntries(firsts, time.GetUtcNow());
        var (complete, opened) = await TryOpenAndAppend(connection, firsts, entries, stop);
        if (complete) return new Written(entries.Agencies, firsts, 0);

        var news = firsts.Where(fact => opened.Contains(fact.Reference)).ToList();
        return await PutInOrder(connection, [.. firsts.Where(fact => !opened.Contains(fact.Reference))], news, stop);
    }

    /// <summary>Tells what has waited since <paramref name="overdue"/> or longer, without what is missing before it.</summary>
    public Task<Written> Release(NpgsqlConnection connection, IReadOnlyCollection<Guid> references, DateTimeOffset overdue, CancellationToken stop) =>
        Continue(connection, [.. references.Order()], [], [], overdue, stop);

    /// <summary>After the commit: wakes the readers and counts.</summary>
    public void Announce(Written written)
    {
        if (written.OutOfOrder > 0) FeedInstruments.OutOfOrder.Add(written.OutOfOrder);
        if (written.Agencies.Count == 0) return;
        bell.Ring(written.Agencies);
        FeedInstruments.Appended.Add(written.Told.Sum(fact => fact.Agencies.Count));
        var now = time.GetUtcNow();
        foreach (var fact in written.Told) FeedInstruments.Lag.Record(Math.Max(0, (now - fact.At).TotalSeconds));
    }

    private static async Task<(bool Complete, HashSet<Guid> Opened)> TryOpenAndAppend(NpgsqlConnection connection, List<Occurrence> firsts, FeedEntries entries, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(OpenAndAppend, connection);
        foreach (var parameter in entries.Parameters()) command.Parameters.Add(parameter);
        command.Parameters.Add(new() { Value = firsts.Select(fact => fact.Reference).Order().ToArray() });
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return reader.GetBoolean(0) ? (true, []) : (false, reader.IsDBNull(1) ? [] : [.. reader.GetFieldValue<Guid[]>(1)]);
    }

    private async Task<Written> PutInOrder(NpgsqlConnection connection, IReadOnlyList<Occurrence> facts, IReadOnlyList<Occurrence> before, CancellationToken stop)
    {
        Guid[] references = [.. facts.Select(fact => fact.Reference).Distinct().Order()];
        await using (var open = new NpgsqlCommand(Open, connection) { Parameters = { new() { Value = references } } })
            await open.ExecuteNonQueryAsync(stop);
        return await Continue(connection, references, facts, before, null, stop);
    }

    private async Task<Written> Continue(
        NpgsqlConnection connection, Guid[] references, IReadOnlyList<Occurrence> facts, IReadOnlyList<Occurrence> before, DateTimeOffset? overdue, CancellationToken stop)
    {
        var (stories, held) = await LockStories(connection, references, stop);
        var arrived = facts.ToLookup(fact => fact.Reference);
        // In order of arrival across referrals; a sweep has no arrivals and takes them as they are.
        var order = facts.Select(fact => fact.Reference).Concat(references).Distinct();
        var tellings = order.Where(stories.ContainsKey)
            .Select(reference => stories[reference].Tell([.. held[reference]], arrived[reference], overdue)).ToList();
        List<Occurrence> told = [.. before, .. tellings.SelectMany(telling => telling.Told)];
        var entries = new FeedEntries(told, time.GetUtcNow());
        await Apply(connection, tellings, entries, stop);
        return new Written(entries.Agencies, told, tellings.Sum(telling => telling.OutOfOrder));
    }

    private static async Task<(Dictionary<Guid, Story> Stories, ILookup<Guid, HeldOccurrence> Held)> LockStories(NpgsqlConnection connection, Guid[] references, CancellationToken stop)
    {
        // Two statements, so that the second sees what was committed while the first waited for its locks.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(Lock) { Parameters = { new() { Value = references } } },
                new(Held) { Parameters = { new() { Value = references } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(stop);
        var stories = new Dictionary<Guid, Story>();
        while (await reader.ReadAsync(stop))
            stories.Add(reader.GetGuid(0), new Story(reader.GetGuid(0), reader.GetInt32(1), reader.GetFieldValue<int[]>(2)));
        await reader.NextResultAsync(stop);
        var held = new List<HeldOccurrence>();
        while (await reader.ReadAsync(stop))
        {
            held.Add(new HeldOccurrence(new Occurrence
            {
                Reference = reader.GetGuid(0),
                Version = reader.GetInt32(1),
                Kind = Enum.Parse<Contracts.Codes.NoticeKind>(reader.GetString(2)),
                Urgency = reader.IsDBNull(3) ? null : Enum.Parse<Contracts.Codes.Urgency>(reader.GetString(3)),
                At = reader.GetFieldValue<DateTimeOffset>(4),
                Agencies = reader.GetFieldValue<string[]>(5),
                Clock = reader.IsDBNull(7) ? null : Enum.Parse<Contracts.Codes.Clock>(reader.GetString(7)),
                Referral = reader.IsDBNull(8) ? null : new Contracts.ReferralId(reader.GetGuid(8)),
                Covered = reader.IsDBNull(9) ? null : reader.GetBoolean(9),
            }, reader.GetFieldValue<DateTimeOffset>(6)));
        }
        return (stories, held.ToLookup(fact => fact.What.Reference));
    }

    private async Task Apply(NpgsqlConnection connection, List<Telling> tellings, FeedEntries entries, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(connection);
        var moved = tellings.Where(telling => telling.Told.Count > 0).Select(telling => telling.Story).ToList();
        var hold = tellings.SelectMany(telling => telling.Hold).ToList();
        var unhold = tellings.SelectMany(telling => telling.Unhold.Select(version => (telling.Story.Reference, Version: version))).ToList();
        if (moved.Count > 0) batch.BatchCommands.Add(With(Advance,
            new() { Value = moved.ConvertAll(story => story.Reference) }, new() { Value = moved.ConvertAll(story => story.Through) },
            new() { Value = moved.ConvertAll(story => $"{{{string.Join(',', story.Skipped)}}}") }));
        if (hold.Count > 0) batch.BatchCommands.Add(With(Hold,
            new() { Value = hold.ConvertAll(fact => fact.Reference) }, new() { Value = hold.ConvertAll(fact => fact.Version) },
            new() { Value = hold.ConvertAll(fact => fact.Kind.ToString()) },
            new() { Value = hold.ConvertAll(fact => fact.Urgency?.ToString()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            new() { Value = hold.ConvertAll(fact => fact.At) }, new() { Value = hold.ConvertAll(fact => string.Join(',', fact.Agencies)) },
            new() { Value = time.GetUtcNow() },
            new() { Value = hold.ConvertAll(fact => fact.Clock?.ToString()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            new() { Value = hold.ConvertAll(fact => fact.Referral?.Value), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
            new() { Value = hold.ConvertAll(fact => fact.Covered), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean }));
        if (unhold.Count > 0) batch.BatchCommands.Add(With(Unhold,
            new() { Value = unhold.ConvertAll(pair => pair.Reference) }, new() { Value = unhold.ConvertAll(pair => pair.Version) }));
        if (entries.Agencies.Count > 0) batch.BatchCommands.Add(With(AppendOnly, entries.Parameters()));
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(stop);
    }

    private static NpgsqlBatchCommand With(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }
}

/// <summary>What a transaction put on feeds, to be announced after its commit.</summary>
internal sealed record Written(IReadOnlyCollection<string> Agencies, IReadOnlyList<Occurrence> Told, int OutOfOrder);
