using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tiltas.Hosting.Health;
using Tiltas.Hosting.Problems;

namespace Tiltas.Hosting.Messaging;

/// <summary>
/// Commits concurrent work together without a timer: each loop takes whatever waits and runs it in one transaction. One item
/// when idle, so nothing is delayed; many under load, so one commit pays for all. When a group fails, its items are tried singly,
/// so that only the one at fault sees the failure.
/// </summary>
public sealed partial class GroupCommit<TIn, TOut> : IAsyncDisposable
{
    /// <summary>Does a group's work in the open transaction and gives one answer for each item, in order.</summary>
    public delegate Task<IReadOnlyList<TOut>> Work(IReadOnlyList<TIn> items, GroupScope scope, CancellationToken stop);

    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = false });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loops;
    private readonly string _name;
    private readonly NpgsqlDataSource _store;
    private readonly OutboxBell _bell;
    private readonly TimeProvider _time;
    private readonly Work _work;
    private readonly GroupOptions _options;
    private readonly ILogger _logger;

    /// <summary>Starts the loops.</summary>
    public GroupCommit(string name, NpgsqlDataSource store, OutboxBell bell, TimeProvider time, GroupOptions options, ILogger logger, Work work)
    {
        (_name, _store, _bell, _time, _options, _logger, _work) = (name, store, bell, time, options, logger, work);
        _loops = Task.WhenAll(Enumerable.Range(0, options.Loops).Select(n => Task.Run(() => Loop(options.Heartbeat?.Loop($"{name}-{n}")))));
    }

    /// <summary>Runs one item; completes after its commit.</summary>
    public Task<TOut> Run(TIn input)
    {
        var item = new Item(input, Activity.Current?.Context ?? default);
        return _items.Writer.TryWrite(item) ? item.Done.Task : Task.FromException<TOut>(new ObjectDisposedException(_name));
    }

    /// <summary>Lets what was taken finish, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _items.Writer.TryComplete();
        _stop.CancelAfter(TimeSpan.FromSeconds(10));
        await _loops;
        _stop.Dispose();
    }

    private async Task Loop(Heartbeat.Pulse? pulse)
    {
        var trouble = new Backoff(_time);
        var group = new List<Item>(_options.Batch);
        while (await _items.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < _options.Batch && _items.Reader.TryRead(out var item)) group.Add(item);
            if (group.Count == 0) continue;
            pulse?.HasWork();
            await Settle(group, trouble, pulse);
            pulse?.Idle();
        }
    }

    private async Task Settle(List<Item> group, Backoff trouble, Heartbeat.Pulse? pulse)
    {
        while (true)
        {
            try
            {
                await RunTogether(group);
                trouble.Over();
                return;
            }
            catch (Exception exception) when (_options.WaitForStore && ProblemMiddleware.IsStoreAway(exception) && !_stop.IsCancellationRequested)
            {
                if (trouble.ShouldSay()) Log.Waiting(_logger, _name, exception.GetType().Name);
                await trouble.Wait(CancellationToken.None);
                pulse?.Moved();
            }
            catch (Exception exception) when (group.Count == 1 || ProblemMiddleware.IsStoreAway(exception))
            {
                foreach (var item in group) item.Done.TrySetException(exception);
                return;
            }
            catch (Exception)
            {
                foreach (var item in group) await Settle([item], trouble, pulse);
                return;
            }
        }
    }

    private async Task RunTogether(List<Item> group)
    {
        // One parent can be named; the others are linked, so every trace leads to the commit that carried it.
        using var activity = Instruments.Source.StartActivity("group commit", ActivityKind.Internal, group[0].Context, links: group.Skip(1).Select(item => new ActivityLink(item.Context)));
        activity?.SetTag("tiltas.batch.size", group.Count);
        Instruments.GroupSize.Record(group.Count);

        var inputs = group.ConvertAll(item => item.Input);
        IReadOnlyList<TOut> answers;
        GroupScope scope;
        await using (var connection = await _store.OpenConnectionAsync(_stop.Token))
        await using (var transaction = await connection.BeginTransactionAsync(_stop.Token))
        {
            scope = new GroupScope(connection, transaction, _time);
            answers = await _work(inputs, scope, _stop.Token);
            await scope.WriteOutbox(_stop.Token);
            CrashPoints.Pass(CrashPoints.BeforeCommit, _name);
            await transaction.CommitAsync(CancellationToken.None);
        }
        CrashPoints.Pass(CrashPoints.AfterCommit, _name);
        if (scope.Messages > 0) _bell.Ring(scope.Messages);
        scope.Committed();
        for (var i = 0; i < group.Count; i++) group[i].Done.TrySetResult(answers[i]);
    }

    private sealed class Item(TIn input, ActivityContext context)
    {
        public TIn Input { get; } = input;
        public ActivityContext Context { get; } = context;
        public TaskCompletionSource<TOut> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 20, EventName = "GroupWaits", Level = LogLevel.Warning, Message = "{Group} waits for the store: {ErrorType}")]
        public static partial void Waiting(ILogger logger, string group, string errorType);
    }
}

/// <summary>Figures of a group.</summary>
public sealed record GroupOptions
{
    /// <summary>Concurrent loops, each with a connection of its own while it works.</summary>
    public int Loops { get; init; } = 2;

    /// <summary>Items in one commit at most.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Where its loops report that they move.</summary>
    public Heartbeat? Heartbeat { get; init; }

    /// <summary>True for messages, which can wait for the store; false for requests, which are told at once.</summary>
    public bool WaitForStore { get; init; }
}

/// <summary>The open transaction of a group, and the messages that leave with it.</summary>
public sealed class GroupScope(NpgsqlConnection connection, NpgsqlTransaction transaction, TimeProvider time)
{
    private List<OutboxRow>? _outbox;
    private List<Action>? _afterwards;

    /// <summary>The connection; its transaction is the group's.</summary>
    public NpgsqlConnection Connection { get; } = connection;

    /// <summary>The transaction, for an EF Core context that takes part in it.</summary>
    public NpgsqlTransaction Transaction { get; } = transaction;

    /// <summary>Messages that will leave with the commit.</summary>
    public int Messages => _outbox?.Count ?? 0;

    /// <summary>Publishes after the commit, in the trace of what caused it.</summary>
    public void Publish(object message, string? traceParent) => (_outbox ??= []).Add(OutboxRow.For(message, time.GetUtcNow(), traceParent));

    /// <summary>Runs after the commit; must not fail.</summary>
    public void Afterwards(Action action) => (_afterwards ??= []).Add(action);

    internal void Committed()
    {
        if (_afterwards is null) return;
        foreach (var action in _afterwards) action();
    }

    internal async Task WriteOutbox(CancellationToken stop)
    {
        if (_outbox is null) return;
        await using var command = new NpgsqlCommand(
            "INSERT INTO outbox (id, urn, body, trace_parent, due_at) SELECT * FROM unnest($1, $2, $3, $4, $5)", Connection)
        {
            Parameters =
            {
                new() { Value = _outbox.ConvertAll(row => row.Id) },
                new() { Value = _outbox.ConvertAll(row => row.Urn) },
                new() { Value = _outbox.ConvertAll(row => row.Body) },
                new() { Value = _outbox.ConvertAll(row => row.TraceParent) },
                new() { Value = _outbox.ConvertAll(row => row.DueAt) },
            },
        };
        await command.ExecuteNonQueryAsync(stop);
    }
}
