using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Referrals;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Routing;

/// <summary>To whom the caller may refer today, for which help, and which data the memoranda let go along.</summary>
internal static class ListPartners
{
    internal sealed record Partner(AgencyId Agency, AgencyType Type, IReadOnlyList<Need> Offers, IReadOnlyList<Terms> Memoranda);

    /// <summary>One clause by which the caller may send.</summary>
    internal sealed record Terms(MemorandumId Id, DataClass[] DataClasses, Purpose[] Purposes, Need[] Needs, DateOnly? ValidTo, ClauseNumber Clause);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/partners",
        async (string? need, Caller caller, ReferralStore db, CountryCalendar calendar, CancellationToken stop) =>
            (await Handle(need, caller, db, calendar.Today(), stop)).ToHttp(Results.Ok));

    internal static async Task<Result<Partner[]>> Handle(string? code, Caller caller, ReferralStore db, DateOnly today, CancellationToken stop)
    {
        var wanted = QueryCode.Read<Need>(code, ReferralErrors.Filter("need"));
        if (wanted.Error is { } unknown) return unknown;
        if (await Knowledge.StandingRefuses(db, caller.Agency, stop) is { } inactive) return inactive;
        var need = wanted.Value;
        var parties = new[] { caller.Agency.Value };
        var memoranda = (await Knowledge.Memoranda(db, parties, stop)).Where(m => m.Holds(today, today));
        // Clause by clause, in the order of memoranda and paper, and only what lets the caller send.
        var ways = (from m in memoranda.OrderBy(m => m.Memorandum.Value, StringComparer.Ordinal)
                    from clause in m.Clauses
                    where need is null || clause.Serves(need)
                    from other in m.Parties
                    where m.Binds(caller.Agency, other) && clause.Joins(caller.Agency, other) && clause.Purposes.Length > 0
                    select (Agency: other, Terms: new Terms(m.Memorandum, clause.DataClasses, clause.Purposes, clause.Needs, m.ValidTo, clause.Number)))
            .ToLookup(way => way.Agency, way => way.Terms);
        var others = ways.Select(way => way.Key).ToArray();

        var agencies = await db.Agencies.AsNoTracking().Where(a => others.Contains(a.Agency) && a.Standing == AgencyStanding.Active).ToListAsync(stop);
        var services = await db.Services.AsNoTracking().Where(s => others.Contains(s.Agency) && !s.Withdrawn).ToListAsync(stop);
        Partner[] partners = [.. agencies
            .Select(agency => new Partner(agency.Agency, agency.Type,
                [.. services.Where(s => s.Agency == agency.Agency).Select(s => s.Need).Distinct().Order()],
                [.. ways[agency.Agency]]))
            .Where(partner => need is null || partner.Offers.Contains(need.Value))
            .OrderBy(partner => partner.Agency.Value, StringComparer.Ordinal)];
        return partners;
    }
}
