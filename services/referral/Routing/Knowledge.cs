using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Referrals;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Routing;

/// <summary>What a decision rests on, as it stands at this moment.</summary>
internal static class Knowledge
{
    /// <summary>
    /// The facts about one referral. Its consents stay locked until the transaction ends: a withdrawal that is under way is waited
    /// for, and one that comes later is acknowledged only after what was decided here. Locked in the order of their ids, as everywhere.
    /// </summary>
    public static async Task<Facts> Of(ReferralStore db, ReferralRow row, CountryCalendar calendar, CancellationToken stop)
    {
        var parties = new[] { row.FromAgency.Value, row.ToAgency.Value };
        return new Facts(
            await db.Agencies.AsNoTracking().SingleOrDefaultAsync(a => a.Agency == row.FromAgency, stop),
            await db.Agencies.AsNoTracking().SingleOrDefaultAsync(a => a.Agency == row.ToAgency, stop),
            await db.Consents.FromSql($"SELECT * FROM consents WHERE subject = {row.Subject.Value} AND withdrawn_at IS NULL ORDER BY consent FOR SHARE").AsNoTracking().ToListAsync(stop),
            await Memoranda(db, parties, stop),
            calendar.Today(), calendar.Day(row.SubmittedAt));
    }

    /// <summary>
    /// Null when the agency is active in the directory. Asked before everything by which an agency takes on or lets go more; what
    /// ends or answers something (taking consent back, acknowledging, declining, completing, withdrawing) is open to any, because
    /// a person must not wait for an agency to be reinstated.
    /// </summary>
    public static async Task<Error?> StandingRefuses(ReferralStore db, AgencyId agency, CancellationToken stop) =>
        await db.Agencies.AnyAsync(a => a.Agency == agency && a.Standing == AgencyStanding.Active, stop) ? null : PermissionErrors.NotActive;

    /// <summary>The memoranda to which all of these are parties.</summary>
    public static async Task<List<Agreement>> Memoranda(ReferralStore db, string[] parties, CancellationToken stop) =>
        (await db.Memoranda.FromSql($"SELECT * FROM memoranda WHERE parties @> {parties}").AsNoTracking().ToListAsync(stop)).ConvertAll(memorandum => memorandum.Read());
}
