using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary>
/// <c>PUT /v1/memoranda/{id}</c>: the registrar enters a memorandum that was signed on paper, or amends it. One that was ended stays ended,
/// one that is suspended stays suspended.
/// </summary>
internal static class PutMemorandumInForce
{
    public sealed record Request
    {
        public AgencyId[]? Parties { get; init; }
        public DataClass[]? DataClasses { get; init; }
        public Purpose[]? Purposes { get; init; }
        public Need[]? Needs { get; init; }
        /// <summary>Instead of the three lists, which are one clause for all parties alike.</summary>
        public ClauseInput?[]? Clauses { get; init; }
        public DateOnly? ValidFrom { get; init; }
        public DateOnly? ValidTo { get; init; }
        public TerminationEffect? AtEnd { get; init; }
        public int? FinishDays { get; init; }
        public string? DocumentHash { get; init; }
        public Dictionary<string, string?>? Title { get; init; }
        public SourceInput? Source { get; init; }
        public string? Illustrative { get; init; }
    }

    public abstract record Outcome
    {
        private Outcome() { }

        public sealed record InForce(Memorandum Memorandum) : Outcome;
        public sealed record Amended(Memorandum Memorandum) : Outcome;
        public sealed record Unchanged(Memorandum Memorandum) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapPut("/{id}", Handle).RequireRole(Roles.Registrar);

    public static async Task<IResult> Handle(string id, Request request, Caller caller, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop)
    {
        if (!ReservedId.TryParse(id, out var memorandum)) return new ProblemResult(FieldErrors.Id);
        var wanted = Read(memorandum, request, country);
        if (wanted.Error is { } error) return new ProblemResult(error);

        return await FirstPut.Retry(db, () => Put(wanted.Value, request.Parties!, caller, db, time, stop)) switch
        {
            Outcome.InForce inForce => Results.Created($"/v1/memoranda/{memorandum}", inForce.Memorandum),
            Outcome.Amended amended => Results.Ok(amended.Memorandum),
            Outcome.Unchanged unchanged => Results.Ok(unchanged.Memorandum),
            Outcome.Refused refused => new ProblemResult(refused.Error),
            _ => throw new UnreachableException(),
        };
    }

    public static Result<Memorandum> Read(MemorandumId id, Request request, Country country)
    {
        var fields = new FieldReader(country);
        var parties = fields.Set(request.Parties, "$.parties", 2, 50);
        var clauses = Clauses(fields, request, parties);
        var (flat, atEnd) = (Flat.Of(clauses ?? []), request.AtEnd ?? TerminationEffect.Stop);
        var memorandum = new Memorandum
        {
            Id = id,
            Version = 0,
            TermsVersion = 0,
            Parties = parties,
            Clauses = clauses!,
            DataClasses = flat.DataClasses,
            Purposes = flat.Purposes,
            Needs = flat.Needs,
            ValidFrom = fields.Date(request.ValidFrom, "$.validFrom"),
            ValidTo = request.ValidTo is null ? null : fields.Date(request.ValidTo, "$.validTo"),
            AtEnd = atEnd,
            FinishDays = TermsInput.FinishDays(fields, atEnd, request.FinishDays),
            Title = fields.Name(request.Title, "$.title"),
            DocumentHash = request.DocumentHash is null ? null : TermsInput.DocumentHash(fields, request.DocumentHash, "$.documentHash"),
            Source = fields.Source(request.Source, "$.source"),
            Illustrative = fields.OptionalLine(request.Illustrative, "$.illustrative", 1000),
            ChangedAt = default,
            EndedOn = null,
            Suspensions = [],
            Signatures = null,
        };
        if (fields.Error is { } error) return error;
        return memorandum.ValidTo < memorandum.ValidFrom ? MemorandumErrors.TermBackwards : memorandum;
    }

    /// <summary><paramref name="named"/> are the parties in the order of the request, <paramref name="known"/> those the directory knows.</summary>
    public static Outcome Decide(
        Memorandum? current, Memorandum wanted, AgencyId[] named, IReadOnlyDictionary<AgencyId, AgencyStanding> known, DateTimeOffset now)
    {
        if (current is { EndedOn: not null }) return new Outcome.Refused(MemorandumErrors.Ended);
        if (current is not null && wanted.SaysTheSameAs(current)) return new Outcome.Unchanged(current);

        var stranger = Array.FindIndex(named, party => !known.ContainsKey(party));
        if (stranger >= 0) return new Outcome.Refused(MemorandumErrors.NoSuchParty(stranger));
        if (known.Values.Contains(AgencyStanding.Removed)) return new Outcome.Refused(MemorandumErrors.PartyRemoved);

        var version = (current?.Version ?? 0) + 1;
        var next = wanted with { Version = version, TermsVersion = version, ChangedAt = now, Suspensions = current?.Suspensions ?? [] };
        return current is null ? new Outcome.InForce(next) : new Outcome.Amended(next);
    }

    private static Clause[] Clauses(FieldReader fields, Request request, AgencyId[] parties)
    {
        if (request.Clauses is null)
            return Agreement.Whole(fields.Set(request.DataClasses, "$.dataClasses", 1, 50), fields.Set(request.Purposes, "$.purposes", 1, 50), fields.Set(request.Needs ?? [], "$.needs", 0, 50));
        return request is { DataClasses: null, Purposes: null, Needs: null } ? TermsInput.Clauses(fields, request.Clauses, parties) : fields.Fail<Clause[]>(MemorandumErrors.TermsTwice);
    }

    private static async Task<Outcome> Put(Memorandum wanted, AgencyId[] named, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        var current = await db.Memoranda.SingleOrDefaultAsync(memorandum => memorandum.Id == wanted.Id, stop);
        var known = await db.Agencies.Where(agency => named.Contains(agency.Id)).Select(agency => new { agency.Id, agency.Standing })
            .ToDictionaryAsync(agency => agency.Id, agency => agency.Standing, stop);
        var outcome = Decide(current, wanted, named, known, time.Moment());
        switch (outcome)
        {
            case Outcome.InForce { Memorandum: var memorandum }:
                db.Keep(null, memorandum, Change.Entered, caller.Agency, time);
                break;
            case Outcome.Amended { Memorandum: var memorandum }:
                db.Keep(current, memorandum, Change.Entered, caller.Agency, time);
                break;
            case Outcome.Unchanged or Outcome.Refused: return outcome;
            default: throw new UnreachableException();
        }
        await db.Save(caller, time, stop);
        return outcome;
    }
}
