using System.Collections.Concurrent;

namespace Tiltas.Hosting.Messaging;

/// <summary>Whether background work moves: a loop that has work and has not moved for a minute makes the process unhealthy.</summary>
public sealed class Progress(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<string, Heart> _hearts = new();

    /// <summary>The loop of that name.</summary>
    public Heart Register(string name) => _hearts.GetOrAdd(name, _ => new Heart(time));

    /// <summary>Counts one piece of work in until it is disposed.</summary>
    public IDisposable Begin(string name) => Register(name).Begin();

    /// <summary>Names of loops that stand still although they have work.</summary>
    public IReadOnlyList<string> Stuck() => [.. _hearts.Where(pair => pair.Value.IsStuck(Patience)).Select(pair => pair.Key).Order()];

    /// <summary>One loop.</summary>
    public sealed class Heart(TimeProvider time)
    {
        private long _movedAt = time.GetTimestamp();
        private int _busy;

        /// <summary>Nothing to do.</summary>
        public void Idle() => Volatile.Write(ref _busy, 0);

        /// <summary>Work was found.</summary>
        public void Busy()
        {
            Moved();
            Volatile.Write(ref _busy, 1);
        }

        /// <summary>Some of it was done, or was tried and is being waited for.</summary>
        public void Moved() => Volatile.Write(ref _movedAt, time.GetTimestamp());

        internal IDisposable Begin()
        {
            if (Interlocked.Increment(ref _busy) == 1) Moved();
            return new Stretch(this);
        }

        internal bool IsStuck(TimeSpan patience) => Volatile.Read(ref _busy) > 0 && time.GetElapsedTime(Volatile.Read(ref _movedAt)) > patience;

        private sealed class Stretch(Heart heart) : IDisposable
        {
            public void Dispose()
            {
                heart.Moved();
                Interlocked.Decrement(ref heart._busy);
            }
        }
    }
}
