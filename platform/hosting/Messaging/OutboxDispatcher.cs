using System.Data;
using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Tiltas.Hosting.Health;
using Tiltas.Hosting.Problems;

namespace Tiltas.Hosting.Messaging;

/// <summary>
/// The only place that publishes. Each loop claims a batch, publishes it concurrently with confirms and removes it in one
/// commit; a crash in between publishes again, which every inbox tolerates. A bad row is set aside without holding up others.
/// </summary>
internal sealed partial class OutboxDispatcher(
    NpgsqlDataSource store, IBus bus, OutboxBell bell, OutboxOptions options, TimeProvider time, Heartbeat heartbeat, ILogger<OutboxDispatcher> logger)
    : BackgroundService
{
    private const string Claim = """
        DELETE FROM outbox WHERE id IN (
            SELECT id FROM outbox WHERE parked_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id, urn, body, trace_parent, due_at, tries
        """;

    private const string PutBack = """
        INSERT INTO outbox (id, urn, body, trace_parent, due_at, tries, parked_at, fault) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Loops).Select(n => Loop(n, stoppingToken)));

    private async Task Loop(int number, CancellationToken stop)
    {
        var heart = heartbeat.Loop($"outbox-{number}");
        var trouble = new Backoff(time);
        bell.Wake();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                heart.Idle();
                await bell.Heard(stop);
                heart.HasWork();
                while (await DispatchBatch(stop) == options.Batch) heart.Moved();
                trouble.Over();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (trouble.ShouldSay()) Log.Trouble(logger, exception.GetType().Name);
                heart.Moved();
                await trouble.Wait(stop);
                bell.Wake();
            }
        }
    }

    private async Task<int> DispatchBatch(CancellationToken stop)
    {
        await using var connection = await store.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        var rows = await ClaimRows(connection, stop);
        if (rows.Count == 0) return 0;

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(options.PublishTimeout);
        var faults = await Task.WhenAll(rows.Select(row => Publish(row, timeout.Token)));
        CrashPoints.Pass(CrashPoints.AfterPublishBeforeMark, "outbox");

        var sent = faults.Count(fault => fault is null);
        // Nothing at all went out, and for no fault of a row: as if it had not been tried.
        var broker = faults.FirstOrDefault(fault => fault is not (null or RowFaultException));
        if (sent == 0 && broker is not null && faults.All(fault => fault is not RowFaultException)) throw new BrokerAwayException(broker);

        for (var i = 0; i < rows.Count; i++)
        {
            if (faults[i] is RowFaultException own) await SetBack(connection, rows[i], own, stop);
            else if (faults[i] is { } fault) await Write(connection, sent == 0 ? rows[i] : Later(rows[i]), null, fault.GetType().Name, stop);
        }
        await transaction.CommitAsync(CancellationToken.None);
        bell.Left(sent);
        Instruments.Published.Add(sent);
        if (sent == 0 && broker is not null) throw new BrokerAwayException(broker);
        return rows.Count;
    }

    /// <summary>A broker that takes some and not others is slow, not the row bad: it waits a little, behind those that go, and no try is counted.</summary>
    private OutboxRow Later(OutboxRow row) => row with { DueAt = time.GetUtcNow() + options.SlowBrokerPause };

    private async Task<List<OutboxRow>> ClaimRows(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(Claim, connection)
        {
            Parameters = { new() { Value = time.GetUtcNow() }, new() { Value = options.Batch } },
        };
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, stop);
        var rows = new List<OutboxRow>();
        while (await reader.ReadAsync(stop))
        {
            rows.Add(new OutboxRow
            {
                Id = reader.GetGuid(0),
                Urn = reader.GetString(1),
                Body = reader.GetFieldValue<byte[]>(2),
                TraceParent = reader.IsDBNull(3) ? null : reader.GetString(3),
                DueAt = reader.GetFieldValue<DateTimeOffset>(4),
                Tries = reader.GetInt16(5),
            });
        }
        return rows;
    }

    private async Task<Exception?> Publish(OutboxRow row, CancellationToken timeout)
    {
        using var activity = Instruments.Source.StartActivity("outbox publish", ActivityKind.Internal, row.TraceParent);
        try
        {
            var (message, type) = Read(row);
            // The token alone is not enough: the client library can wait for a confirm for ever after its broker came back.
            await bus.Publish(message, type, context => context.MessageId = row.Id, timeout).WaitAsync(timeout);
            return null;
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            return exception;
        }
    }

    private static (object Message, Type Type) Read(OutboxRow row)
    {
        if (!MessageCatalogue.ByUrn.TryGetValue(row.Urn, out var type)) throw new RowFaultException("unknown-urn");
        try
        {
            return (JsonSerializer.Deserialize(row.Body, type, TiltasJson.Messages) ?? throw new RowFaultException("empty-body"), type);
        }
        catch (JsonException)
        {
            throw new RowFaultException("unreadable-body");
        }
    }

    private async Task SetBack(NpgsqlConnection connection, OutboxRow row, RowFaultException fault, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var next = row with { Tries = (short)(row.Tries + 1), DueAt = now + TimeSpan.FromMilliseconds(250 * Math.Pow(3, row.Tries)) };
        var parked = next.Tries >= options.MaxTries;
        if (parked) Log.Parked(logger, row.Id, row.Urn, fault.Message);
        await Write(connection, next, parked ? now : null, fault.Message, stop);
    }

    private static async Task Write(NpgsqlConnection connection, OutboxRow row, DateTimeOffset? parkedAt, string? fault, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(PutBack, connection)
        {
            Parameters =
            {
                new() { Value = row.Id }, new() { Value = row.Urn }, new() { Value = row.Body },
                new() { Value = (object?)row.TraceParent ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = row.DueAt }, new() { Value = row.Tries },
                new() { Value = (object?)parkedAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new() { Value = (object?)fault ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
        await command.ExecuteNonQueryAsync(stop);
    }

    private sealed class RowFaultException(string reason) : Exception(reason);

    private sealed class BrokerAwayException(Exception inner) : Exception("The broker took nothing.", inner);

    private static partial class Log
    {
        [LoggerMessage(EventId = 10, EventName = "OutboxTrouble", Level = LogLevel.Warning, Message = "Publishing waits: {ErrorType}")]
        public static partial void Trouble(ILogger logger, string errorType);

        [LoggerMessage(EventId = 11, EventName = "OutboxParked", Level = LogLevel.Error, Message = "Message {MessageId} of {MessageUrn} is parked: {ErrorType}")]
        public static partial void Parked(ILogger logger, Guid messageId, string messageUrn, string errorType);
    }
}
