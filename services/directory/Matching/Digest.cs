using Npgsql;

namespace Tiltas.Directory.Matching;

/// <summary>How many rows there are and what another state of them would not say of itself.</summary>
internal readonly record struct Digest(long Count, string? State)
{
    /// <summary>The next result of a batch: one row of count and state.</summary>
    public static async Task<Digest> Next(NpgsqlDataReader rows, CancellationToken stop)
    {
        await rows.NextResultAsync(stop);
        await rows.ReadAsync(stop);
        return new Digest(rows.GetInt64(0), rows.GetString(1));
    }
}
