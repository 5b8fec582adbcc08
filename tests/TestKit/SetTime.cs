namespace Tiltas.TestKit;

/// <summary>A clock that moves when told, and fires the timers it passes.</summary>
public sealed class SetTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private TaskCompletionSource _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _passed;

    /// <summary>A Monday morning.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    /// <summary>A clock that stands at <see cref="Start"/>.</summary>
    public SetTime() : this(Start)
    {
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return start + _passed;
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate) return _passed.Ticks;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        lock (_gate) _alarms.Add(alarm);
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>How many timers there are, set or not.</summary>
    public int Timers
    {
        get
        {
            lock (_gate) return _alarms.Count;
        }
    }

    /// <summary>Completes when somebody waits for this clock.</summary>
    public async Task Awaited()
    {
        Task armed;
        lock (_gate) armed = _armed.Task;
        await armed;
    }

    /// <summary>Moves on and rings what is due.</summary>
    public void Pass(TimeSpan time)
    {
        Alarm[] due;
        lock (_gate)
        {
            _passed += time;
            due = [.. _alarms.Where(alarm => alarm.Due <= _passed)];
            foreach (var alarm in due) alarm.Due = null;
            Look();
        }
        foreach (var alarm in due) alarm.Ring();
    }

    private void Look()
    {
        if (_alarms.Exists(alarm => alarm.Due is not null)) _armed.TrySetResult();
        else if (_armed.Task.IsCompleted) _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Alarm(SetTime clock, Action ring) : ITimer
    {
        public TimeSpan? Due { get; set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                Due = dueTime < TimeSpan.Zero ? null : clock._passed + dueTime;
                clock.Look();
            }
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._alarms.Remove(this);
                clock.Look();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
