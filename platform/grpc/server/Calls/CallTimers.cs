using System.Collections.Concurrent;

namespace Tiltas.Grpc.Server.Calls;

/// <summary>Timers for deadlines, used again and again: making one for each call costs more than the call's own bookkeeping.</summary>
internal sealed class CallTimers(TimeProvider time)
{
    private const int MostKept = 1024;
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);
    private readonly ConcurrentQueue<CallTimer> idle = new();
    private int count;

    public CallTimer Start(ServerCall call, TimeSpan due)
    {
        if (idle.TryDequeue(out var timer)) Interlocked.Decrement(ref count);
        else timer = new(time);
        // A timer holds no more; whoever sets a deadline that far off means none.
        timer.Start(call, due < LongestTimer ? due : LongestTimer);
        return timer;
    }

    public void Stop(CallTimer timer)
    {
        if (timer.Stop() && Interlocked.Increment(ref count) <= MostKept)
        {
            idle.Enqueue(timer);
            return;
        }
        timer.Dispose();
    }
}

/// <summary>One timer; it tells the call that time is up, once.</summary>
internal sealed class CallTimer : IDisposable
{
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private ServerCall? call;

    public CallTimer(TimeProvider time) => timer = time.CreateTimer(static timer => ((CallTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Start(ServerCall call, TimeSpan due)
    {
        lock (gate)
        {
            this.call = call;
            timer.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>False when it has rung: then it is not used again.</summary>
    public bool Stop()
    {
        lock (gate)
        {
            var rung = call is null;
            call = null;
            return !rung && timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => timer.Dispose();

    private void Fire()
    {
        ServerCall? late;
        lock (gate)
        {
            // A ring that was under way when the timer changed hands is not for the new call.
            if (call is null || !call.IsLate) return;
            (late, call) = (call, null);
        }
        late.End(CallEnd.Deadline);
    }
}
