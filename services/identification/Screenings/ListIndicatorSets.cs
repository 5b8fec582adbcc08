using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Screenings;

/// <summary>GET /v1/indicator-sets and /v1/indicator-sets/{id}: the sets to ask by, with their source.</summary>
public static class ListIndicatorSets
{
    public sealed record SetList
    {
        public required SetLine[] Items { get; init; }
    }

    public sealed record SetLine
    {
        public required string Id { get; init; }
        public required int Version { get; init; }
        public required SortedDictionary<string, string> Title { get; init; }
        public required Population Population { get; init; }
        public required DataSource Source { get; init; }
        public required int Indicators { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/indicator-sets", (IndicatorSets sets) => Results.Ok(new SetList
        {
            Items =
            [
                .. sets.Offered.Select(set => new SetLine
                {
                    Id = set.Id, Version = set.Version, Title = set.Title, Population = set.Population, Source = set.Source, Indicators = set.Indicators.Length,
                }),
            ],
        }));
        routes.MapGet("/v1/indicator-sets/{id}", (string id, IndicatorSets sets) =>
            sets.Offered.FirstOrDefault(set => set.Id == id) is { } found ? Results.Ok(found) : new ProblemResult(ScreeningErrors.NoSuchSet));
    }
}
