using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Identification.Country;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Screenings;

/// <summary>POST /v1/screenings: an agency records what it observed, and is told what that speaks to.</summary>
public sealed class RecordScreening(IdentificationStore db, IndicatorSets sets, CountryData country, Door door, TimeProvider time)
{
    public sealed record Answer
    {
        public required string Indicator { get; init; }
        public required Observation Observation { get; init; }
    }

    public sealed record Request
    {
        public required SubjectRef Subject { get; init; }
        public required string Set { get; init; }
        public required int SetVersion { get; init; }
        public required AgeBand AgeBand { get; init; }

        /// <summary>A municipality by its ISO 3166-2 code, or a border point of the country.</summary>
        public string? Place { get; init; }
        public string? Language { get; init; }

        /// <summary>Whether an interpreter took part; null when that is not said.</summary>
        public bool? Interpreter { get; init; }
        public required Answer?[] Answers { get; init; }
    }

    public sealed record Recorded
    {
        public required ScreeningId ScreeningId { get; init; }
        public required Fired[] Explanation { get; init; }
        public required Covered Covered { get; init; }
    }

    private sealed record Kept(ScreeningId ScreeningId);

    public async Task<Result<Recorded>> Handle(Caller caller, IdempotencyKey key, Request request, CancellationToken stop)
    {
        var read = Read(request);
        if (read.Error is { } error) return error;
        var (set, observed, notObserved) = read.Value;

        Result<Kept> kept;
        try
        {
            kept = await Once.Do<Kept>(db, time, caller.Agency, key, "record-screening", request, async () =>
            {
                if ((await door.TypeOf(caller.Agency, stop)).Error is { } inactive) return inactive;
                if (await door.Refuses(caller.Agency, request.Subject, stop) is { } refusal) return refusal;
                return Add(caller.Agency, request, set.Hash, observed, notObserved);
            }, stop);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { ConstraintName: "screenings_set" })
        {
            return ScreeningErrors.SetReplaced;
        }
        if (kept.Error is { } refused) return refused;

        return new Recorded
        {
            ScreeningId = kept.Value.ScreeningId,
            Explanation = Explanation.Of(set.Content, observed),
            Covered = Explanation.Coverage(set.Content, request.AgeBand, observed, notObserved),
        };
    }

    private Result<(UsedVersion<IndicatorSet> Set, HashSet<string> Observed, HashSet<string> NotObserved)> Read(Request request)
    {
        var chosen = sets.ToUse(request.Set, request.SetVersion);
        if (chosen.Error is { } error) return error;
        if (request.Place is { } place && !country.IsPlace(place)) return ScreeningErrors.UnknownPlace;
        if (request.Language is { } language && !Languages.Contains(language)) return ScreeningErrors.WrongLanguage;

        var open = chosen.Value.Content.Indicators.Select(indicator => indicator.Code).ToHashSet(StringComparer.Ordinal);
        var all = open.ToHashSet(StringComparer.Ordinal);
        HashSet<string> observed = new(StringComparer.Ordinal), notObserved = new(StringComparer.Ordinal);
        for (var i = 0; i < request.Answers.Length; i++)
        {
            if (request.Answers[i] is not { } answer) return ScreeningErrors.NoAnswer(i);
            if (!open.Remove(answer.Indicator)) return all.Contains(answer.Indicator) ? ScreeningErrors.AnsweredTwice(i) : ScreeningErrors.NotInSet(i);
            if (answer.Observation == Observation.Observed) observed.Add(answer.Indicator);
            else if (answer.Observation == Observation.NotObserved) notObserved.Add(answer.Indicator);
        }
        return (chosen.Value, observed, notObserved);
    }

    private Kept Add(AgencyId agency, Request request, string hash, HashSet<string> observed, HashSet<string> notObserved)
    {
        var now = time.GetUtcNow();
        var id = ScreeningId.From(Guid.CreateVersion7(now));
        db.Add(new ScreeningRow
        {
            Id = id, Subject = request.Subject, Agency = agency, SetId = request.Set, SetVersion = request.SetVersion, SetHash = hash,
            AgeBand = request.AgeBand, Place = request.Place, Language = request.Language, Interpreter = request.Interpreter, At = now,
            Observed = [.. observed.Order(StringComparer.Ordinal)], NotObserved = [.. notObserved.Order(StringComparer.Ordinal)],
        });
        db.Publish(new ScreeningRecorded { Screening = id, Subject = request.Subject, Agency = agency, Set = request.Set, SetVersion = request.SetVersion, At = now }, time);
        return new Kept(id);
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/screenings", async (Caller caller, IdempotencyKey key, Request request, RecordScreening handler, CancellationToken stop) =>
            (await handler.Handle(caller, key, request, stop)).ToHttp(recorded => Results.Created($"/v1/screenings/{recorded.ScreeningId}", recorded)));
}
