using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Passports;

namespace Tiltas.Directory.Locations;

/// <summary>Whose eyes look, and so which locations there are. What it may not see is left out in the query, before anything is counted.</summary>
internal sealed record Viewer
{
    /// <summary>Somebody who did not sign in.</summary>
    public static Viewer Anybody { get; } = new() { SeesAll = false, IsPartner = false, Own = "" };

    /// <summary>The registrar.</summary>
    public required bool SeesAll { get; init; }

    /// <summary>An agency that takes part today.</summary>
    public required bool IsPartner { get; init; }

    /// <summary>The agency whose own locations it sees; empty for none.</summary>
    public required string Own { get; init; }

    /// <summary>The agency whose record it keeps as its administrator; empty for none.</summary>
    public string Administers { get; init; } = "";

    public static async ValueTask<Viewer> Of(Caller? caller, DirectoryStore db, CancellationToken stop)
    {
        if (caller is null) return Anybody;
        if (caller.Has(Roles.Registrar)) return Anybody with { SeesAll = true };
        var administers = caller.Has(Roles.Administrator) ? caller.Agency.Value : "";
        if (!caller.Has(Roles.Agency)) return Anybody with { Own = administers, Administers = administers };
        var active = await db.Agencies.AnyAsync(agency => agency.Id == caller.Agency && agency.Standing == AgencyStanding.Active, stop);
        return Anybody with { IsPartner = active, Own = caller.Agency.Value, Administers = administers };
    }

    /// <summary>All it may know of the agency.</summary>
    public bool Owns(AgencyId agency) => SeesAll || agency.Value == Own;

    /// <summary>May know what was changed of the agency's record, and by which client.</summary>
    public bool KeepsRecordOf(AgencyId agency) => SeesAll || agency.Value == Administers;

    /// <summary>The locations in use that there are for this viewer, those after an identifier; to be narrowed further.</summary>
    public IQueryable<Location> Locations(DirectoryStore db, string after = "") => db.Locations.FromSql($"""
        SELECT l.* FROM locations l
        WHERE l.id > {after} AND l.withdrawn_at IS NULL
          AND ({SeesAll} OR l.visibility = 'Public' OR ({IsPartner} AND l.visibility = 'Partner') OR l.agency = {Own})
        """).AsNoTracking();

    /// <summary>As <see cref="Locations"/>, with the withdrawn ones that it owns.</summary>
    public IQueryable<Location> LocationsWithWithdrawn(DirectoryStore db) => db.Locations.FromSql($"""
        SELECT l.* FROM locations l
        WHERE {SeesAll} OR l.agency = {Own}
          OR l.withdrawn_at IS NULL AND (l.visibility = 'Public' OR ({IsPartner} AND l.visibility = 'Partner'))
        """).AsNoTracking();

    /// <summary>True when the location is there for this viewer.</summary>
    public bool Knows(Location location) => Owns(location.Agency)
        || location.WithdrawnAt is null && (location.Visibility == Visibility.Public || IsPartner && location.Visibility == Visibility.Partner);

    /// <summary>The same condition on a location <c>l</c>, for statements with the parameters of <see cref="Parameters"/>.</summary>
    public const string Sees = "l.withdrawn_at IS NULL AND (@all OR l.visibility = 'Public' OR (@partner AND l.visibility = 'Partner') OR l.agency = @own)";

    /// <summary>The time of <c>services_shown h</c> that is this viewer's, for a service <c>s</c>.</summary>
    public const string Shown = "CASE WHEN @all OR s.agency = @own THEN h.for_owner WHEN @partner THEN h.for_partners ELSE h.for_all END";

    public IEnumerable<Npgsql.NpgsqlParameter> Parameters() => [new("all", SeesAll), new("partner", IsPartner), new("own", Own)];
}
