using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Locations;

/// <summary>
/// <c>DELETE /v1/locations/{id}</c>: the location is no longer in use and from now on there for nobody but its agency and the registrar.
/// A second time changes nothing.
/// </summary>
internal static class WithdrawLocation
{
    public abstract record Outcome
    {
        private Outcome() { }

        public sealed record Withdrawn(Location Location) : Outcome;
        public sealed record Unchanged(Location Location) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder locations) => locations.MapDelete("/{id}",
        async (string id, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop) => (await Handle(id, caller, db, time, stop)).ToHttp(Results.Ok))
        .RequireRole(Roles.Registrar, Roles.Agency, Roles.Administrator);

    public static async Task<Result<Location>> Handle(string id, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<LocationId>(id, out var wanted)) return LocationErrors.NotFound;
        var viewer = await Viewer.Of(caller, db, stop);
        var current = await db.Locations.SingleOrDefaultAsync(location => location.Id == wanted, stop);
        switch (Decide(current, caller, viewer, time.Moment()))
        {
            case Outcome.Withdrawn { Location: var location }:
                var before = current! with { };
                db.Entry(current!).CurrentValues.SetValues(location);
                await Shown.Write(before, location, db, stop);
                await db.Save(caller, time, stop);
                return location;
            case Outcome.Unchanged unchanged: return unchanged.Location;
            case Outcome.Refused refused: return refused.Error;
            default: throw new UnreachableException();
        }
    }

    public static Outcome Decide(Location? current, Caller caller, Viewer viewer, DateTimeOffset now)
    {
        if (current is null || !viewer.Knows(current)) return new Outcome.Refused(LocationErrors.NotFound);
        if (!PutLocation.MayWrite(caller, current.Agency)) return new Outcome.Refused(LocationErrors.NotYours);
        return current.WithdrawnAt is null
            ? new Outcome.Withdrawn(current with { Version = current.Version + 1, ChangedAt = now, WithdrawnAt = now })
            : new Outcome.Unchanged(current);
    }
}
