using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts.Codes;

namespace Tiltas.Directory.OpenReferral;

/// <summary>
/// Where a postcode lies, as far as the locations with that postcode tell: there is no table of postcodes. Only locations that the viewer
/// may know of count, so a postcode says nothing of a hidden one.
/// </summary>
internal sealed record Place(string[] Municipalities, double? Latitude, double? Longitude)
{
    private const double EarthRadius = 6_371_008.8;

    /// <summary>Null when no location says it; with <paramref name="withPoint"/> also when none says exactly where.</summary>
    public static async Task<Place?> Find(Desk desk, string postcode, bool withPoint, CancellationToken stop)
    {
        var found = await desk.Viewer.Locations(desk.Db)
            .Where(location => location.PostalCode == postcode && desk.Db.Agencies.Any(agency => agency.Id == location.Agency && agency.Standing == AgencyStanding.Active))
            .OrderBy(location => location.Id).Select(location => new { location.Municipality, location.Latitude, location.Longitude }).ToListAsync(stop);
        var points = found.Where(location => location.Latitude is not null).ToList();
        if (found.Count == 0 || withPoint && points.Count == 0) return null;
        return new Place([.. found.Select(location => location.Municipality).Distinct().Order(StringComparer.Ordinal)],
            points.Count == 0 ? null : points.Average(location => location.Latitude), points.Count == 0 ? null : points.Average(location => location.Longitude));
    }

    /// <summary>SQL for the distance on the sphere, null where a point is unknown.</summary>
    public static string Metres(string latitude, string longitude, string fromLatitude, string fromLongitude) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"2 * {EarthRadius} * asin(least(1, sqrt(power(sin(radians({latitude} - {fromLatitude}) / 2), 2) + cos(radians({latitude})) * cos(radians({fromLatitude})) * power(sin(radians({longitude} - {fromLongitude}) / 2), 2))))");
}
