namespace Tiltas.Hosting.Messaging;

/// <summary>Waits longer after each failure in a row, up to five seconds, and lets at most one line in ten seconds be logged.</summary>
internal sealed class Backoff(TimeProvider time)
{
    private int _failures;
    private long _saidAt = long.MinValue;

    public bool ShouldSay()
    {
        if (_saidAt != long.MinValue && time.GetElapsedTime(_saidAt) < TimeSpan.FromSeconds(10)) return false;
        _saidAt = time.GetTimestamp();
        return true;
    }

    public Task Wait(CancellationToken stop) =>
        Task.Delay(TimeSpan.FromMilliseconds(Math.Min(5000, 100 * (1 << Math.Min(_failures++, 6)))), time, stop);

    public void Over() => _failures = 0;
}
