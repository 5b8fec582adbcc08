using System.Collections.Concurrent;
using System.Collections.Immutable;
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
    public required bool Withdrawn { get; init; }
}

/// <summary>
/// Services as they were last read, one version of each. A question asks the store which services there are and in which version, and
/// reads only those that changed since: a version, with the moment it came to be, says the same for ever. It grows with the directory
/// and no further.
/// </summary>
internal sealed class KnownServices(NpgsqlDataSource store)
{
    private readonly ConcurrentDictionary<string, KnownService> _known = new(StringComparer.Ordinal);
    // Many services share the same hours: one object for all of them, so that each is looked at once for a question.
    private readonly ConcurrentDictionary<string, OpeningHours> _hours = new(StringComparer.Ordinal);

    /// <summary>Null when that version was not read yet.</summary>
    public KnownService? Find(string id, int version, DateTimeOffset changedAt) =>
        _known.TryGetValue(id, out var known) && known.Version == version && known.ChangedAt == changedAt ? known : null;

    /// <summary>Reads them as they are by now, by identifier; those that are gone are not among them.</summary>
    public async Task<Dictionary<string, KnownService>> Read(string[] ids, CancellationToken stop)
    {
        await using var command = store.CreateCommand("""
            SELECT id, version, changed_at, agency, need, name::text, areas, hours, languages, profile::text, withdrawn_at IS NOT NULL FROM services WHERE id = ANY ($1)
            """);
        command.Parameters.Add(new() { Value = ids });
        await using var rows = await command.ExecuteReaderAsync(stop);
        var read = new Dictionary<string, KnownService>(StringComparer.Ordinal);
        while (await rows.ReadAsync(stop))
        {
            var service = Service(rows);
            // Two questions may read at once: the older version does not take the place of the newer.
            _known.AddOrUpdate(service.Id.Value, service, (_, known) => known.ChangedAt > service.ChangedAt ? known : service);
            read.Add(service.Id.Value, service);
        }
        return read;
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
            Withdrawn = row.GetBoolean(10),
        };
    }
}
