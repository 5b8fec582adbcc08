using Microsoft.EntityFrameworkCore;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Staff;

/// <summary>
/// <c>DELETE /v1/agencies/{id}/staff/{member}</c>: the member of staff may do nothing any more. Possible even while the agency's part is suspended.
/// A second time changes nothing.
/// </summary>
internal static class EndStaff
{
    public static void Map(IEndpointRouteBuilder staff) => staff.MapDelete("/{member}",
        async (string id, string member, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, member, caller, db, time, stop)).ToHttp(Results.Ok));

    public static async Task<Result<StaffMember>> Handle(string id, string member, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        var owner = await OwnAgency.Find(id, caller, db, stop);
        if (owner.Error is { } error) return error;
        if (await db.Staff.SingleOrDefaultAsync(one => one.Agency == owner.Value.Id && one.Id == member, stop) is not { } current) return StaffErrors.NotFound;
        if (current.EndedAt is not null) return current;
        if (!caller.Has(Roles.Registrar) && current.Roles.Any(role => role is StaffRole.Registrar or StaffRole.Auditor)) return StaffErrors.RegistrarsRole;

        var now = time.Moment();
        var ended = current with { Version = current.Version + 1, ChangedAt = now, EndedAt = now };
        db.Entry(current).CurrentValues.SetValues(ended);
        await db.Save(caller, time, stop);
        return ended;
    }
}
