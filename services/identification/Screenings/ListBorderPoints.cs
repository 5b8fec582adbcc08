using Tiltas.Identification.Country;

namespace Tiltas.Identification.Screenings;

/// <summary>GET /v1/border-points: where people are met at the border, to be named as the place of a screening.</summary>
public static class ListBorderPoints
{
    public sealed record PointList
    {
        public required IReadOnlyList<BorderPoint> Items { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/border-points", (CountryData country) => Results.Ok(new PointList { Items = country.BorderPoints }));
}
