using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary>
/// <c>PUT /v1/memoranda/{id}/draft</c>: a party drafts a memorandum, or a new version beside the one in force, or changes what it drafted.
/// A change lapses the signatures; the same draft again changes nothing.
/// </summary>
internal static class DraftMemorandum
{
    public sealed record Request
    {
        public AgencyId[]? Parties { get; init; }
        public ClauseInput?[]? Clauses { get; init; }
        public DateOnly? ValidFrom { get; init; }
        public DateOnly? ValidTo { get; init; }
        public TerminationEffect? AtEnd { get; init; }
        public int? FinishDays { get; init; }
        public Dictionary<string, string?>? Title { get; init; }
        public string? DocumentHash { get; init; }
        public string? Illustrative { get; init; }
    }

    /// <summary>What decides besides the two records.</summary>
    /// <param name="InForce">The memorandum as it stands; null when the draft is for a new one.</param>
    /// <param name="Named">The parties in the order of the request.</param>
    /// <param name="Known">Of these, those the directory knows.</param>
    /// <param name="Space">The agency with the longest identifier that the memorandum's begins with.</param>
    /// <param name="Today">The country's calendar.</param>
    /// <param name="LastRevision">The highest that a draft of this memorandum ever had, discarded ones too; 0 for none.</param>
    public sealed record Facts(Memorandum? InForce, AgencyId[] Named, IReadOnlyDictionary<AgencyId, AgencyStanding> Known, AgencyId? Space, DateOnly Today, int LastRevision = 0);

    public abstract record Outcome
    {
        private Outcome() { }

        /// <summary>The record as it is now, or what stands against it.</summary>
        public Result<Draft> Record => this switch
        {
            Drafted one => one.Draft,
            Revised one => one.Draft,
            Unchanged one => one.Draft,
            Refused refused => refused.Error,
            _ => throw new UnreachableException(),
        };

        public sealed record Drafted(Draft Draft) : Outcome;
        public sealed record Revised(Draft Draft) : Outcome;
        public sealed record Unchanged(Draft Draft) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapPut("/{id}/draft",
        async (string id, Request request, Caller caller, DirectoryStore db, Country country, CountryTime calendar, TimeProvider time, CancellationToken stop) =>
        {
            var outcome = await Handle(id, request, caller, db, country, calendar, time, stop);
            return outcome.Record.ToHttp(draft => outcome is Outcome.Drafted ? Results.Created($"/v1/memoranda/{draft.Id}/draft", draft) : Results.Ok(draft));
        }).RequireRole(Roles.Agency);

    public static async Task<Outcome> Handle(
        string id, Request request, Caller caller, DirectoryStore db, Country country, CountryTime calendar, TimeProvider time, CancellationToken stop)
    {
        if (!ReservedId.TryParse(id, out var memorandum)) return new Outcome.Refused(FieldErrors.Id);
        var wanted = Read(memorandum, request, caller.Agency, country);
        if (wanted.Error is { } error) return new Outcome.Refused(error);
        return await FirstPut.Retry(db, () => Put(wanted.Value, request.Parties!, caller, db, calendar, time, stop));
    }

    public static Result<Draft> Read(MemorandumId id, Request request, AgencyId by, Country country)
    {
        var fields = new FieldReader(country);
        var parties = fields.Set(request.Parties, "$.parties", 2, 50);
        var atEnd = fields.Required(request.AtEnd, "$.atEnd");
        var draft = new Draft
        {
            Id = id,
            Version = 0,
            Revision = 0,
            DraftedBy = by,
            Replaces = null,
            Signers = parties,
            Parties = parties,
            Clauses = TermsInput.Clauses(fields, request.Clauses, parties),
            ValidFrom = fields.Date(request.ValidFrom, "$.validFrom"),
            ValidTo = request.ValidTo is null ? null : fields.Date(request.ValidTo, "$.validTo"),
            AtEnd = atEnd,
            FinishDays = TermsInput.FinishDays(fields, atEnd, request.FinishDays),
            Title = fields.Name(request.Title, "$.title"),
            DocumentHash = TermsInput.DocumentHash(fields, request.DocumentHash, "$.documentHash"),
            Illustrative = fields.OptionalLine(request.Illustrative, "$.illustrative", 1000),
            DraftedAt = default,
            Signatures = [],
        };
        if (fields.Error is { } error) return error;
        return draft.ValidTo < draft.ValidFrom ? MemorandumErrors.TermBackwards : draft;
    }

