using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Services;
using Tiltas.Directory.Storage;

namespace Tiltas.Directory.Exchange;

/// <summary>Every agency, and every service and location in use of those that were not removed, by identifier, as they were at one moment.</summary>
internal sealed record WholeDirectory(IReadOnlyList<Agency> Agencies, IReadOnlyList<Service> Services, IReadOnlyList<Location> Locations)
{
    public static async Task<WholeDirectory> Read(DirectoryStore db, CancellationToken stop)
    {
        await using var moment = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, stop);
        var agencies = await db.Agencies.AsNoTracking().OrderBy(agency => agency.Id).ToListAsync(stop);
        var inUse = agencies.Where(agency => agency.Standing != AgencyStanding.Removed).Select(agency => agency.Id).ToHashSet();
        var services = await db.Services.AsNoTracking().Where(service => service.WithdrawnAt == null).OrderBy(service => service.Id).ToListAsync(stop);
        var locations = await db.Locations.AsNoTracking().Where(location => location.WithdrawnAt == null).OrderBy(location => location.Id).ToListAsync(stop);
        return new WholeDirectory(agencies, [.. services.Where(service => inUse.Contains(service.Agency))], [.. locations.Where(location => inUse.Contains(location.Agency))]);
    }
}
