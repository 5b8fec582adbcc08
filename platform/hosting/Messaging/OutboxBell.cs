using System.Threading.Channels;

namespace Tiltas.Hosting.Messaging;

/// <summary>Wakes the publishing loops at commit; counts what waits, so that intake can pause before the table grows without bound.</summary>
public sealed class OutboxBell(OutboxOptions options)
{
    private readonly Channel<bool> _rings = Channel.CreateBounded<bool>(new BoundedChannelOptions(options.Loops) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _waiting;

    /// <summary>Rows believed to wait; corrected by each sweep.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>True when intake must pause.</summary>
    public bool IsFull => Waiting >= options.Limit;

    /// <summary>Raised at every commit that left rows, for the notice to other replicas.</summary>
    public event Action? Rung;

    /// <summary>Rows were committed.</summary>
    public void Ring(int rows)
    {
        Interlocked.Add(ref _waiting, rows);
        _rings.Writer.TryWrite(true);
        Rung?.Invoke();
    }

    /// <summary>Wakes a loop without new rows of our own: another replica's notice, or a sweep.</summary>
    public void Wake() => _rings.Writer.TryWrite(true);

    internal void Left(int rows) => Interlocked.Add(ref _waiting, -rows);

    internal void Correct(long waiting) => Interlocked.Exchange(ref _waiting, waiting);

    internal ValueTask<bool> Heard(CancellationToken stop) => _rings.Reader.ReadAsync(stop);
}

/// <summary>Figures of the outbox; the defaults are measured ones.</summary>
public sealed record OutboxOptions
{
    /// <summary>Concurrent publishing loops.</summary>
    public int Loops { get; init; } = 2;

    /// <summary>Rows claimed at once.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>Tries that are the row's own fault before it is parked.</summary>
    public int MaxTries { get; init; } = 5;

    /// <summary>Rows waiting at which intake pauses with 503.</summary>
    public int Limit { get; init; } = 50_000;

    /// <summary>How long a publish may wait for the broker's confirm.</summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a row waits that a broker did not take while it took others.</summary>
    public TimeSpan SlowBrokerPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the table is swept for rows that nobody was woken for.</summary>
    public TimeSpan Sweep { get; init; } = TimeSpan.FromSeconds(5);
}
