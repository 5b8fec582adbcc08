using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Referrals;

/// <summary>A referral as its two parties see it.</summary>
internal sealed record ReferralView(
    ReferralId ReferralId, int Version, SubjectRef Subject, AgencyId From, AgencyId To, Need Need, Purpose Purpose, Urgency Urgency, ReferralStatus Status, string? Code,
    DateTimeOffset SubmittedAt, DateTimeOffset AcknowledgeBy, DateTimeOffset DecideBy, DateTimeOffset CompleteBy, Clock? RunningClock, DateTimeOffset? RunningClockDue)
{
    public static ReferralView Of(ReferralRow row) => new(
        row.Referral, row.Version, row.Subject, row.FromAgency, row.ToAgency, row.Need, row.Purpose, row.Urgency, row.Status, row.Code,
        row.SubmittedAt, row.AcknowledgeBy, row.DecideBy, row.CompleteBy, row.Clock, row.ClockDue);
}

/// <summary>State, clocks and history of one referral, for its two parties.</summary>
internal static class ReadReferral
{
    internal sealed record Answer(ReferralView Referral, IReadOnlyList<MoveView> History);

    internal sealed record MoveView(int Version, string Move, AgencyId? By, string? Code, DateTimeOffset At);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/referrals/{id}",
        async (ReferralId id, Caller caller, ReferralStore db, CancellationToken stop) => (await Handle(id, caller, db, stop)).ToHttp(Results.Ok));

    internal static async Task<Result<Answer>> Handle(ReferralId id, Caller caller, ReferralStore db, CancellationToken stop)
    {
        var row = await db.Referrals.AsNoTracking()
            .SingleOrDefaultAsync(r => r.Referral == id && (r.FromAgency == caller.Agency || r.ToAgency == caller.Agency), stop);
        if (row is null) return ReferralErrors.NotFound;

        var moves = await db.Moves.AsNoTracking().Where(m => m.Referral == id).OrderBy(m => m.Version)
            .Select(m => new MoveView(m.Version, m.What, m.ByAgency, m.Code, m.At)).ToListAsync(stop);
        return new Answer(ReferralView.Of(row), [new MoveView(1, "submit", row.FromAgency, null, row.SubmittedAt), .. moves]);
    }
}
