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
/// Reads what matching needs, in one round trip and from indexes: whether the services for that need and the memoranda are those known, the agencies
/// that stand apart, the places of the services known so far. What changed since is read after it.
/// </summary>
internal sealed class Candidates(NpgsqlDataSource store, KnownServices known, KnownAgreements memoranda)
{
    private const string StandingApart = "SELECT id, standing FROM agencies WHERE standing <> 'Active'";
    private const string PlacesOf = """
        SELECT c.service, c.total, c.available, c.updated_at,
            CASE WHEN c.available > 0 THEN (SELECT count(*)::int FROM holds h WHERE h.service = c.service AND h.released_at IS NULL AND h.expires_at > $2) ELSE 0 END
        FROM capacities c WHERE c.service = ANY ($1)
        """;

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
        var before = known.Last(need);
        var services = before.Around(around);
        var (apart, digest, signed, places) = await Read(need, services, now, stop);
        if (digest != before.Digest)
        {
            services = (await known.Read(need, stop)).Around(around);
            places = await Places(services, now, stop);
        }
        var agreements = await memoranda.Of(asker, signed, stop);
        var offers = new List<Candidate>(services.Count);
        foreach (var service in services)
            if (apart.GetValueOrDefault(service.Agency, AgencyStanding.Active) is var standing and not AgencyStanding.Removed)
                offers.Add(Offer(places.TryGetValue(service.Id.Value, out var stated) ? stated : null, service, standing, hours));
        return (offers, agreements, apart.GetValueOrDefault(asker, AgencyStanding.Active));
    }

    private async Task<(Dictionary<AgencyId, AgencyStanding> Apart, Digest Services, Digest Memoranda, Dictionary<string, Stated> Places)> Read(
        Need need, List<KnownService> services, DateTimeOffset now, CancellationToken stop)
    {
        await using var batch = store.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(StandingApart));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(KnownServices.DigestOf) { Parameters = { new() { Value = need.ToString() } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(KnownAgreements.DigestOf));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(PlacesOf) { Parameters = { Ids(services), new() { Value = now.ToUniversalTime() } } });
        await using var rows = await batch.ExecuteReaderAsync(stop);
        var apart = new Dictionary<AgencyId, AgencyStanding>();
        while (await rows.ReadAsync(stop)) apart.Add(AgencyId.From(rows.GetString(0)), Enum.Parse<AgencyStanding>(rows.GetString(1)));
        var (offered, signed) = (await Digest.Next(rows, stop), await Digest.Next(rows, stop));
        await rows.NextResultAsync(stop);
        return (apart, offered, signed, await Places(rows, stop));
    }

    private async Task<Dictionary<string, Stated>> Places(List<KnownService> services, DateTimeOffset now, CancellationToken stop)
    {
        await using var command = store.CreateCommand(PlacesOf);
        command.Parameters.Add(Ids(services));
        command.Parameters.Add(new() { Value = now.ToUniversalTime() });
        await using var rows = await command.ExecuteReaderAsync(stop);
        return await Places(rows, stop);
    }

    private static async Task<Dictionary<string, Stated>> Places(NpgsqlDataReader rows, CancellationToken stop)
    {
        var places = new Dictionary<string, Stated>(StringComparer.Ordinal);
        while (await rows.ReadAsync(stop)) places.Add(rows.GetString(0), new Stated(rows.GetInt32(1), rows.GetInt32(2), rows.GetInt32(4), rows.GetFieldValue<DateTimeOffset>(3)));
        return places;
    }

    private static NpgsqlParameter Ids(List<KnownService> services) => new() { Value = services.ConvertAll(service => service.Id.Value) };

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
