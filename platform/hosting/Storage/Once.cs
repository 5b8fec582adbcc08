using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Hosting.Problems;

namespace Tiltas.Hosting.Storage;

/// <summary>An answer that was given under an idempotency key, kept in the commit of the work it answers.</summary>
public sealed record IdempotencyRow
{
    /// <summary>Whose key.</summary>
    public required AgencyId Agency { get; init; }
    /// <summary>The key.</summary>
    public required string Key { get; init; }
    /// <summary>The use case.</summary>
    public required string Operation { get; init; }
    /// <summary>SHA-256 of operation and request.</summary>
    public required byte[] RequestHash { get; init; }
    /// <summary>The answer as JSON; references and codes only.</summary>
    public required string Answer { get; init; }
    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Doing something once for each idempotency key.</summary>
public static class Once
{
    /// <summary>
    /// Answers from memory when the key was used for the same request, refuses it when used for another, else does the work and
    /// commits it together with the key. The work adds to the context and does not save. The answer must hold no personal data.
    /// </summary>
    public static async Task<Result<T>> Do<T>(
        DbContext db, TimeProvider time, AgencyId agency, IdempotencyKey key, string operation, object request, Func<Task<Result<T>>> work, CancellationToken stop)
    {
        var hash = Hash(operation, request);
        if (await Find<T>(db, agency, key, hash, stop) is { } before) return before;

        var result = await work();
        if (result.Error is not null)
        {
            // A twin of this request may have changed, a moment ago, the very state that stopped this one: then its answer is ours.
            db.ChangeTracker.Clear();
            return await Find<T>(db, agency, key, hash, stop) ?? result;
        }

        db.Add(new IdempotencyRow
        {
            Agency = agency, Key = key.Value, Operation = operation, RequestHash = hash,
            Answer = JsonSerializer.Serialize(result.Value, TiltasJson.Api), CreatedAt = time.GetUtcNow(),
        });
        try
        {
            await db.SaveChangesAsync(stop);
            return result;
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "idempotency_keys_pkey" })
        {
            // The same key won at the same moment elsewhere: its answer is ours.
            db.ChangeTracker.Clear();
            return await Find<T>(db, agency, key, hash, stop) ?? throw new InvalidOperationException("The winning idempotency key is gone.");
        }
    }

    /// <summary>Fingerprint by which a repeated request is recognised.</summary>
    public static byte[] Hash(string operation, object request)
    {
        using var buffer = new MemoryStream();
        JsonSerializer.Serialize(buffer, operation, TiltasJson.Api);
        JsonSerializer.Serialize(buffer, request, request.GetType(), TiltasJson.Api);
        return SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>The answer for a key that was used for another request.</summary>
    public static Error KeyReused { get; } =
        new Error.Conflict(CommonErrors.KeyReused, "This Idempotency-Key was used for another request; take a new key.", "idempotency-key");

    private static async Task<Result<T>?> Find<T>(DbContext db, AgencyId agency, IdempotencyKey key, byte[] hash, CancellationToken stop)
    {
        var row = await db.Set<IdempotencyRow>().AsNoTracking().SingleOrDefaultAsync(r => r.Agency == agency && r.Key == key.Value, stop);
        if (row is null) return null;
        if (!row.RequestHash.AsSpan().SequenceEqual(hash)) return KeyReused;
        return JsonSerializer.Deserialize<T>(row.Answer, TiltasJson.Messages)!;
    }
}
