using Npgsql;
using NpgsqlTypes;

namespace Tiltas.Notification.Feeds;

/// <summary>Facts as columns: one entry for each agency they concern, and how many numbers each feed needs.</summary>
internal sealed class FeedEntries
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<string> _agency = [];
    private readonly List<long> _place = [];
    private readonly List<Guid> _id = [];
    private readonly List<Occurrence> _fact = [];

    public FeedEntries(IReadOnlyList<Occurrence> facts, DateTimeOffset now)
    {
        foreach (var fact in facts)
        {
            foreach (var agency in fact.Agencies)
            {
                var before = _counts.GetValueOrDefault(agency);
                _counts[agency] = before + 1;
                _agency.Add(agency);
                _place.Add(before);
                _id.Add(Guid.CreateVersion7(now));
                _fact.Add(fact);
            }
        }
    }

    /// <summary>The feeds concerned, in the order in which every writer locks them.</summary>
    public IReadOnlyCollection<string> Agencies => _counts.Keys;

    /// <summary>Parameters 1 to 14 of the statement that appends.</summary>
    public NpgsqlParameter[] Parameters() =>
    [
        new() { Value = _counts.Keys.ToArray() },
        new() { Value = _counts.Values.ToArray() },
        new() { Value = _agency },
        new() { Value = _place.Select((place, i) => _counts[_agency[i]] - 1 - place).ToArray() },
        new() { Value = _id },
        new() { Value = _fact.ConvertAll(fact => fact.Kind.ToString()) },
        new() { Value = _fact.ConvertAll(fact => fact.Reference) },
        new() { Value = _fact.ConvertAll(fact => fact.Version) },
        new() { Value = _fact.ConvertAll(fact => fact.Urgency?.ToString()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        new() { Value = _fact.ConvertAll(fact => fact.At) },
        new() { Value = _fact.ConvertAll(fact => fact.Clock?.ToString()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        new() { Value = _fact.ConvertAll(fact => fact.Referral?.Value), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
        new() { Value = _fact.ConvertAll(fact => fact.Covered), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean },
        new() { Value = _fact.ConvertAll(fact => fact.Subject?.Value), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
    ];
}
