using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
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
/// <c>POST /v1/memoranda/{id}/draft/sign</c>: a party signs one revision of a draft and one document. The last signature makes it the
/// memorandum, in force from its first day on. The same signature again changes nothing.
/// </summary>
internal static class SignMemorandum
{
    public sealed record Request
    {
        public int? Revision { get; init; }
        public string? DocumentHash { get; init; }
        public string? Office { get; init; }
        public string? Signatory { get; init; }
    }

    public abstract record Outcome
    {
        private Outcome() { }

        public sealed record Signed(Draft Draft) : Outcome;
        public sealed record InForce(Memorandum Memorandum) : Outcome;
        public sealed record AlreadySigned(Draft Draft) : Outcome;
        public sealed record AlreadyInForce(Memorandum Memorandum) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    /// <summary>The draft while signatures are missing; the memorandum once there are all.</summary>
    public sealed record Answer
    {
        public required Draft? Draft { get; init; }
        public required Memorandum? Memorandum { get; init; }
    }

    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapPost("/{id}/draft/sign",
        async (string id, Request request, Caller caller, DirectoryStore db, OutboxBell bell, Country country, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, request, caller, db, bell, country, time, stop)).ToHttp(Results.Ok)).RequireRole(Roles.Agency);

    public static async Task<Result<Answer>> Handle(
        string id, Request request, Caller caller, DirectoryStore db, OutboxBell bell, Country country, TimeProvider time, CancellationToken stop)
    {
        var wanted = Read(request, caller.Agency, country);
        if (wanted.Error is { } error) return error;
        if (!ReservedId.TryParse(id, out var memorandum)) return MemorandumErrors.NoDraft;

        return await Sign(memorandum, wanted.Value, caller, db, bell, time, stop) switch
        {
            Outcome.Signed { Draft: var draft } => new Answer { Draft = draft, Memorandum = null },
            Outcome.AlreadySigned { Draft: var draft } => new Answer { Draft = draft, Memorandum = null },
            Outcome.InForce { Memorandum: var inForce } => new Answer { Draft = null, Memorandum = inForce },
            Outcome.AlreadyInForce { Memorandum: var inForce } => new Answer { Draft = null, Memorandum = inForce },
            Outcome.Refused refused => refused.Error,
            _ => throw new UnreachableException(),
        };
    }

