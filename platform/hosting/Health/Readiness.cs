using Microsoft.Extensions.Hosting;

namespace Tiltas.Hosting.Health;

/// <summary>May requests be sent here now (ready), and has that been so once (started).</summary>
public sealed class Readiness(IEnumerable<IReadyCheck> checks, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly IReadyCheck[] _checks = [.. checks];
    private volatile bool _started;

    /// <summary>True from the first time every check passed.</summary>
    public bool HasStarted => _started;

    /// <summary>Asks all checks at once; none can hold the answer back.</summary>
    public async Task<IReadOnlyDictionary<string, bool>> Ask(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(_checks.Select(check => Ask(check, cancellationToken)));
        var byName = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        for (var i = 0; i < answers.Length; i++)
            byName[_checks[i].Name] = answers[i] && (!byName.TryGetValue(_checks[i].Name, out var other) || other);
        if (byName.Values.All(ready => ready)) _started = true;
        if (lifetime.ApplicationStopping.IsCancellationRequested) byName["stopping"] = false;
        return byName;
    }

    private async Task<bool> Ask(IReadyCheck check, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        // On the pool, since a check that blocks before its first await must not hold up the others.
        var asked = Task.Run(() => check.IsReady(both.Token).AsTask(), CancellationToken.None);
        try
        {
            return await asked.WaitAsync(both.Token);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // An answer that came together with the limit still counts.
            return asked.IsCompletedSuccessfully && await asked;
        }
    }
}
