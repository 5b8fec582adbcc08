namespace Tiltas.Identification.Tests;

/// <summary>A clock that moves when told, and fires the timers it passes.</summary>
internal sealed class SetTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private TaskCompletionSource _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return start + _passed;
    }

    public override long GetTimestamp()
    {
        lock (_gate) return _passed.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        lock (_gate)
        {
            _alarms.Add(alarm);
            _armed.TrySetResult();
        }
        return alarm;
    }

    /// <summary>Completes when somebody waits for this clock.</summary>
    public async Task Awaited()
    {
        Task armed;
        lock (_gate) armed = _armed.Task;
        await armed;
    }

    public void Pass(TimeSpan time)
    {
        Alarm[] due;
        lock (_gate)
        {
            _passed += time;
            due = [.. _alarms.Where(alarm => alarm.Due <= _passed)];
            _alarms.RemoveAll(alarm => alarm.Due <= _passed);
            if (_alarms.Count == 0) _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        foreach (var alarm in due) alarm.Ring();
    }

    private sealed class Alarm(SetTime clock, Action ring) : ITimer
    {
        public TimeSpan? Due { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate) Due = dueTime < TimeSpan.Zero ? null : clock._passed + dueTime;
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._alarms.Remove(this);
                if (clock._alarms.Count == 0 && clock._armed.Task.IsCompleted) clock._armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
