using System.Text.Json;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Matching.Rules;
using Tiltas.Directory.Services;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Matching;

/// <summary>One row of what is offered around a place, with what an answer shows beside the offer.</summary>
internal sealed record Candidate
{
    public required Offer Offer { get; init; }
    public required DateTimeOffset? OpensAt { get; init; }
    public required OnCall? Line { get; init; }
    public required (int Total, DateTimeOffset UpdatedAt)? Capacity { get; init; }
    /// <summary>Names by language, as stored.</summary>
    public required string Name { get; init; }
}

/// <summary>Reads what matching needs, in one round trip.</summary>
internal sealed class Candidates(NpgsqlDataSource store, CountryTime calendar)
{
    /// <summary>What is offered around the place for that need, and the memoranda of the asking agency.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="need">The help.</param>
    /// <param name="around">The place and what it lies in.</param>
    /// <param name="at">The moment of the hours.</param>
    /// <param name="now">The moment of places that are kept.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<(List<Candidate> Offers, List<Agreement> Agreements)> Read(
        AgencyId asker, Need need, string[] around, DateTimeOffset at, DateTimeOffset now, CancellationToken stop)
    {
        await using var batch = store.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            SELECT s.id, s.agency, a.standing, s.name::text, s.areas, s.hours, s.languages, s.profile::text, c.total, c.available, c.updated_at,
                CASE WHEN c.available > 0 THEN (SELECT count(*) FROM holds h WHERE h.service = s.id AND h.released_at IS NULL AND h.expires_at > $3) ELSE 0 END
            FROM services s JOIN agencies a ON a.id = s.agency LEFT JOIN capacities c ON c.service = s.id
            WHERE s.need = $1 AND s.areas && $2 AND s.withdrawn_at IS NULL AND a.standing <> 'Removed'
            """)
        {
            Parameters = { new() { Value = need.ToString() }, new() { Value = around }, new() { Value = now.ToUniversalTime() } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT id, version, parties, clauses::text, valid_from, valid_to, suspensions::text FROM memoranda WHERE parties @> $1")
        {
            Parameters = { new() { Value = new[] { asker.Value } } },
        });
        await using var rows = await batch.ExecuteReaderAsync(stop);
        var (offers, hours) = (new List<Candidate>(), new Hours(at, calendar));
        while (await rows.ReadAsync(stop)) offers.Add(Offer(rows, need, hours));
        await rows.NextResultAsync(stop);
        var agreements = new List<Agreement>();
        while (await rows.ReadAsync(stop)) agreements.Add(Agreement(rows));
        return (offers, agreements);
    }

    private static Candidate Offer(NpgsqlDataReader row, Need need, Hours hours)
    {
        var profile = row.IsDBNull(7) ? null : JsonSerializer.Deserialize<ServiceProfile>(row.GetString(7), TiltasJson.Messages);
        var (open, opensAt) = hours.At(row.GetString(5));
        return new Candidate
        {
            Offer = new Offer
            {
                Service = ServiceId.From(row.GetString(0)),
                Agency = AgencyId.From(row.GetString(1)),
                Standing = Enum.Parse<AgencyStanding>(row.GetString(2)),
                Need = need,
                Areas = row.GetFieldValue<string[]>(4),
                Languages = row.GetFieldValue<string[]>(6),
                Terms = profile is null ? Terms.None : new Terms
                {
                    Sexes = profile.Sexes, MinimumAge = profile.MinimumAge, MaximumAge = profile.MaximumAge, WithChildren = profile.WithChildren,
                    Statuses = profile.Statuses, Accessibility = profile.Accessibility, InterpreterLanguages = profile.InterpreterLanguages,
                },
                Open = open,
                OnCall = profile?.OnCall is { } line && hours.At(line.Hours.Text).Open,
                Places = row.IsDBNull(9) ? null : new Places(row.GetInt32(9), (int)row.GetInt64(11)),
                AssuredOn = profile?.AssuredOn,
            },
            OpensAt = opensAt,
            Line = profile?.OnCall,
            Capacity = row.IsDBNull(8) ? null : (row.GetInt32(8), row.GetFieldValue<DateTimeOffset>(10)),
            Name = row.GetString(3),
        };
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

    /// <summary>Many services share the same hours: each is looked at once.</summary>
    private sealed class Hours(DateTimeOffset at, CountryTime calendar)
    {
        private readonly Dictionary<string, (bool Open, DateTimeOffset? OpensAt)> _known = new(StringComparer.Ordinal);

        public (bool Open, DateTimeOffset? OpensAt) At(string text)
        {
            if (_known.TryGetValue(text, out var known)) return known;
            if (!OpeningHours.TryParse(text, out var hours)) throw new InvalidDataException("Stored hours cannot be read.");
            var open = hours.IsOpen(at, calendar);
            return _known[text] = (open, open ? null : hours.NextOpening(at, calendar));
        }
    }
}
