using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Matching;

/// <summary>
/// The memoranda of each agency that asked, as they were last read. An agency may have thousands; a question asks the store only for the
/// <see cref="Digest"/> of all there are, which one index holds, and reads its own again when that is another.
/// </summary>
internal sealed class KnownAgreements(NpgsqlDataSource store)
{
    /// <summary>
    /// One row of all memoranda. None is ever taken out and a version only rises, so no two states have the same sum; where a backup took some of
    /// that back, what came after it has a later moment.
    /// </summary>
    public const string DigestOf = "SELECT count(*), concat(sum(version), ' ', max(changed_at)) FROM memoranda";

    private readonly ConcurrentDictionary<AgencyId, (Digest Digest, List<Agreement> Agreements)> _known = new();

    /// <summary>All memoranda of that agency, as of that digest or later.</summary>
    public async ValueTask<List<Agreement>> Of(AgencyId asker, Digest digest, CancellationToken stop)
    {
        if (_known.TryGetValue(asker, out var known) && known.Digest == digest) return known.Agreements;
        await using var command = store.CreateCommand("SELECT id, version, parties, clauses::text, valid_from, valid_to, suspensions::text FROM memoranda WHERE parties @> $1");
        command.Parameters.Add(new() { Value = new[] { asker.Value } });
        await using var rows = await command.ExecuteReaderAsync(stop);
        var agreements = new List<Agreement>();
        while (await rows.ReadAsync(stop)) agreements.Add(Agreement(rows));
        // What was read may be later than its digest: then the next question reads it again.
        _known[asker] = (digest, agreements);
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
