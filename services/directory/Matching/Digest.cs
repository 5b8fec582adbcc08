using System.Globalization;
using Npgsql;

namespace Tiltas.Directory.Matching;

/// <summary>How many rows there are and a sum over them that another state of them does not have.</summary>
internal readonly record struct Digest(long Count, Int128 Sum)
{
    /// <summary>The next result of a batch: one row of count and sum.</summary>
    public static async Task<Digest> Next(NpgsqlDataReader rows, CancellationToken stop)
    {
        await rows.NextResultAsync(stop);
        await rows.ReadAsync(stop);
        return new Digest(rows.GetInt64(0), Int128.Parse(rows.GetString(1), CultureInfo.InvariantCulture));
    }
}
