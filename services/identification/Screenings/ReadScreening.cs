using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Screenings;

/// <summary>GET /v1/screenings/{id}: for the agency that made it; any other is answered as if there were none.</summary>
public sealed class ReadScreening(IdentificationStore db, IndicatorSets sets)
{
    public sealed record Screening
    {
        public required ScreeningId ScreeningId { get; init; }
        public required SubjectRef Subject { get; init; }
        public required string Set { get; init; }
        public required int SetVersion { get; init; }
        public required AgeBand AgeBand { get; init; }
        public required string? Place { get; init; }
        public required string? Language { get; init; }
        public required bool? Interpreter { get; init; }
        public required DateTimeOffset At { get; init; }
        public required RecordScreening.Answer[] Answers { get; init; }
        public required Fired[] Explanation { get; init; }
        public required Covered Covered { get; init; }
    }

    public async Task<Result<Screening>> Handle(Caller caller, ScreeningId id, CancellationToken stop)
    {
        var row = await db.Screenings.AsNoTracking().SingleOrDefaultAsync(screening => screening.Id == id && screening.Agency == caller.Agency, stop);
        if (row is null) return ScreeningErrors.NoSuchScreening;

        var set = sets.Used(row.SetId, row.SetVersion);
        HashSet<string> observed = new(row.Observed, StringComparer.Ordinal), notObserved = new(row.NotObserved, StringComparer.Ordinal);
        return new Screening
        {
            ScreeningId = row.Id, Subject = row.Subject, Set = row.SetId, SetVersion = row.SetVersion,
            AgeBand = row.AgeBand, Place = row.Place, Language = row.Language, Interpreter = row.Interpreter, At = row.At,
            Answers = [.. set.Indicators.Select(indicator => new RecordScreening.Answer
            {
                Indicator = indicator.Code,
                Observation = observed.Contains(indicator.Code) ? Observation.Observed
                    : notObserved.Contains(indicator.Code) ? Observation.NotObserved : Observation.NotAsked,
            })],
            Explanation = Explanation.Of(set, observed),
            Covered = Explanation.Coverage(set, row.AgeBand, observed, notObserved),
        };
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/screenings/{id}", async (Caller caller, ScreeningId id, ReadScreening handler, CancellationToken stop) =>
            (await handler.Handle(caller, id, stop)).ToHttp(Results.Ok));
}
