using System.Globalization;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Matching.Rules;
using Tiltas.Directory.Values;

namespace Tiltas.Directory.Matching;

/// <summary>One row of what is offered around a place, with what an answer shows beside the offer.</summary>
internal sealed record Candidate
{
    public required Offer Offer { get; init; }
    public required KnownService Service { get; init; }
    public required (int Total, DateTimeOffset UpdatedAt)? Capacity { get; init; }
}

/// <summary>
/// Reads what matching needs, in one round trip and from indexes: which services in which version, their places, the agencies that stand
/// apart, whether the asker's memoranda are those known. What was not read before is one more.
/// </summary>
internal sealed class Candidates(NpgsqlDataSource store, KnownServices known, KnownAgreements memoranda)
{
    /// <summary>What is offered around the place for that need, and the memoranda of the asking agency.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="need">The help.</param>
    /// <param name="around">The place and what it lies in.</param>
    /// <param name="hours">The moment of the hours.</param>
    /// <param name="now">The moment of places that are kept.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<(List<Candidate> Offers, List<Agreement> Agreements)> Read(
        AgencyId asker, Need need, string[] around, HoursAt hours, DateTimeOffset now, CancellationToken stop)
    {
        await using var batch = store.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT id, standing FROM agencies WHERE standing <> 'Active'"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            SELECT s.id, s.version, s.changed_at, c.total, c.available, c.updated_at,
                CASE WHEN c.available > 0 THEN (SELECT count(*) FROM holds h WHERE h.service = s.id AND h.released_at IS NULL AND h.expires_at > $3) ELSE 0 END
            FROM services s LEFT JOIN capacities c ON c.service = s.id
            WHERE s.need = $1 AND s.areas && $2 AND s.withdrawn_at IS NULL
            """)
        {
            Parameters = { new() { Value = need.ToString() }, new() { Value = around }, new() { Value = now.ToUniversalTime() } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(KnownAgreements.DigestOf)
        {
            Parameters = { new() { Value = new[] { asker.Value } } },
        });
        List<Row> found;
        KnownAgreements.Digest digest;
        Dictionary<AgencyId, AgencyStanding> apart = [];
        Dictionary<string, KnownService> read = new(StringComparer.Ordinal);
        await using (var rows = await batch.ExecuteReaderAsync(stop))
        {
            while (await rows.ReadAsync(stop)) apart.Add(AgencyId.From(rows.GetString(0)), Enum.Parse<AgencyStanding>(rows.GetString(1)));
            await rows.NextResultAsync(stop);
            found = await Rows(rows, stop);
            await rows.NextResultAsync(stop);
            await rows.ReadAsync(stop);
            digest = new KnownAgreements.Digest(rows.GetInt64(0), Int128.Parse(rows.GetString(1), CultureInfo.InvariantCulture));
        }
        var agreements = await memoranda.Of(asker, digest, stop);
        string[] unknown = [.. found.Where(row => row.Known is null).Select(row => row.Id)];
        if (unknown.Length > 0) read = await known.Read(unknown, stop);
        var offers = new List<Candidate>(found.Count);
        foreach (var row in found)
            // One that is read again may have been withdrawn meanwhile.
            if ((row.Known ?? read.GetValueOrDefault(row.Id)) is { Withdrawn: false } service && apart.GetValueOrDefault(service.Agency, AgencyStanding.Active) is var standing and not AgencyStanding.Removed)
                offers.Add(Offer(row, service, standing, hours));
        return (offers, agreements);
    }

    private async Task<List<Row>> Rows(NpgsqlDataReader rows, CancellationToken stop)
    {
        var found = new List<Row>();
        while (await rows.ReadAsync(stop))
        {
            var id = rows.GetString(0);
            found.Add(new Row(id, known.Find(id, rows.GetInt32(1), rows.GetFieldValue<DateTimeOffset>(2)),
                rows.IsDBNull(3) ? null : (rows.GetInt32(3), rows.GetInt32(4), rows.GetFieldValue<DateTimeOffset>(5), (int)rows.GetInt64(6))));
        }
        return found;
    }

    private static Candidate Offer(Row row, KnownService service, AgencyStanding standing, HoursAt hours) => new()
    {
        Offer = new Offer
        {
            Service = service.Id, Agency = service.Agency, Standing = standing, Need = service.Need, Areas = service.Areas, Languages = service.Languages, Terms = service.Terms,
            Open = hours.IsOpen(service.Hours),
            OnCall = service.Line is { } line && hours.IsOpen(line.Hours),
            Places = row.Places is { } places ? new Places(places.Available, places.Kept) : null,
            AssuredOn = service.AssuredOn,
        },
        Service = service,
        Capacity = row.Places is { } known ? (known.Total, known.UpdatedAt) : null,
    };

    private sealed record Row(string Id, KnownService? Known, (int Total, int Available, DateTimeOffset UpdatedAt, int Kept)? Places);
}

/// <summary>Opening hours at one moment, each object looked at once.</summary>
internal sealed class HoursAt(DateTimeOffset at, CountryTime calendar)
{
    private readonly Dictionary<OpeningHours, bool> _open = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<OpeningHours, DateTimeOffset?> _opens = new(ReferenceEqualityComparer.Instance);

    public bool IsOpen(OpeningHours hours) => _open.TryGetValue(hours, out var known) ? known : _open[hours] = hours.IsOpen(at, calendar);

    /// <summary>When somebody is there next; null while somebody is.</summary>
    public DateTimeOffset? NextOpening(OpeningHours hours) =>
        IsOpen(hours) ? null : _opens.TryGetValue(hours, out var known) ? known : _opens[hours] = hours.NextOpening(at, calendar);
}
