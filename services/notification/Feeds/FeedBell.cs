using System.Collections.Concurrent;

namespace Tiltas.Notification.Feeds;

/// <summary>Wakes those who wait at an agency's feed when something was committed to it.</summary>
internal sealed class FeedBell
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Raised at each commit of this process, for the notice to other replicas.</summary>
    public event Action<IReadOnlyCollection<string>>? Committed;

    /// <summary>Completes at the next ring for that agency. Take it before reading, so that no commit falls in between.</summary>
    public Task Next(string agency) =>
        _waiting.GetOrAdd(agency, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>True when somebody took the next ring for that agency and it has not rung since.</summary>
    public bool IsAwaited(string agency) => _waiting.ContainsKey(agency);

    /// <summary>This process committed something to these feeds.</summary>
    public void Ring(IReadOnlyCollection<string> agencies)
    {
        foreach (var agency in agencies) Wake(agency);
        Committed?.Invoke(agencies);
    }

    /// <summary>Another replica did.</summary>
    public void Wake(string agency)
    {
        if (_waiting.TryRemove(agency, out var waiting)) waiting.SetResult();
    }

    /// <summary>Something may have been missed: everybody looks again.</summary>
    public void WakeAll()
    {
        foreach (var agency in _waiting.Keys) Wake(agency);
    }
}
