using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Referrals;

/// <summary>The caller's own referrals, sent or received, oldest first, a page at a time.</summary>
internal static class ListReferrals
{
    internal sealed record Answer(IReadOnlyList<ReferralView> Items, ReferralId? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/referrals",
        async (string? role, string? status, ReferralId? after, int? limit, Caller caller, ReferralStore db, CancellationToken stop) =>
            (await Handle(role, status, after, limit ?? 50, caller, db, stop)).ToHttp(Results.Ok));

    internal static async Task<Result<Answer>> Handle(string? role, string? status, ReferralId? after, int limit, Caller caller, ReferralStore db, CancellationToken stop)
    {
        if (limit is < 1 or > 200) return ReferralErrors.Cursor;
        var wanted = QueryCode.Read<ReferralStatus>(status, ReferralErrors.Filter("status"));
        if (wanted.Error is { } unknown) return unknown;
        var from = db.Referrals.FromSql($"SELECT * FROM referrals WHERE referral > {after?.Value ?? Guid.Empty}");
        var own = role switch
        {
            "sent" => from.Where(r => r.FromAgency == caller.Agency),
            "received" => from.Where(r => r.ToAgency == caller.Agency),
            null => from.Where(r => r.FromAgency == caller.Agency || r.ToAgency == caller.Agency),
            _ => null,
        };
        if (own is null) return new Error.Invalid("TLT-REF-0331", "role is 'sent' or 'received'.", "role");
        if (wanted.Value is { } only) own = own.Where(r => r.Status == only);

        var rows = await own.AsNoTracking().OrderBy(r => r.Referral).Take(limit + 1).ToListAsync(stop);
        var page = rows.Take(limit).Select(ReferralView.Of).ToList();
        return new Answer(page, rows.Count > limit ? page[^1].ReferralId : null);
    }
}
