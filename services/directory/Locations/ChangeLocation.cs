using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Passports;

namespace Tiltas.Directory.Locations;

/// <summary>
/// Changes some fields of a location, under the rules of <see cref="PutLocation"/>; the others stay as they are. One that was withdrawn is
/// taken into use again by <see cref="PutLocation"/> alone. Hidden and unknown answer alike.
/// </summary>
internal static class ChangeLocation
{
    /// <param name="id">Which location.</param>
    /// <param name="change">The request that the record is to become.</param>
    public static async Task<PutLocation.Outcome> Handle(
        string id, Func<Location, PutLocation.Request> change, Caller caller, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<LocationId>(id, out _)) return new PutLocation.Outcome.Refused(LocationErrors.NotFound);
        var viewer = await Viewer.Of(caller, db, stop);
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        // Locked before it is read: nobody's change in between is lost.
        if (await db.Locations.FromSql($"SELECT * FROM locations WHERE id = {id} FOR UPDATE").AsNoTracking().SingleOrDefaultAsync(stop) is not { WithdrawnAt: null } current
            || !viewer.Knows(current))
            return new PutLocation.Outcome.Refused(LocationErrors.NotFound);
        if (!PutLocation.MayWrite(caller, current.Agency)) return new PutLocation.Outcome.Refused(LocationErrors.NotYours);
        var outcome = await PutLocation.Handle(id, change(current), caller, db, country, time, stop);
        await transaction.CommitAsync(stop);
        return outcome;
    }
}
