using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tiltas.Hosting.Problems;

namespace Tiltas.Hosting.Messaging;

/// <summary>A message that waits to be published; written in the same commit as what it tells of.</summary>
public sealed record OutboxRow
{
    /// <summary>Message id on the bus; version 7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Versioned URN of the message type.</summary>
    public required string Urn { get; init; }

    /// <summary>The message as UTF-8 JSON.</summary>
    public required byte[] Body { get; init; }

    /// <summary>W3C trace context of the request or message that caused it.</summary>
    public required string? TraceParent { get; init; }

    /// <summary>When it was written; publishing is due from then on.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Failed tries that were the row's own fault.</summary>
    public short Tries { get; init; }

    /// <summary>Makes the row for a message.</summary>
    public static OutboxRow For(object message, DateTimeOffset now, string? traceParent) => new()
    {
        Id = Guid.CreateVersion7(now),
        Urn = MessageCatalogue.UrnOf(message.GetType()),
        Body = JsonSerializer.SerializeToUtf8Bytes(message, message.GetType(), TiltasJson.Messages),
        TraceParent = traceParent,
        DueAt = now,
    };
}

/// <summary>How an ordinary use case publishes: add to the context, leave in its one <c>SaveChanges</c>.</summary>
public static class OutboxExtensions
{
    /// <summary>Adds a message to be published once the context's changes are committed.</summary>
    public static void Publish(this DbContext db, object message, TimeProvider time) =>
        db.Add(OutboxRow.For(message, time.GetUtcNow(), Activity.Current?.Id));

    /// <summary>Maps the tables of the outbox and the inbox.</summary>
    public static void AddMessaging(this ModelBuilder model) => model.Entity<OutboxRow>(row =>
    {
        row.ToTable("outbox");
        row.HasKey(r => r.Id);
        row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
        row.Property(r => r.Urn).HasColumnName("urn");
        row.Property(r => r.Body).HasColumnName("body");
        row.Property(r => r.TraceParent).HasColumnName("trace_parent");
        row.Property(r => r.DueAt).HasColumnName("due_at");
        row.Property(r => r.Tries).HasColumnName("tries");
    });
}
