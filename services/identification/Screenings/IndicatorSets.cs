using System.Collections.Concurrent;
using Npgsql;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Screenings;

/// <summary>
/// The indicator sets. Those in the country's files are offered; versions that only older screenings used stay readable.
/// Before the service answers, the files are compared with what was used: a used version may not have changed.
/// </summary>
public sealed partial class IndicatorSets(CountryData country, NpgsqlDataSource store, TimeProvider time, ILogger<IndicatorSets> logger) : IHostedService
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    // The foreign key of screenings forbids this change when the version was used.
    private const string Keep = """
        INSERT INTO indicator_sets AS kept (id, version, content_hash, content, stored_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id, version) DO UPDATE SET content_hash = EXCLUDED.content_hash, content = EXCLUDED.content, stored_at = EXCLUDED.stored_at
        WHERE kept.content_hash <> EXCLUDED.content_hash
        """;

    private readonly ConcurrentDictionary<(string Id, int Version), StoredSet> _known = [];

    /// <summary>The newest version of each set that is offered.</summary>
    public IReadOnlyList<IndicatorSet> Offered { get; } =
        [.. country.IndicatorSets.GroupBy(set => set.Id).Select(versions => versions.MaxBy(set => set.Version)!).OrderBy(set => set.Id, StringComparer.Ordinal)];

    /// <summary>A version that may be used for a new screening.</summary>
    public Result<StoredSet> ToUse(string id, int version)
    {
        if (country.IndicatorSets.All(set => set.Id != id)) return ScreeningErrors.UnknownSet;
        return country.IndicatorSets.Any(set => set.Id == id && set.Version == version) ? _known[(id, version)] : ScreeningErrors.UnknownVersion;
    }

    /// <summary>A version that a screening used.</summary>
    /// <exception cref="InvalidOperationException">There is none, although the store holds screenings to theirs.</exception>
    public StoredSet Used(string id, int version) => _known.GetOrAdd((id, version), _ =>
    {
        // One that a newer replica has brought since this one started. Rare, and kept from then on.
        using var command = store.CreateCommand("SELECT content_hash, content FROM indicator_sets WHERE id = $1 AND version = $2");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = version });
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? new StoredSet(IndicatorSet.FromCanonical(reader.GetString(1)), reader.GetString(0))
            : throw new InvalidOperationException("A screening's indicator set is gone.");
    });

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var said = false;
        while (true)
        {
            try
            {
                await Load(cancellationToken);
                return;
            }
            catch (Exception exception) when (ProblemMiddleware.IsStoreAway(exception))
            {
                if (!said) Log.Waiting(logger, exception.GetType().Name);
                said = true;
                await Task.Delay(BetweenTries, time, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Load(CancellationToken stop)
    {
        foreach (var set in country.IndicatorSets) await Store(set, stop);

        await using var command = store.CreateCommand("SELECT content_hash, content FROM indicator_sets");
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            var set = IndicatorSet.FromCanonical(reader.GetString(1));
            _known[(set.Id, set.Version)] = new StoredSet(set, reader.GetString(0));
        }
        Log.Loaded(logger, country.IndicatorSets.Count);
    }

    private async Task Store(IndicatorSet set, CancellationToken stop)
    {
        await using var command = store.CreateCommand(Keep);
        command.Parameters.Add(new() { Value = set.Id });
        command.Parameters.Add(new() { Value = set.Version });
        command.Parameters.Add(new() { Value = set.Hash() });
        command.Parameters.Add(new() { Value = set.Canonical() });
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        try
        {
            await command.ExecuteNonQueryAsync(stop);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw new CountryDataException(
                $"Indicator set {set.Id} version {set.Version} was used in a screening and its content has changed since; give the changed set a new version.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 200, EventName = "IndicatorSetsLoaded", Level = LogLevel.Information, Message = "{Count} indicator sets are offered")]
        public static partial void Loaded(ILogger logger, int count);

        [LoggerMessage(EventId = 201, EventName = "IndicatorSetsWait", Level = LogLevel.Warning, Message = "Indicator sets wait for the store: {ErrorType}")]
        public static partial void Waiting(ILogger logger, string errorType);
    }
}

/// <summary>A set with the fingerprint of the content that screenings are held to.</summary>
public sealed record StoredSet(IndicatorSet Set, string Hash);
