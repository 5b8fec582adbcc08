using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Statuses;

namespace Tiltas.Identification.Storage;

/// <summary>Records of which every change is a row of its own: whoever writes a version second has lost.</summary>
internal static class Versioned
{
    /// <summary>Does the work once for its key.</summary>
    /// <param name="db">Where it writes.</param>
    /// <param name="key">The constraint that a second row of one version violates.</param>
    /// <param name="once">Runs work under the caller's idempotency key.</param>
    /// <param name="work">Decides, and adds rows.</param>
    public static async Task<Result<T>> Write<T>(DbContext db, string key, Func<Func<Task<Result<T>>>, Task<Result<T>>> once, Func<Task<Result<T>>> work)
    {
        Result<T> result;
        try
        {
            result = await once(work);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException postgres && postgres.ConstraintName == key)
        {
            db.ChangeTracker.Clear();
            result = StatusErrors.LostRace;
        }
        // What stood in the way may have been this very request, sent twice: then its answer is ours.
        return result.Error is Error.Conflict ? await once(() => Task.FromResult(result)) : result;
    }
}
