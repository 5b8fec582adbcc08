using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Memoranda.Rules;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary>
/// <c>GET /v1/memoranda/permitted?from=&amp;to=&amp;purpose=&amp;need=&amp;on=</c>: what one agency may send another, class by class, by which clause;
/// and why not more. What a person has agreed to is asked elsewhere and only takes away. Told to these two, registrars and auditors.
/// </summary>
internal static class ExplainPermitted
{
    public sealed record Answer
    {
        public required AgencyId From { get; init; }
        public required AgencyId To { get; init; }
        public required Purpose Purpose { get; init; }
        /// <summary>Absent when it was not named: then only what goes along whatever the help is allowed.</summary>
        public required Need? Need { get; init; }
        /// <summary>The country's calendar.</summary>
        public required DateOnly On { get; init; }
        /// <summary>Every class of the list.</summary>
        public required IReadOnlyList<Ruling> DataClasses { get; init; }
    }

    public static void Map(IEndpointRouteBuilder memoranda) => memoranda.MapGet("/permitted",
        async (string? from, string? to, string? purpose, string? need, string? on, Caller caller, DirectoryStore db, CountryTime calendar, TimeProvider time, CancellationToken stop) =>
        {
            var today = calendar.Day(time.GetUtcNow());
            var question = Read(from, to, purpose, need, on, today);
            return question.Error is { } error ? new ProblemResult(error) : (await Find(question.Value, caller, db, stop)).ToHttp(Results.Ok);
        });

    public static Result<PermissionQuestion> Read(string? from, string? to, string? purpose, string? need, string? on, DateOnly today)
    {
        if (!Filter.TryId<AgencyId>(from, out var sender) || sender is null) return MemorandumErrors.NoSuchAgency("from");
        if (!Filter.TryId<AgencyId>(to, out var recipient) || recipient is null) return MemorandumErrors.NoSuchAgency("to");
        if (!Filter.TryCode<Purpose>(purpose, out var what) || what is null) return FieldErrors.Filter("purpose");
        if (!Filter.TryCode<Need>(need, out var help)) return FieldErrors.Filter("need");
        var day = today;
        if (on is not null && !(DateOnly.TryParseExact(on, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day) && day.Year is >= 1900 and <= 2199)) return FieldErrors.Date("on");
        return new PermissionQuestion { From = sender.Value, To = recipient.Value, Purpose = what.Value, Need = help, On = day };
    }

    public static async Task<Result<Answer>> Find(PermissionQuestion question, Caller caller, DirectoryStore db, CancellationToken stop)
    {
        if (!Discretion.SeesAll(caller, [question.From, question.To])) return MemorandumErrors.NotYoursToAsk;
        if (question.From == question.To) return MemorandumErrors.ToOneself;
        var asked = new[] { question.From, question.To };
        var standings = await db.Agencies.Where(agency => asked.Contains(agency.Id)).Select(agency => new { agency.Id, agency.Standing })
            .ToDictionaryAsync(agency => agency.Id, agency => agency.Standing, stop);
        if (!standings.ContainsKey(question.From)) return MemorandumErrors.NoSuchAgency("from");
        if (!standings.ContainsKey(question.To)) return MemorandumErrors.NoSuchAgency("to");

        string[] parties = [question.From.Value, question.To.Value];
        var memoranda = await db.Memoranda.FromSql($"SELECT * FROM memoranda WHERE parties @> {parties}").AsNoTracking().ToListAsync(stop);
        var drafts = await db.Drafts.FromSql($"SELECT * FROM memorandum_drafts WHERE parties @> {parties}").AsNoTracking().ToListAsync(stop);
        var rulings = Permitted.Of(question, standings, memoranda.Select(memorandum => memorandum.Agreement), drafts.Select(draft => new Proposal
        {
            Memorandum = draft.Id, Revision = draft.Revision, Parties = draft.Parties, Clauses = draft.Clauses, ValidFrom = draft.ValidFrom, ValidTo = draft.ValidTo, Awaited = draft.Awaited,
        }));
        return new Answer { From = question.From, To = question.To, Purpose = question.Purpose, Need = question.Need, On = question.On, DataClasses = rulings };
    }
}
