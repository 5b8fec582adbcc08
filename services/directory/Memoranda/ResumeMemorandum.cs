using System.Diagnostics;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary>
/// <c>POST /v1/memoranda/{id}/resume</c>: who suspended it lifts its suspension, at once; the registrar may lift another's. Others that stand
/// keep it suspended. Where there is none, nothing changes.
/// </summary>
internal static class ResumeMemorandum
{
    public sealed record Request
    {
        /// <summary>Whose suspension; absent means the caller's own.</summary>
        public AgencyId? Of { get; init; }
    }

    public abstract record Outcome
    {
        private Outcome() { }

        public sealed record Resumed(Memorandum Memorandum) : Outcome;
        public sealed record Unchanged(Memorandum Memorandum) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapPost("/{id}/resume",
        async (string id, Request request, Caller caller, DirectoryStore db, OutboxBell bell, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, request, caller, db, bell, time, stop)).ToHttp(Results.Ok)).RequireRole(Roles.Registrar, Roles.Agency);

    public static async Task<Result<Memorandum>> Handle(string id, Request request, Caller caller, DirectoryStore db, OutboxBell bell, TimeProvider time, CancellationToken stop)
    {
        if (!ReservedId.TryParse(id, out var wanted)) return MemorandumErrors.NotFound;
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var current = await db.Locked(wanted, stop);
        switch (Decide(current, caller, request.Of ?? caller.Agency, time.Moment()))
        {
            case Outcome.Resumed { Memorandum: var memorandum }:
                db.Keep(current, memorandum, Change.Resumed, caller.Agency, time);
                await db.Save(caller, time, stop);
                await transaction.CommitAsync(stop);
                bell.Wake();
                return memorandum.For(caller);
            case Outcome.Unchanged unchanged: return unchanged.Memorandum.For(caller);
            case Outcome.Refused refused: return refused.Error;
            default: throw new UnreachableException();
        }
    }

    public static Outcome Decide(Memorandum? current, Caller caller, AgencyId of, DateTimeOffset now)
    {
        if (current is null) return new Outcome.Refused(MemorandumErrors.NotFound);
        var standing = current.Suspensions ?? [];
        var own = of == caller.Agency && Array.Exists(standing, suspension => suspension.By == of);
        // Who left the memorandum with a suspension behind it may still lift that.
        if (!own && !Discretion.MayStop(caller, current.Parties)) return new Outcome.Refused(MemorandumErrors.NotYoursToStop);
        if (of != caller.Agency && !caller.Has(Roles.Registrar)) return new Outcome.Refused(MemorandumErrors.NotYoursToResume);
        return Array.Exists(standing, suspension => suspension.By == of)
            ? new Outcome.Resumed(current with { Version = current.Version + 1, ChangedAt = now, Suspensions = Array.FindAll(standing, suspension => suspension.By != of) })
            : new Outcome.Unchanged(current);
    }
}
