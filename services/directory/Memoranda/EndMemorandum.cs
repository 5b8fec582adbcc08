using System.Diagnostics;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary>
/// <c>POST /v1/memoranda/{id}/end</c>: a party or the registrar names the last day in force, past or to come. What becomes of referrals that
/// run was agreed before and is told with it: <c>atEnd</c> and, with Finish, <c>finishUntil</c>. The same day again changes nothing.
/// </summary>
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

    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapPost("/{id}/end",
        async (string id, Request request, Caller caller, DirectoryStore db, OutboxBell bell, Country country, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, request, caller, db, bell, country, time, stop)).ToHttp(Results.Ok)).RequireRole(Roles.Registrar, Roles.Agency);

    public static async Task<Result<Memorandum>> Handle(
        string id, Request request, Caller caller, DirectoryStore db, OutboxBell bell, Country country, TimeProvider time, CancellationToken stop)
    {
        var fields = new FieldReader(country);
        var on = fields.Date(request.On, "$.on");
        if (fields.Error is { } error) return error;
        if (!ReservedId.TryParse(id, out var wanted)) return MemorandumErrors.NotFound;

        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var current = await db.Locked(wanted, stop);
        switch (Decide(current, caller, on, time.Moment()))
        {
            case Outcome.Ended { Memorandum: var memorandum }:
                db.Keep(current, memorandum, Change.Ended, caller.Agency, time);
                await db.Save(caller, time, stop);
                await transaction.CommitAsync(stop);
                bell.Wake();
                return memorandum;
            case Outcome.Unchanged unchanged: return unchanged.Memorandum;
            case Outcome.Refused refused: return refused.Error;
            default: throw new UnreachableException();
        }
    }

    public static Outcome Decide(Memorandum? current, Caller caller, DateOnly on, DateTimeOffset now) => current switch
    {
        null => new Outcome.Refused(MemorandumErrors.NotFound),
        _ when !Discretion.MayStop(caller, current.Parties) => new Outcome.Refused(MemorandumErrors.NotYoursToStop),
        { EndedOn: { } day } => day == on ? new Outcome.Unchanged(current) : new Outcome.Refused(MemorandumErrors.EndedOnAnotherDay),
        _ when on < current.ValidFrom => new Outcome.Refused(MemorandumErrors.EndsBeforeItBegins),
        _ when on > current.ValidTo => new Outcome.Refused(MemorandumErrors.EndsAfterItsTerm),
        _ => new Outcome.Ended(current with { Version = current.Version + 1, ChangedAt = now, ValidTo = on, EndedOn = on }),
    };
}
