using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary><c>PUT /v1/memoranda/{id}</c>: puts a memorandum in force or amends it. One that was ended stays ended.</summary>
internal static class PutMemorandumInForce
{
    public sealed record Request
    {
        public AgencyId[]? Parties { get; init; }
        public DataClass[]? DataClasses { get; init; }
        public Purpose[]? Purposes { get; init; }
        public Need[]? Needs { get; init; }
        public DateOnly? ValidFrom { get; init; }
        public DateOnly? ValidTo { get; init; }
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

    public static async Task<IResult> Handle(string id, Request request, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<MemorandumId>(id, out var memorandum)) return new ProblemResult(FieldErrors.Id);
        var wanted = Read(memorandum, request, country);
        if (wanted.Error is { } error) return new ProblemResult(error);

        return await FirstPut.Retry(db, () => Put(wanted.Value, request.Parties!, db, time, stop)) switch
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
        var memorandum = new Memorandum
        {
            Id = id,
            Version = 0,
            Parties = fields.Set(request.Parties, "$.parties", 2, 50),
            DataClasses = fields.Set(request.DataClasses, "$.dataClasses", 1, 50),
            Purposes = fields.Set(request.Purposes, "$.purposes", 1, 50),
            Needs = fields.Set(request.Needs ?? [], "$.needs", 0, 50),
            ValidFrom = fields.Date(request.ValidFrom, "$.validFrom"),
            ValidTo = request.ValidTo is null ? null : fields.Date(request.ValidTo, "$.validTo"),
            Title = fields.Name(request.Title, "$.title"),
            Source = fields.Source(request.Source, "$.source"),
            Illustrative = fields.OptionalLine(request.Illustrative, "$.illustrative", 1000),
            ChangedAt = default,
            EndedOn = null,
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

        var next = wanted with { Version = (current?.Version ?? 0) + 1, ChangedAt = now };
        return current is null ? new Outcome.InForce(next) : new Outcome.Amended(next);
    }

    private static async Task<Outcome> Put(Memorandum wanted, AgencyId[] named, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        var current = await db.Memoranda.SingleOrDefaultAsync(memorandum => memorandum.Id == wanted.Id, stop);
        var known = await db.Agencies.Where(agency => named.Contains(agency.Id)).Select(agency => new { agency.Id, agency.Standing })
            .ToDictionaryAsync(agency => agency.Id, agency => agency.Standing, stop);
        var outcome = Decide(current, wanted, named, known, time.Moment());
        switch (outcome)
        {
            case Outcome.InForce { Memorandum: var memorandum }:
                db.Add(memorandum);
                Publish(memorandum, db, time);
                break;
            case Outcome.Amended { Memorandum: var memorandum }:
                db.Entry(current!).CurrentValues.SetValues(memorandum);
                Publish(memorandum, db, time);
                break;
            case Outcome.Unchanged or Outcome.Refused: return outcome;
            default: throw new UnreachableException();
        }
        await db.SaveChangesAsync(stop);
        return outcome;
    }

    private static void Publish(Memorandum memorandum, DirectoryStore db, TimeProvider time) => db.Publish(new MemorandumInForce
    {
        Memorandum = memorandum.Id, Version = memorandum.Version, Parties = memorandum.Parties, DataClasses = memorandum.DataClasses,
        Purposes = memorandum.Purposes, Needs = memorandum.Needs, ValidFrom = memorandum.ValidFrom, ValidTo = memorandum.ValidTo, At = memorandum.ChangedAt,
    }, time);
}