    public static Outcome Decide(Draft? current, Draft wanted, Facts facts, DateTimeOffset now)
    {
        var by = wanted.DraftedBy;
        if (!wanted.Parties.Contains(by) || facts.InForce is { } bound && !bound.Parties.Contains(by)) return new Outcome.Refused(MemorandumErrors.NotAParty);
        if (facts.InForce is { EndedOn: not null }) return new Outcome.Refused(MemorandumErrors.Ended);
        // From the directory's agencies alone, so that a refusal says nothing of drafts that the caller may not see.
        if (facts.InForce is null && facts.Space != by) return new Outcome.Refused(MemorandumErrors.NotInSpace);
        if (current is not null && current.DraftedBy != by) return new Outcome.Refused(MemorandumErrors.OnlyDrafter);

        var stranger = Array.FindIndex(facts.Named, party => !facts.Known.ContainsKey(party));
        if (stranger >= 0) return new Outcome.Refused(MemorandumErrors.NoSuchParty(stranger));
        if (facts.Known.Values.Contains(AgencyStanding.Removed)) return new Outcome.Refused(MemorandumErrors.PartyRemoved);
        if (facts.Known[by] != AgencyStanding.Active) return new Outcome.Refused(MemorandumErrors.NotActive);
        if (facts.InForce is { } before && wanted.ValidFrom > facts.Today && wanted.ValidFrom > before.ValidFrom) return new Outcome.Refused(MemorandumErrors.BeginsLater);

        var next = wanted with
        {
            Version = (current?.Version ?? 0) + 1,
            // Never one that was there before: a signature is of the terms that were read, and a late repetition of it of no other draft.
            Revision = Math.Max(current?.Revision ?? facts.InForce?.Signatures?.Max(signature => signature.Revision) ?? 0, facts.LastRevision) + 1,
            Replaces = facts.InForce?.TermsVersion,
            Signers = [.. wanted.Parties.Union(facts.InForce?.Parties ?? []).OrderBy(party => party.Value, StringComparer.Ordinal)],
            DraftedAt = now,
        };
        return current is null ? new Outcome.Drafted(next) : next.SaysTheSameAs(current) ? new Outcome.Unchanged(current) : new Outcome.Revised(next);
    }

    private static async Task<Outcome> Put(
        Draft wanted, AgencyId[] named, Caller caller, DirectoryStore db, CountryTime calendar, TimeProvider time, CancellationToken stop)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var current = await db.Drafts.SingleOrDefaultAsync(draft => draft.Id == wanted.Id, stop);
        var last = await db.Database.SqlQuery<int?>($"""SELECT max(last) AS "Value" FROM memorandum_revisions WHERE id = {wanted.Id.Value}""").SingleAsync(stop) ?? 0;
        var inForce = await db.Memoranda.AsNoTracking().SingleOrDefaultAsync(memorandum => memorandum.Id == wanted.Id, stop);
        var known = await db.Agencies.Where(agency => named.Contains(agency.Id)).Select(agency => new { agency.Id, agency.Standing })
            .ToDictionaryAsync(agency => agency.Id, agency => agency.Standing, stop);
        var facts = new Facts(inForce, named, known, await OwnAgency.Space(wanted.Id.Value, db, stop), calendar.Day(time.GetUtcNow()), last);
        var outcome = Decide(current, wanted, facts, time.Moment());
        switch (outcome)
        {
            case Outcome.Drafted { Draft: var draft }:
                db.Add(draft);
                await Keep(draft, db, stop);
                break;
            case Outcome.Revised { Draft: var draft }:
                db.Entry(current!).CurrentValues.SetValues(draft);
                await Keep(draft, db, stop);
                break;
            case Outcome.Unchanged or Outcome.Refused: return outcome;
            default: throw new UnreachableException();
        }
        await db.Save(caller, time, stop);
        await transaction.CommitAsync(stop);
        return outcome;
    }

    private static Task<int> Keep(Draft draft, DirectoryStore db, CancellationToken stop) => db.Database.ExecuteSqlAsync($"""
        INSERT INTO memorandum_revisions (id, last) VALUES ({draft.Id.Value}, {draft.Revision})
        ON CONFLICT (id) DO UPDATE SET last = greatest(memorandum_revisions.last, excluded.last)
        """, stop);
}
