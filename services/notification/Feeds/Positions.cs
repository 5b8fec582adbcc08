using System.Text.RegularExpressions;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Hosting.Problems;

namespace Tiltas.Notification.Feeds;

/// <summary>How far each subscriber of an agency has come on its feed; kept so that a system without a store of its own can go on where it was.</summary>
internal sealed partial class Positions(NpgsqlDataSource store, TimeProvider time)
{
    /// <summary>Subscriber of whoever names none.</summary>
    public const string Usual = "default";

    private const int Most = 100;

    private const string Find = "SELECT through FROM positions WHERE agency = $1 AND subscriber = $2";

    private const string Known = """
        SELECT coalesce((SELECT last_seq FROM feeds WHERE agency = $1), 0),
               (SELECT count(*) FROM positions WHERE agency = $1 AND subscriber <> $2)
        """;

    private const string Advance = """
        INSERT INTO positions AS p (agency, subscriber, through, at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (agency, subscriber) DO UPDATE SET through = greatest(p.through, EXCLUDED.through), at = EXCLUDED.at
        RETURNING through
        """;

    /// <summary>The name as it is kept, or null when it has not the form.</summary>
    public static string? Name(string subscriber) => subscriber.Length == 0 ? Usual : Shape().IsMatch(subscriber) ? subscriber : null;

    /// <summary>The last notice that was acknowledged; 0 when none was.</summary>
    public async Task<long> Of(AgencyId agency, string subscriber, CancellationToken stop)
    {
        await using var command = Command(Find, agency, subscriber);
        return await command.ExecuteScalarAsync(stop) as long? ?? 0;
    }

    /// <summary>Everything up to a number was dealt with. A lower number than before changes nothing.</summary>
    public async Task<Result<long>> Acknowledge(AgencyId agency, string subscriber, long through, CancellationToken stop)
    {
        await using (var known = Command(Known, agency, subscriber))
        {
            await using var reader = await known.ExecuteReaderAsync(stop);
            await reader.ReadAsync(stop);
            if (through < 0 || through > reader.GetInt64(0)) return FeedErrors.BeyondEnd;
            if (reader.GetInt64(1) >= Most) return FeedErrors.TooManySubscribers;
        }
        await using var advance = Command(Advance, agency, subscriber);
        advance.Parameters.Add(new() { Value = through });
        advance.Parameters.Add(new() { Value = time.GetUtcNow() });
        return (long)(await advance.ExecuteScalarAsync(stop))!;
    }

    private NpgsqlCommand Command(string sql, AgencyId agency, string subscriber)
    {
        var command = store.CreateCommand(sql);
        command.Parameters.Add(new() { Value = agency.Value });
        command.Parameters.Add(new() { Value = subscriber });
        return command;
    }

    [GeneratedRegex(@"^[a-z0-9-]{1,64}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Shape();
}
