namespace Tiltas.Platform.Tests;

/// <summary>A clock that moves when told, and fires the timers it passes.</summary>
internal sealed class SetTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private TimeSpan _passed;

    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public int Alarms
    {
        get
        {
            lock (_gate) return _alarms.Count(alarm => alarm.Due is not null);
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return Start + _passed;
    }

    public override long GetTimestamp()
    {
        lock (_gate) return _passed.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        lock (_gate) _alarms.Add(alarm);
        return alarm;
    }

    public void Pass(TimeSpan time)
    {
        Alarm[] due;
        lock (_gate)
        {
            _passed += time;
            due = [.. _alarms.Where(alarm => alarm.Due <= _passed)];
            foreach (var alarm in due) alarm.Due = null;
        }
        foreach (var alarm in due) alarm.Ring();
    }

    private sealed class Alarm(SetTime clock, Action ring) : ITimer
    {
        public TimeSpan? Due { get; set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate) Due = dueTime < TimeSpan.Zero ? null : clock._passed + dueTime;
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate) clock._alarms.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
