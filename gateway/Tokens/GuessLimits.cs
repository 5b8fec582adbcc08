namespace Tiltas.Gateway.Tokens;

/// <summary>
/// Slows down guessing at secrets: so many failures a minute for one client id and for one remote address, in constant
/// memory. An attempt is counted before it is checked and given back when it was right, so that parallel guesses count too.
/// </summary>
public sealed class GuessLimits(IConfiguration configuration, TimeProvider time)
{
    private readonly Guesses _byClient = new(configuration.GetValue("Tokens:FailuresPerClient", 10), time);
    private readonly Guesses _byAddress = new(configuration.GetValue("Tokens:FailuresPerAddress", 30), time);

    /// <summary>Zero when the attempt may be made, otherwise how long to wait.</summary>
    public TimeSpan Begin(string clientId, string address)
    {
        var wait = _byAddress.Begin(address);
        if (wait > TimeSpan.Zero) return wait;

        wait = _byClient.Begin(clientId);
        if (wait > TimeSpan.Zero) _byAddress.GiveBack(address);
        return wait;
    }

    /// <summary>It was no guess.</summary>
    public void Succeeded(string clientId, string address)
    {
        _byAddress.GiveBack(address);
        _byClient.GiveBack(clientId);
    }

    /// <summary>
    /// For each key the time until which its failures are "paid"; each failure adds a share of a minute. Keys share
    /// slots by a hash that differs in each process, so strangers can neither fill the memory nor aim at a slot.
    /// </summary>
    private sealed class Guesses(int perMinute, TimeProvider time)
    {
        private const int Slots = 8192;
        private static readonly long Minute = TimeSpan.TicksPerMinute;

        private readonly long _share = Minute / Math.Max(1, perMinute);
        private readonly long[] _paidUntil = new long[Slots];
        private readonly Lock _lock = new();

        public TimeSpan Begin(string key)
        {
            var now = time.GetUtcNow().Ticks;
            lock (_lock)
            {
                ref var paid = ref Slot(key);
                var next = Math.Max(paid, now) + _share;
                if (next - now > Minute) return TimeSpan.FromTicks(next - now - Minute);
                paid = next;
                return TimeSpan.Zero;
            }
        }

        public void GiveBack(string key)
        {
            lock (_lock) Slot(key) -= _share;
        }

        private ref long Slot(string key) => ref _paidUntil[(uint)key.GetHashCode(StringComparison.Ordinal) % Slots];
    }
}
