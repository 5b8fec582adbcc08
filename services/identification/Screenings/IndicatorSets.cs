using Npgsql;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Screenings;

/// <summary>
/// The indicator sets. Those in the country's files are offered; versions that only older screenings used stay readable.
/// Before the service answers, the files are compared with what was used: a used version may not have changed.
/// </summary>
public sealed partial class IndicatorSets(CountryData country, NpgsqlDataSource store, TimeProvider time, ILogger<IndicatorSets> logger) : IHostedService
{
    private readonly UsedVersions<IndicatorSet> _versions = new(store, time, new("indicator_sets", set => (set.Id, set.Version, set.Hash(), set.Canonical()), IndicatorSet.FromCanonical,
        set => $"Indicator set {set.Id} version {set.Version} was used in a screening and its content has changed since; give the changed set a new version."));

    /// <summary>The newest version of each set that is offered.</summary>
    public IReadOnlyList<IndicatorSet> Offered { get; } =
        [.. country.IndicatorSets.GroupBy(set => set.Id).Select(versions => versions.MaxBy(set => set.Version)!).OrderBy(set => set.Id, StringComparer.Ordinal)];

    /// <summary>A version that may be used for a new screening.</summary>
    public Result<UsedVersion<IndicatorSet>> ToUse(string id, int version)
    {
        if (country.IndicatorSets.All(set => set.Id != id)) return ScreeningErrors.UnknownSet;
        return country.IndicatorSets.Any(set => set.Id == id && set.Version == version) ? _versions.Find(id, version)! : ScreeningErrors.UnknownVersion;
    }

    /// <summary>A version that a screening used.</summary>
    /// <exception cref="InvalidOperationException">There is none, although the store holds screenings to theirs.</exception>
    public IndicatorSet Used(string id, int version) => (_versions.Find(id, version) ?? throw new InvalidOperationException("A screening's indicator set is gone.")).Content;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _versions.Load(country.IndicatorSets, errorType => Log.Waiting(logger, errorType), cancellationToken);
        Log.Loaded(logger, country.IndicatorSets.Count);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(EventId = 200, EventName = "IndicatorSetsLoaded", Level = LogLevel.Information, Message = "{Count} indicator sets are offered")]
        public static partial void Loaded(ILogger logger, int count);

        [LoggerMessage(EventId = 201, EventName = "IndicatorSetsWait", Level = LogLevel.Warning, Message = "Indicator sets wait for the store: {ErrorType}")]
        public static partial void Waiting(ILogger logger, string errorType);
    }
}
