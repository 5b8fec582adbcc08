using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Tiltas.Directory.Storage;

/// <summary>Two callers may put the same new identifier at once.</summary>
internal static class FirstPut
{
    /// <summary>Does the work; when another's row won the identifier meanwhile, does it once more on that row.</summary>
    public static async Task<T> Retry<T>(DirectoryStore db, Func<Task<T>> put)
    {
        try
        {
            return await put();
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            db.ChangeTracker.Clear();
            return await put();
        }
    }
}
