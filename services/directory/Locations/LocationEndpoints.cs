namespace Tiltas.Directory.Locations;

internal static class LocationEndpoints
{
    public static void MapLocations(this IEndpointRouteBuilder app)
    {
        var locations = app.MapGroup("/v1/locations");
        PutLocation.Map(locations);
        WithdrawLocation.Map(locations);
        ListLocations.Map(locations);
        ReadLocation.Map(locations);
    }
}
