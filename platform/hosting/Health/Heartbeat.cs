using System.Collections.Concurrent;

namespace Tiltas.Hosting.Health;

/// <summary>
/// Liveness by progress. A loop says when it has work and when it moved; the process is stuck when a loop with work has
/// not moved for <see cref="Patience"/>. An open connection proves nothing, and a missing database is no reason to restart.
/// </summary>
public sealed class Heartbeat(TimeProvider time)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Pulse> _loops = new(StringComparer.Ordinal);

    /// <summary>The pulse of the loop of this name; loops that share a name share a pulse.</summary>
    public Pulse Loop(string name) => _loops.GetOrAdd(name, static (_, clock) => new Pulse(clock), time);

    /// <summary>The loop moved.</summary>
    public void Beat(string name) => Loop(name).Moved();

    internal IReadOnlyDictionary<string, bool> Moving() =>
        _loops.OrderBy(loop => loop.Key, StringComparer.Ordinal).ToDictionary(loop => loop.Key, loop => loop.Value.Waiting < Patience);

    /// <summary>One loop's progress. Every call is cheap enough for each turn of the loop.</summary>
    public sealed class Pulse
    {
        private const long Idling = long.MinValue;

        private readonly TimeProvider _time;
        private readonly Lock _counting = new();
        private long _since = Idling;
        private int _pieces;

        internal Pulse(TimeProvider time) => _time = time;

        /// <summary>How long work has been waiting for a move; zero when there is none.</summary>
        public TimeSpan Waiting => Volatile.Read(ref _since) is var since and not Idling ? _time.GetElapsedTime(since) : TimeSpan.Zero;

        /// <summary>There is work. Said again while working, it does not buy more time.</summary>
        public void HasWork() => Interlocked.CompareExchange(ref _since, _time.GetTimestamp(), Idling);

        /// <summary>Some of the work is done; more may remain.</summary>
        public void Moved()
        {
            var since = Volatile.Read(ref _since);
            if (since != Idling) Interlocked.CompareExchange(ref _since, _time.GetTimestamp(), since);
        }

        /// <summary>All of the work is done.</summary>
        public void Idle() => Volatile.Write(ref _since, Idling);

        /// <summary>One of several pieces of work at once; disposing it is a move, and the last one leaves the loop idle.</summary>
        public IDisposable Begin()
        {
            lock (_counting)
            {
                if (_pieces++ == 0) HasWork();
            }
            return new Piece(this);
        }

        private void End()
        {
            lock (_counting)
            {
                if (--_pieces == 0) Idle();
                else Moved();
            }
        }

        private sealed class Piece(Pulse pulse) : IDisposable
        {
            private Pulse? _pulse = pulse;

            public void Dispose() => Interlocked.Exchange(ref _pulse, null)?.End();
        }
    }
}
