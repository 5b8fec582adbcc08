using System.Diagnostics;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary>
/// <c>POST /v1/memoranda/{id}/suspend</c>: a party or the registrar suspends it from a day on, today unless another is named. Nothing is
/// allowed under it, for running referrals either, until whoever suspended it resumes it.
/// </summary>
internal static class SuspendMemorandum
{
    public sealed record Request
    {
        public SuspensionReason? Reason { get; init; }
        public DateOnly? From { get; init; }
    }

    public abstract record Outcome
    {
        private Outcome() { }

        public sealed record Suspended(Memorandum Memorandum) : Outcome;
        public sealed record Unchanged(Memorandum Memorandum) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapPost("/{id}/suspend",
        async (string id, Request request, Caller caller, DirectoryStore db, OutboxBell bell, Country country, CountryTime calendar, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, request, caller, db, bell, country, calendar, time, stop)).ToHttp(Results.Ok)).RequireRole(Roles.Registrar, Roles.Agency);

    public static async Task<Result<Memorandum>> Handle(
        string id, Request request, Caller caller, DirectoryStore db, OutboxBell bell, Country country, CountryTime calendar, TimeProvider time, CancellationToken stop)
    {
        var fields = new FieldReader(country);
        var reason = fields.Required(request.Reason, "$.reason");
        DateOnly? from = request.From is null ? null : fields.Date(request.From, "$.from");
        if (fields.Error is { } error) return error;
        if (!ReservedId.TryParse(id, out var wanted)) return MemorandumErrors.NotFound;

        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var current = await db.Locked(wanted, stop);
        switch (Decide(current, caller, reason, from, calendar.Day(time.GetUtcNow()), time.Moment()))
        {
            case Outcome.Suspended { Memorandum: var memorandum }:
                db.Keep(current, memorandum, Change.Suspended, caller.Agency, time);
                await db.Save(caller, time, stop);
                await transaction.CommitAsync(stop);
                bell.Wake();
                return memorandum;
            case Outcome.Unchanged unchanged: return unchanged.Memorandum;
            case Outcome.Refused refused: return refused.Error;
            default: throw new UnreachableException();
        }
    }

    /// <summary>One suspension an agency; another reason or day takes its place. One that holds already goes on holding, whatever day is named.</summary>
    public static Outcome Decide(Memorandum? current, Caller caller, SuspensionReason reason, DateOnly? from, DateOnly today, DateTimeOffset now)
    {
        if (current is null) return new Outcome.Refused(MemorandumErrors.NotFound);
        if (!Discretion.MayStop(caller, current.Parties)) return new Outcome.Refused(MemorandumErrors.NotYoursToStop);
        var standing = current.Suspensions ?? [];
        foreach (var own in standing.Where(own => own.By == caller.Agency && own.Reason == reason))
            if (own.From <= today || own.From == from) return new Outcome.Unchanged(current);
        if (from < today) return new Outcome.Refused(MemorandumErrors.SuspendsInThePast);

        // Lifted by resume alone: else a later day would let data go in between.
        var holding = standing.Where(own => own.By == caller.Agency && own.From <= today).Select(own => (DateOnly?)own.From).FirstOrDefault();
        var suspension = new Suspension { By = caller.Agency, Reason = reason, From = holding ?? from ?? today, At = now };
        return new Outcome.Suspended(current with
        {
            Version = current.Version + 1, ChangedAt = now,
            Suspensions = [.. standing.Where(other => other.By != caller.Agency).Append(suspension).OrderBy(other => other.By.Value, StringComparer.Ordinal)],
        });
    }
}
