using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tiltas.Hosting.Health;
using Tiltas.Hosting.Telemetry;

namespace Tiltas.Hosting.Messaging;

/// <summary>What one service does on one message. Gets only messages it has not handled before; its effect, the inbox rows and what it publishes are one commit.</summary>
public interface IHandler<TMessage> where TMessage : class
{
    /// <summary>Applies the effect of each message, in the order given.</summary>
    Task Handle(IReadOnlyList<Delivery<TMessage>> messages, GroupScope scope, CancellationToken stop);
}

/// <summary>A message as it arrived.</summary>
/// <param name="Id">Message id on the bus.</param>
/// <param name="Message">The message.</param>
/// <param name="TraceParent">W3C trace context to publish follow-ups under.</param>
public sealed record Delivery<TMessage>(Guid Id, TMessage Message, string? TraceParent);

/// <summary>Drops what was handled before and hands the rest to the handler, grouped.</summary>
internal sealed class Inbox<TMessage, THandler> : IAsyncDisposable where TMessage : class where THandler : IHandler<TMessage>
{
    private const string Enter = """
        INSERT INTO inbox (message_id, consumer, received_at) SELECT id, $2, $3 FROM unnest($1) AS id ORDER BY id
        ON CONFLICT DO NOTHING RETURNING message_id
        """;

    private readonly string _consumer = $"{typeof(TMessage).Name}.{typeof(THandler).Name}";
    private readonly THandler _handler;
    private readonly TimeProvider _time;
    private readonly GroupCommit<Delivery<TMessage>, bool> _group;

    public Inbox(NpgsqlDataSource store, OutboxBell bell, TimeProvider time, THandler handler, Heartbeat heartbeat, ILogger<Inbox<TMessage, THandler>> logger)
    {
        (_handler, _time) = (handler, time);
        _group = new(_consumer, store, bell, time, new GroupOptions { WaitForStore = true, Heartbeat = heartbeat }, logger, Handle);
    }

    public Task Take(Delivery<TMessage> delivery) => _group.Run(delivery);

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    private async Task<IReadOnlyList<bool>> Handle(IReadOnlyList<Delivery<TMessage>> deliveries, GroupScope scope, CancellationToken stop)
    {
        var fresh = await EnterAll(deliveries, scope, stop);
        // The same message can stand twice in one group; only its first place counts.
        var firsts = deliveries.Where(delivery => fresh.Remove(delivery.Id)).ToList();
        if (firsts.Count > 0) await _handler.Handle(firsts, scope, stop);

        var duplicates = deliveries.Count - firsts.Count;
        scope.Afterwards(() =>
        {
            var consumer = new KeyValuePair<string, object?>(TiltasActivity.Message, _consumer);
            Instruments.Handled.Add(firsts.Count, consumer);
            if (duplicates > 0) Instruments.Duplicates.Add(duplicates, consumer);
        });
        return new bool[deliveries.Count];
    }

    private async Task<HashSet<Guid>> EnterAll(IReadOnlyList<Delivery<TMessage>> deliveries, GroupScope scope, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(Enter, scope.Connection)
        {
            Parameters =
            {
                new() { Value = deliveries.Select(delivery => delivery.Id).ToArray() },
                new() { Value = _consumer },
                new() { Value = _time.GetUtcNow() },
            },
        };
        var fresh = new HashSet<Guid>(deliveries.Count);
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop)) fresh.Add(reader.GetGuid(0));
        return fresh;
    }
}

/// <summary>MassTransit's side of a handler: nothing but passing on.</summary>
internal sealed class Consumer<TMessage, THandler>(Inbox<TMessage, THandler> inbox) : IConsumer<TMessage>
    where TMessage : class where THandler : IHandler<TMessage>
{
    public async Task Consume(ConsumeContext<TMessage> context)
    {
        var id = context.MessageId ?? throw new InvalidOperationException("A message without an id cannot be kept apart from its copies.");
        await inbox.Take(new Delivery<TMessage>(id, context.Message, Activity.Current?.Id));
        CrashPoints.Pass(CrashPoints.AfterEffectBeforeAck, typeof(TMessage).Name);
    }
}
