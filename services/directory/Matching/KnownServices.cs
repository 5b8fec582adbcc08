using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Matching.Rules;
using Tiltas.Directory.Services;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Matching;

/// <summary>One version of a service, read and understood.</summary>
internal sealed record KnownService
{
    public required ServiceId Id { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
    public required AgencyId Agency { get; init; }
    public required Need Need { get; init; }
    public required ImmutableSortedDictionary<string, string> Name { get; init; }
    public required string[] Areas { get; init; }
    public required OpeningHours Hours { get; init; }
    public required string[] Languages { get; init; }
    public required Terms Terms { get; init; }
    public required DateOnly? AssuredOn { get; init; }
    public required OnCall? Line { get; init; }
}

/// <summary>
/// The services on offer for each need, as they were last read. A question asks the store only for their <see cref="Digest"/>, and reads what
/// changed when that is another: a version, with the moment it came to be, says the same for ever. It grows with the directory and no further.
/// </summary>
internal sealed class KnownServices(NpgsqlDataSource store)
{
    private const string Hash = "hash_record_extended(ROW(id, version, changed_at), 0)";
    private const string OnOffer = "FROM services WHERE need = $1 AND withdrawn_at IS NULL";

    /// <summary>One row of services on offer for a need, the parameter.</summary>
    public const string DigestOf = $"SELECT count(*), coalesce(sum({Hash}), 0)::text {OnOffer}";

    private readonly ConcurrentDictionary<Need, Offered> _last = new();
    // Many services share the same hours: one object for all of them, so that each is looked at once for a question.
    private readonly ConcurrentDictionary<string, OpeningHours> _hours = new(StringComparer.Ordinal);

    /// <summary>What was on offer for one need when the digest was that.</summary>
    public sealed record Offered(Digest Digest, Dictionary<string, KnownService> ById)
    {
        private readonly Dictionary<string, KnownService[]> _byArea = ById.Values.SelectMany(service => service.Areas, (service, area) => (service, area))
            .GroupBy(pair => pair.area, pair => pair.service).ToDictionary(group => group.Key, group => group.ToArray());

        public static Offered Nothing { get; } = new(default, []);

        /// <summary>Those that are given in one of the areas, each once.</summary>
        public List<KnownService> Around(string[] areas)
        {
            var found = new List<KnownService>();
            for (var i = 0; i < areas.Length; i++)
                foreach (var service in _byArea.GetValueOrDefault(areas[i], []))
                    if (i == 0 || service.Areas.Length == 1 || Array.TrueForAll(service.Areas, area => Array.IndexOf(areas, area, 0, i) < 0)) found.Add(service);
            return found;
        }
    }

    /// <summary>As it was last read; nothing when it never was.</summary>
    public Offered Last(Need need) => _last.GetValueOrDefault(need, Offered.Nothing);

    /// <summary>As it is by now; only versions that are not known are read whole.</summary>
    public async Task<Offered> Read(Need need, CancellationToken stop)
    {
        var known = Last(need).ById;
        await using var session = await store.OpenConnectionAsync(stop);
        // Both statements see the same moment.
        await using var moment = await session.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, stop);
        var (services, changed, sum) = (new Dictionary<string, KnownService>(StringComparer.Ordinal), new List<string>(), Int128.Zero);
        await using (var command = new NpgsqlCommand($"SELECT id, version, changed_at, {Hash} {OnOffer}", session))
        {
            command.Parameters.Add(new() { Value = need.ToString() });
            await using var rows = await command.ExecuteReaderAsync(stop);
            while (await rows.ReadAsync(stop))
            {
                var id = rows.GetString(0);
                if (known.TryGetValue(id, out var service) && service.Version == rows.GetInt32(1) && service.ChangedAt == rows.GetFieldValue<DateTimeOffset>(2)) services.Add(id, service);
                else changed.Add(id);
                sum += rows.GetInt64(3);
            }
        }
        await using (var command = new NpgsqlCommand("SELECT id, version, changed_at, agency, need, name::text, areas, hours, languages, profile::text FROM services WHERE id = ANY ($1)", session))
        {
            command.Parameters.Add(new() { Value = changed });
            await using var rows = await command.ExecuteReaderAsync(stop);
            while (await rows.ReadAsync(stop)) services.Add(rows.GetString(0), Service(rows));
        }
        // Of two that read at once the older may stay; its digest then is not the store's, and the next question reads again.
        return _last[need] = new Offered(new Digest(services.Count, sum.ToString(CultureInfo.InvariantCulture)), services);
    }

    private KnownService Service(NpgsqlDataReader row)
    {
        var profile = row.IsDBNull(9) ? null : JsonSerializer.Deserialize<ServiceProfile>(row.GetString(9), TiltasJson.Messages);
        return new KnownService
        {
            Id = ServiceId.From(row.GetString(0)),
            Version = row.GetInt32(1),
            ChangedAt = row.GetFieldValue<DateTimeOffset>(2),
            Agency = AgencyId.From(row.GetString(3)),
            Need = Enum.Parse<Need>(row.GetString(4)),
            Name = JsonSerializer.Deserialize<ImmutableSortedDictionary<string, string>>(row.GetString(5), TiltasJson.Messages)!,
            Areas = row.GetFieldValue<string[]>(6),
            Hours = _hours.GetOrAdd(row.GetString(7), text => OpeningHours.TryParse(text, out var hours) ? hours : throw new InvalidDataException("Stored hours cannot be read.")),
            Languages = row.GetFieldValue<string[]>(8),
            Terms = profile is null ? Terms.None : new Terms
            {
                Sexes = profile.Sexes, MinimumAge = profile.MinimumAge, MaximumAge = profile.MaximumAge, WithChildren = profile.WithChildren,
                Statuses = profile.Statuses, Accessibility = profile.Accessibility, InterpreterLanguages = profile.InterpreterLanguages,
            },
            AssuredOn = profile?.AssuredOn,
            Line = profile?.OnCall is { } line ? line with { Hours = _hours.GetOrAdd(line.Hours.Text, line.Hours) } : null,
        };
    }
}
