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
/// Reads what matching needs, in one round trip of two sessions side by side and from indexes: which services in which version, their places, the agencies that stand
/// apart, whether the asker's memoranda are those known. What was not read before is one more.
/// </summary>
internal sealed class Candidates(NpgsqlDataSource store, KnownServices known, KnownAgreements memoranda)
{
    /// <summary>What is offered around the place for that need, the memoranda of the asking agency and its standing: Active where the directory does not know it, which then has no memoranda.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="need">The help.</param>
    /// <param name="around">The place and what it lies in.</param>
    /// <param name="hours">The moment of the hours.</param>
    /// <param name="now">The moment of places that are kept.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<(List<Candidate> Offers, List<Agreement> Agreements, AgencyStanding Asker)> Read(
        AgencyId asker, Need need, string[] around, HoursAt hours, DateTimeOffset now, CancellationToken stop)
    {
        // Two sessions side by side: while the places are still being looked up, the services are read. Neither waits for the other while it has
        // a connection, so that many questions at once cannot hold each other up.
        var (reading, counting) = (Services(need, around, stop), Places(asker, need, around, now, stop));
        await Task.WhenAll(reading, counting);
        var ((apart, found), (places, digest)) = (await reading, await counting);
        var agreements = await memoranda.Of(asker, digest, stop);
        string[] unknown = [.. found.Where(row => row.Known is null).Select(row => row.Id)];
        var read = unknown.Length > 0 ? await known.Read(unknown, stop) : [];
        var offers = new List<Candidate>(found.Count);
        foreach (var row in found)
            // One that is read again may have been withdrawn meanwhile.
            if ((row.Known ?? read.GetValueOrDefault(row.Id)) is { Withdrawn: false } service && apart.GetValueOrDefault(service.Agency, AgencyStanding.Active) is var standing and not AgencyStanding.Removed)
                offers.Add(Offer(places.TryGetValue(row.Id, out var stated) ? stated : null, service, standing, hours));
        return (offers, agreements, apart.GetValueOrDefault(asker, AgencyStanding.Active));
    }

    private async Task<(Dictionary<AgencyId, AgencyStanding> Apart, List<Row> Found)> Services(Need need, string[] around, CancellationToken stop)
    {
        await using var batch = store.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT id, standing FROM agencies WHERE standing <> 'Active'"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT id, version, changed_at FROM services WHERE need = $1 AND areas && $2 AND withdrawn_at IS NULL")
        {
            Parameters = { new() { Value = need.ToString() }, new() { Value = around } },
        });
        await using var rows = await batch.ExecuteReaderAsync(stop);
        var (apart, found) = (new Dictionary<AgencyId, AgencyStanding>(), new List<Row>());
        while (await rows.ReadAsync(stop)) apart.Add(AgencyId.From(rows.GetString(0)), Enum.Parse<AgencyStanding>(rows.GetString(1)));
        await rows.NextResultAsync(stop);
        while (await rows.ReadAsync(stop))
        {
            var id = rows.GetString(0);
            found.Add(new Row(id, known.Find(id, rows.GetInt32(1), rows.GetFieldValue<DateTimeOffset>(2))));
        }
        return (apart, found);
    }

    private async Task<(Dictionary<string, Stated> Places, KnownAgreements.Digest Digest)> Places(AgencyId asker, Need need, string[] around, DateTimeOffset now, CancellationToken stop)
    {
        await using var batch = store.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            SELECT s.id, c.total, c.available, c.updated_at,
                CASE WHEN c.available > 0 THEN (SELECT count(*) FROM holds h WHERE h.service = s.id AND h.released_at IS NULL AND h.expires_at > $3) ELSE 0 END
            FROM services s JOIN capacities c ON c.service = s.id
            WHERE s.need = $1 AND s.areas && $2 AND s.withdrawn_at IS NULL
            """)
        {
            Parameters = { new() { Value = need.ToString() }, new() { Value = around }, new() { Value = now.ToUniversalTime() } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(KnownAgreements.DigestOf)
        {
            Parameters = { new() { Value = new[] { asker.Value } } },
        });
        await using var rows = await batch.ExecuteReaderAsync(stop);
        var places = new Dictionary<string, Stated>(StringComparer.Ordinal);
        while (await rows.ReadAsync(stop)) places.Add(rows.GetString(0), new Stated(rows.GetInt32(1), rows.GetInt32(2), (int)rows.GetInt64(4), rows.GetFieldValue<DateTimeOffset>(3)));
        await rows.NextResultAsync(stop);
        await rows.ReadAsync(stop);
        return (places, new KnownAgreements.Digest(rows.GetInt64(0), Int128.Parse(rows.GetString(1), CultureInfo.InvariantCulture)));
    }

    private static Candidate Offer(Stated? stated, KnownService service, AgencyStanding standing, HoursAt hours) => new()
    {
        Offer = new Offer
        {
            Service = service.Id, Agency = service.Agency, Standing = standing, Need = service.Need, Areas = service.Areas, Languages = service.Languages, Terms = service.Terms,
            Open = hours.IsOpen(service.Hours),
            OnCall = service.Line is { } line && hours.IsOpen(line.Hours),
            Places = stated is { } places ? new Places(places.Available, places.Kept) : null,
            AssuredOn = service.AssuredOn,
        },
        Service = service,
        Capacity = stated is { } last ? (last.Total, last.UpdatedAt) : null,
    };

    /// <summary>A service, as it is known if it is known in that version.</summary>
    private readonly record struct Row(string Id, KnownService? Known);

    /// <summary>What its agency last said of its places, and how many are kept.</summary>
    private readonly record struct Stated(int Total, int Available, int Kept, DateTimeOffset UpdatedAt);
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
