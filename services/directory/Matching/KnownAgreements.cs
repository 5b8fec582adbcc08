using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Matching;

/// <summary>
/// The memoranda of each agency that asked, as they were last read. An agency may have thousands; a question asks the store only how many there
/// are and for the sum of a hash of identifier, version and moment of each, and reads them again when that is another.
/// </summary>
internal sealed class KnownAgreements(NpgsqlDataSource store)
{
    private const string Hash = "hash_record_extended(ROW(id, version, changed_at), 0)";

    /// <summary>One row: how many and the sum. The parameter is the asking agency, in an array.</summary>
    public const string DigestOf = $"SELECT count(*), coalesce(sum({Hash}), 0)::text FROM memoranda WHERE parties @> $1";

    private readonly ConcurrentDictionary<AgencyId, (Digest Digest, List<Agreement> Agreements)> _known = new();

    /// <summary>What the answer to <see cref="DigestOf"/> says.</summary>
    public readonly record struct Digest(long Count, Int128 Sum);

    /// <summary>All memoranda of that agency, as of that answer or later.</summary>
    public async ValueTask<List<Agreement>> Of(AgencyId asker, Digest digest, CancellationToken stop)
    {
        if (_known.TryGetValue(asker, out var known) && known.Digest == digest) return known.Agreements;
        await using var command = store.CreateCommand($"SELECT id, version, parties, clauses::text, valid_from, valid_to, suspensions::text, {Hash} FROM memoranda WHERE parties @> $1");
        command.Parameters.Add(new() { Value = new[] { asker.Value } });
        await using var rows = await command.ExecuteReaderAsync(stop);
        var (agreements, sum) = (new List<Agreement>(), Int128.Zero);
        while (await rows.ReadAsync(stop))
        {
            agreements.Add(Agreement(rows));
            sum += rows.GetInt64(7);
        }
        _known[asker] = (new Digest(agreements.Count, sum), agreements);
        return agreements;
    }

    // Finishing what runs is no reason to begin: it is left out.
    private static Agreement Agreement(NpgsqlDataReader row) => new()
    {
        Memorandum = MemorandumId.From(row.GetString(0)),
        Version = row.GetInt32(1),
        Parties = Array.ConvertAll(row.GetFieldValue<string[]>(2), AgencyId.From),
        Clauses = JsonSerializer.Deserialize<Clause[]>(row.GetString(3), TiltasJson.Messages)!,
        ValidFrom = row.GetFieldValue<DateOnly>(4),
        ValidTo = row.IsDBNull(5) ? null : row.GetFieldValue<DateOnly>(5),
        Suspensions = row.IsDBNull(6) ? [] : JsonSerializer.Deserialize<Suspension[]>(row.GetString(6), TiltasJson.Messages)!,
    };
}
