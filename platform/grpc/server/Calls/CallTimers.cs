using System.Collections.Concurrent;

namespace Tiltas.Grpc.Server.Calls;

/// <summary>Timers for deadlines, used again and again: making one for each call costs more than the call's own bookkeeping.</summary>
internal sealed class CallTimers(TimeProvider time)
{
    private const int MostKept = 1024;
    private readonly ConcurrentQueue<CallTimer> idle = new();
    private int count;

    public CallTimer Start(ServerCall call, TimeSpan due)
    {
        if (idle.TryDequeue(out var timer)) Interlocked.Decrement(ref count);
        else timer = new(time);
        timer.Start(call, due);
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
    // A timer takes no more than 49 days; at the end of these it is wound up again.
    private const double LongestRing = 40d * 24 * 3600 * 1000;

    private readonly ITimer timer;
    private readonly Lock gate = new();
    private ServerCall? call;

    public CallTimer(TimeProvider time) => timer = time.CreateTimer(static timer => ((CallTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Start(ServerCall call, TimeSpan due)
    {
        lock (gate)
        {
            this.call = call;
            RingAfter(due);
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

    private void RingAfter(TimeSpan due) =>
        timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(due.TotalMilliseconds), 0, LongestRing)), Timeout.InfiniteTimeSpan);

    private void Fire()
    {
        ServerCall? late;
        lock (gate)
        {
            if (call is null) return;
            if (call.TimeLeft is var left && left > TimeSpan.Zero)
            {
                // A timer may ring a little early, and a ring that was under way when it changed hands is not for the new call.
                RingAfter(left);
                return;
            }
            (late, call) = (call, null);
        }
        late.End(CallEnd.Deadline);
    }
}
