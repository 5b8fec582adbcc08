using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Gaps;

/// <summary>
/// GET /v1/gaps: what stays open too long of all that the caller's agency owes, and of all subjects that it opened; oldest first, a page at a
/// time. GET /v1/subjects/{ref}/gaps: of one subject, for its parties.
/// </summary>
public sealed class ListGaps(IdentificationStore db, Door door, GapRules rules)
{
    public sealed record Answer(IReadOnlyList<Gap> Items, GapId? Next);

    public sealed record Gap
    {
        public required GapId GapId { get; init; }
        public required SubjectRef Subject { get; init; }
        public required GapKind Kind { get; init; }
        public required AgencyId OwedBy { get; init; }
        public required DateTimeOffset Since { get; init; }
        public required DateTimeOffset OpenedAt { get; init; }
        public required SortedDictionary<string, string> Text { get; init; }
        public required DataSource Source { get; init; }

        /// <summary>What of the rule is not from the source, in words.</summary>
        public required string? Illustrative { get; init; }
    }

    public async Task<Result<Answer>> Handle(Caller caller, SubjectRef? subject, GapKind? kind, GapId? after, int limit, CancellationToken stop)
    {
        if (limit is < 1 or > 200) return GapErrors.Limit;
        if (subject is { } one && await door.Refuses(caller.Agency, one, stop) is { } refusal) return refusal;

        var (me, last) = (caller.Agency, after?.Value ?? Guid.Empty);
        var open = subject is { } asked
            ? db.Gaps.FromSql($"""
                SELECT g.* FROM gaps g WHERE closed_at IS NULL AND gap > {last} AND subject = {asked.Value} AND (owed_by = {me.Value} OR seen_by = 'Parties'
                OR seen_by = 'Owner' AND EXISTS (SELECT FROM subject_owners o WHERE o.subject = g.subject AND o.owner = {me.Value}))
                """)
            : db.Gaps.FromSql($"""
                SELECT g.* FROM gaps g WHERE closed_at IS NULL AND gap > {last} AND owed_by = {me.Value}
                UNION
                SELECT g.* FROM subject_owners o JOIN gaps g ON g.subject = o.subject AND g.closed_at IS NULL AND g.gap > {last} AND g.seen_by <> 'OwedBy' WHERE o.owner = {me.Value}
                """);
        if (kind is { } only) open = open.Where(row => row.Kind == only);
        var rows = await open.AsNoTracking().OrderBy(row => row.Gap).Take(limit + 1).ToListAsync(stop);
        var page = rows.Take(limit).Select(Shown).ToList();
        return new Answer(page, rows.Count > limit ? page[^1].GapId : null);
    }

    private Gap Shown(GapRow row) => new()
    {
        GapId = row.Gap, Subject = row.Subject, Kind = row.Kind, OwedBy = row.OwedBy, Since = row.Since, OpenedAt = row.OpenedAt,
        Text = rules[row.Kind].Text, Source = rules[row.Kind].Source, Illustrative = rules[row.Kind].Illustrative,
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/gaps", (string? kind, GapId? after, string? limit, Caller caller, ListGaps handler, CancellationToken stop) =>
            Asked(handler, caller, null, kind, after, limit, stop));
        routes.MapGet("/v1/subjects/{subject}/gaps", (SubjectRef subject, string? kind, GapId? after, string? limit, Caller caller, ListGaps handler, CancellationToken stop) =>
            Asked(handler, caller, subject, kind, after, limit, stop));
    }

    private static async Task<IResult> Asked(ListGaps handler, Caller caller, SubjectRef? subject, string? kind, GapId? after, string? limit, CancellationToken stop)
    {
        if (!int.TryParse(limit ?? "50", NumberStyles.None, CultureInfo.InvariantCulture, out var most)) return new ProblemResult(GapErrors.Limit);
        var wanted = QueryCode.Read<GapKind>(kind, GapErrors.Kind);
        return wanted.Error is { } unknown ? new ProblemResult(unknown) : (await handler.Handle(caller, subject, wanted.Value, after, most, stop)).ToHttp(Results.Ok);
    }
}

/// <summary>What can be wrong with asking for gaps.</summary>
public static class GapErrors
{
    public static readonly Error Limit = new Error.Invalid("TLT-IDN-0100", "The limit is a number from 1 to 200.", "limit");

    public static readonly Error Kind = new Error.Invalid("TLT-IDN-0101", "The filter does not name a kind of gap.", "kind");
}

/// <summary>What must not stay open.</summary>
public static class GapsFeature
{
    public static void AddGaps(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<CountryData>().Gaps);
        services.AddScoped<ListGaps>();
        services.AddHostedService<WatchGaps>();
    }

    public static void MapGaps(this IEndpointRouteBuilder routes) => ListGaps.Map(routes);
}
