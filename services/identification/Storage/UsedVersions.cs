using System.Collections.Concurrent;
using Npgsql;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Storage;

/// <summary>One version of the country's data with the fingerprint of the content that records are held to.</summary>
public sealed record UsedVersion<T>(T Content, string Hash);

/// <summary>
/// Versions of one kind of the country's data, each kept by its content: what a record used stays readable when its file is gone, and may not
/// have changed. The foreign keys of those records are the last word, because the hash is part of them.
/// </summary>
public sealed class UsedVersions<T>(NpgsqlDataSource store, TimeProvider time, UsedVersions<T>.Form form)
{
    /// <summary>What is different from kind to kind.</summary>
    /// <param name="Table">Where they are kept: id, version, content_hash, content, stored_at.</param>
    /// <param name="Of">Identifier, version, hash and content of one.</param>
    /// <param name="Read">One from its content.</param>
    /// <param name="Changed">What is said of one that was used and has changed since.</param>
    public sealed record Form(string Table, Func<T, (string Id, int Version, string Hash, string Content)> Of, Func<string, T> Read, Func<T, string> Changed);

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    private readonly string _keep = $"""
        INSERT INTO {form.Table} AS kept (id, version, content_hash, content, stored_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id, version) DO UPDATE SET content_hash = EXCLUDED.content_hash, content = EXCLUDED.content, stored_at = EXCLUDED.stored_at
        WHERE kept.content_hash <> EXCLUDED.content_hash
        """;

    private readonly string _all = $"SELECT content_hash, content FROM {form.Table}";
    private readonly ConcurrentDictionary<(string Id, int Version), UsedVersion<T>> _known = [];

    /// <summary>One that is offered, or was once; none when there is no such.</summary>
    public UsedVersion<T>? Find(string id, int version)
    {
        if (_known.TryGetValue((id, version), out var known)) return known;
        // One that a newer replica has brought since this one started. Rare, and kept from then on.
        using var command = store.CreateCommand(_all + " WHERE id = $1 AND version = $2");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = version });
        using var reader = command.ExecuteReader();
        return reader.Read() ? _known.GetOrAdd((id, version), new UsedVersion<T>(form.Read(reader.GetString(1)), reader.GetString(0))) : null;
    }

    /// <summary>Keeps what the files offer and reads what was kept, as soon as the store is there.</summary>
    /// <exception cref="CountryDataException">One that was used has changed since.</exception>
    public async Task Load(IEnumerable<T> offered, Action<string> waits, CancellationToken stop)
    {
        for (var said = false; ; said = true)
        {
            try
            {
                foreach (var one in offered) await Keep(one, stop);
                await ReadAll(stop);
                return;
            }
            catch (Exception exception) when (ProblemMiddleware.IsStoreAway(exception))
            {
                if (!said) waits(exception.GetType().Name);
                await Task.Delay(BetweenTries, time, stop);
            }
        }
    }

    private async Task ReadAll(CancellationToken stop)
    {
        await using var command = store.CreateCommand(_all);
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            var one = form.Read(reader.GetString(1));
            var (id, version, _, _) = form.Of(one);
            _known[(id, version)] = new UsedVersion<T>(one, reader.GetString(0));
        }
    }

    private async Task Keep(T one, CancellationToken stop)
    {
        var (id, version, hash, content) = form.Of(one);
        await using var command = store.CreateCommand(_keep);
        foreach (var value in (object[])[id, version, hash, content, time.GetUtcNow()]) command.Parameters.Add(new() { Value = value });
        try
        {
            await command.ExecuteNonQueryAsync(stop);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw new CountryDataException(form.Changed(one));
        }
    }
}