    public static Result<Signature> Read(Request request, AgencyId by, Country country)
    {
        var fields = new FieldReader(country);
        var signature = new Signature
        {
            Agency = by,
            Revision = fields.Required(request.Revision, "$.revision"),
            DocumentHash = TermsInput.DocumentHash(fields, request.DocumentHash, "$.documentHash"),
            Office = Reference(fields, request.Office, "$.office", text => Slug.TryParse<AgencyId>(text, out _)),
            Signatory = Reference(fields, request.Signatory, "$.signatory", text => text.Length is >= 1 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')),
            SignedAt = default,
        };
        return fields.Error is { } error ? error : signature;
    }

    private static string Reference(FieldReader fields, string? text, string field, Func<string, bool> isOne) =>
        text is null ? fields.Fail<string>(FieldErrors.Missing(field)) : isOne(text) ? text : fields.Fail<string>(MemorandumErrors.Signatory(field));

    /// <param name="draft">What is to be signed; null when there is none any more.</param>
    /// <param name="current">The memorandum as it stands.</param>
    /// <param name="wanted">The signature; its time is not yet known.</param>
    /// <param name="standings">Of the signers.</param>
    /// <param name="now">The directory's clock.</param>
    public static Outcome Decide(Draft? draft, Memorandum? current, Signature wanted, IReadOnlyDictionary<AgencyId, AgencyStanding> standings, DateTimeOffset now)
    {
        if (current?.Signatures is { } given && Array.Exists(given, one => IsTheSame(one, wanted))) return new Outcome.AlreadyInForce(current);
        if (draft is null || !draft.Signers.Contains(wanted.Agency)) return new Outcome.Refused(MemorandumErrors.NoDraft);
        if (standings.GetValueOrDefault(wanted.Agency, AgencyStanding.Removed) != AgencyStanding.Active) return new Outcome.Refused(MemorandumErrors.NotActive);
        if (current is { EndedOn: not null }) return new Outcome.Refused(MemorandumErrors.Ended);
        if (draft.Replaces != current?.TermsVersion) return new Outcome.Refused(MemorandumErrors.Outdated);
        if (wanted.Revision != draft.Revision) return new Outcome.Refused(MemorandumErrors.OtherRevision);
        if (wanted.DocumentHash != draft.DocumentHash) return new Outcome.Refused(MemorandumErrors.OtherDocument);
        if (Array.Find(draft.Signatures, one => one.Agency == wanted.Agency) is { } before)
            return IsTheSame(before, wanted) ? new Outcome.AlreadySigned(draft) : new Outcome.Refused(MemorandumErrors.SignedOtherwise);
        if (draft.Parties.Any(party => standings.GetValueOrDefault(party, AgencyStanding.Removed) == AgencyStanding.Removed)) return new Outcome.Refused(MemorandumErrors.PartyRemoved);

        var next = draft with
        {
            Version = draft.Version + 1,
            Signatures = [.. draft.Signatures.Append(wanted with { SignedAt = now }).OrderBy(one => one.Agency.Value, StringComparer.Ordinal)],
        };
        return next.Awaited is [] ? new Outcome.InForce(Become(next, current, now)) : new Outcome.Signed(next);
    }

    private static bool IsTheSame(Signature one, Signature other) => one == other with { SignedAt = one.SignedAt };

    /// <summary>A suspension is of the memorandum, not of its terms: new terms do not lift it.</summary>
    private static Memorandum Become(Draft draft, Memorandum? current, DateTimeOffset now)
    {
        var (version, flat) = ((current?.Version ?? 0) + 1, Flat.Of(draft.Clauses));
        return new Memorandum
        {
            Id = draft.Id, Version = version, TermsVersion = version, Parties = draft.Parties, Clauses = draft.Clauses,
            DataClasses = flat.DataClasses, Purposes = flat.Purposes, Needs = flat.Needs, ValidFrom = draft.ValidFrom, ValidTo = draft.ValidTo,
            AtEnd = draft.AtEnd, FinishDays = draft.FinishDays, Title = draft.Title, DocumentHash = draft.DocumentHash, Source = null, Illustrative = draft.Illustrative,
            ChangedAt = now, EndedOn = null, Suspensions = current?.Suspensions ?? [], Signatures = draft.Signatures,
        };
    }

    private static async Task<Outcome> Sign(MemorandumId id, Signature wanted, Caller caller, DirectoryStore db, OutboxBell bell, TimeProvider time, CancellationToken stop)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var draft = await db.LockedDraft(id, stop);
        var current = await db.Locked(id, stop);
        var signers = draft?.Signers ?? [caller.Agency];
        var standings = await db.Agencies.Where(agency => signers.Contains(agency.Id)).Select(agency => new { agency.Id, agency.Standing })
            .ToDictionaryAsync(agency => agency.Id, agency => agency.Standing, stop);
        var outcome = Decide(draft, current, wanted, standings, time.Moment());
        switch (outcome)
        {
            case Outcome.Signed { Draft: var next }:
                db.Entry(draft!).CurrentValues.SetValues(next);
                break;
            case Outcome.InForce { Memorandum: var next }:
                db.Remove(draft!);
                db.Keep(current, next, Change.SignedByAll, caller.Agency, time);
                break;
            case Outcome.AlreadySigned or Outcome.AlreadyInForce or Outcome.Refused: return outcome;
            default: throw new UnreachableException();
        }
        await db.Save(caller, time, stop);
        await transaction.CommitAsync(stop);
        bell.Wake();
        return outcome;
    }
}
