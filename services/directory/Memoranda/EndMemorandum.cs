using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary><c>POST /v1/memoranda/{id}/end</c>: names the last day in force, past or to come. The same day again changes nothing.</summary>
internal static class EndMemorandum
{
    public sealed record Request
    {
        public DateOnly? On { get; init; }
    }

    public abstract record Outcome
    {
        private Outcome() { }

        public sealed record Ended(Memorandum Memorandum) : Outcome;
        public sealed record Unchanged(Memorandum Memorandum) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapPost("/{id}/end", Handle).RequireRole(Roles.Registrar);

    public static async Task<IResult> Handle(string id, Request request, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop)
    {
        var fields = new FieldReader(country);
        var on = fields.Date(request.On, "$.on");
        if (fields.Error is { } error) return new ProblemResult(error);
        if (!Slug.TryParse<MemorandumId>(id, out var wanted)) return new ProblemResult(MemorandumErrors.NotFound);

        var current = await db.Memoranda.SingleOrDefaultAsync(memorandum => memorandum.Id == wanted, stop);
        switch (Decide(current, on, time.Moment()))
        {
            case Outcome.Ended { Memorandum: var memorandum }:
                db.Entry(current!).CurrentValues.SetValues(memorandum);
                db.Publish(new MemorandumEnded
                {
                    Memorandum = memorandum.Id, Version = memorandum.Version, Parties = memorandum.Parties, DataClasses = memorandum.DataClasses,
                    Purposes = memorandum.Purposes, Needs = memorandum.Needs, ValidFrom = memorandum.ValidFrom, ValidTo = memorandum.ValidTo, At = memorandum.ChangedAt,
                }, time);
                await db.SaveChangesAsync(stop);
                return Results.Ok(memorandum);
            case Outcome.Unchanged unchanged: return Results.Ok(unchanged.Memorandum);
            case Outcome.Refused refused: return new ProblemResult(refused.Error);
            default: throw new UnreachableException();
        }
    }

    public static Outcome Decide(Memorandum? current, DateOnly on, DateTimeOffset now) => current switch
    {
        null => new Outcome.Refused(MemorandumErrors.NotFound),
        { EndedOn: { } day } => day == on ? new Outcome.Unchanged(current) : new Outcome.Refused(MemorandumErrors.EndedOnAnotherDay),
        _ when on < current.ValidFrom => new Outcome.Refused(MemorandumErrors.EndsBeforeItBegins),
        _ when on > current.ValidTo => new Outcome.Refused(MemorandumErrors.EndsAfterItsTerm),
        _ => new Outcome.Ended(current with { Version = current.Version + 1, ChangedAt = now, ValidTo = on, EndedOn = on }),
    };
}
