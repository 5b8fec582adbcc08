using System.Runtime.InteropServices;
using Tiltas.Contracts;

namespace Tiltas.Identification.Parties;

/// <summary>
/// Lets a request wait a moment for news that is still on its way over the bus. Woken in process when the news is committed
/// here; looks again by itself for news that another replica handled.
/// </summary>
public sealed class Arrivals(TimeProvider time)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Bell> _bells = new(StringComparer.Ordinal);

    /// <summary>What <paramref name="look"/> finds, now or within two seconds; null when it found nothing by then.</summary>
    public async Task<T?> Await<T>(string topic, Func<Task<T?>> look, CancellationToken stop) where T : class
    {
        if (await look() is { } there) return there;

        var began = time.GetTimestamp();
        var bell = Enter(topic);
        try
        {
            while (true)
            {
                // Taken before looking: news between the look and the wait has then already rung.
                var rings = bell.Next;
                if (await look() is { } found) return found;
                var left = Patience - time.GetElapsedTime(began);
                if (left <= TimeSpan.Zero) return null;
                await rings.WaitAsync(left < LookAgain ? left : LookAgain, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            Leave(topic, bell);
        }
    }

    /// <summary>News on these topics has been committed.</summary>
    public void Arrived(IReadOnlyCollection<string> topics)
    {
        foreach (var topic in topics)
        {
            lock (_gate)
                if (_bells.TryGetValue(topic, out var bell)) bell.Ring();
        }
    }

    /// <summary>The topic of everything about one subject.</summary>
    public static string Of(SubjectRef subject) => subject.ToString();

    /// <summary>The topic of one agency.</summary>
    public static string Of(AgencyId agency) => agency.Value;

    private Bell Enter(string topic)
    {
        lock (_gate)
        {
            ref var bell = ref CollectionsMarshal.GetValueRefOrAddDefault(_bells, topic, out _);
            bell ??= new Bell();
            bell.Waiters++;
            return bell;
        }
    }

    private void Leave(string topic, Bell bell)
    {
        lock (_gate)
            if (--bell.Waiters == 0) _bells.Remove(topic);
    }

    private sealed class Bell
    {
        private volatile TaskCompletionSource _next = New();
        public int Waiters { get; set; }
        public Task Next => _next.Task;

        public void Ring()
        {
            var rung = _next;
            _next = New();
            rung.TrySetResult();
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
