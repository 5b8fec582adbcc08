using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Agencies;

/// <summary>Whose affairs an administrator may see and settle: its own agency's. A registrar's are everybody's.</summary>
internal static class OwnAgency
{
    /// <summary>The agency, for one of its administrators or a registrar.</summary>
    public static Task<Result<Agency>> Find(string id, Caller caller, DirectoryStore db, CancellationToken stop) => Find(id, caller, db, stop, Roles.Registrar);

    /// <summary>As <see cref="Find(string, Caller, DirectoryStore, CancellationToken)"/>, and for auditors.</summary>
    public static Task<Result<Agency>> ToRead(string id, Caller caller, DirectoryStore db, CancellationToken stop) => Find(id, caller, db, stop, Roles.Registrar, Roles.Auditor);

    /// <summary>As <see cref="Find(string, Caller, DirectoryStore, CancellationToken)"/>, as far as the agency's standing lets anything be given.</summary>
    public static async Task<Result<Agency>> ToChange(string id, Caller caller, DirectoryStore db, CancellationToken stop)
    {
        var found = await Find(id, caller, db, stop);
        return found.Error is null && MayChange(found.Value.Standing, caller) is { } error ? error : found;
    }

    /// <summary>Null when nothing stands against it.</summary>
    public static Error? MayChange(AgencyStanding standing, Caller caller) => standing switch
    {
        AgencyStanding.Removed => AgencyErrors.Removed,
        AgencyStanding.Suspended when !caller.Has(Roles.Registrar) => AgencyErrors.Suspended,
        _ => null,
    };

    /// <summary>The agency with the longest identifier that the text begins with; null when there is none.</summary>
    public static Task<AgencyId?> Space(string id, DirectoryStore db, CancellationToken stop) =>
        db.Agencies.FromSql($"SELECT * FROM agencies a WHERE starts_with({id}, a.id || '-') ORDER BY length(a.id) DESC LIMIT 1")
            .AsNoTracking().Select(agency => (AgencyId?)agency.Id).SingleOrDefaultAsync(stop);

    private static async Task<Result<Agency>> Find(string id, Caller caller, DirectoryStore db, CancellationToken stop, params string[] anybodys)
    {
        if (!Slug.TryParse<AgencyId>(id, out var wanted)) return AgencyErrors.NotFound;
        if (!anybodys.Any(caller.Has) && caller.Agency != wanted) return AgencyErrors.NotYours;
        return await db.Agencies.AsNoTracking().SingleOrDefaultAsync(agency => agency.Id == wanted, stop) is { } found ? found : AgencyErrors.NotFound;
    }
}
