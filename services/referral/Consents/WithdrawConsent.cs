using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Referrals;
using Tiltas.Referral.Storage;
using Tiltas.Referral.Subjects;

namespace Tiltas.Referral.Consents;

/// <summary>The person takes consent back: from this commit on nothing is disclosed under it, and every recipient is told for which referral.</summary>
internal static class WithdrawConsent
{
    internal sealed record Answer(ConsentId ConsentId, DateTimeOffset WithdrawnAt);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/subjects/{subject}/consents/{consent}/withdraw",
        async (SubjectRef subject, ConsentId consent, Caller caller, ReferralStore db, OutboxBell bell, CountryCalendar calendar, TimeProvider time, CancellationToken stop) =>
            (await Handle(subject, consent, caller, db, bell, calendar, time, stop)).ToHttp(Results.Ok));

    internal static async Task<Result<Answer>> Handle(
        SubjectRef subject, ConsentId id, Caller caller, ReferralStore db, OutboxBell bell, CountryCalendar calendar, TimeProvider time, CancellationToken stop)
    {
        var own = await Subject.Own(db, subject, caller.Agency, stop);
        if (own.Error is { } error) return error;

        // All consents of the person are locked, not this one alone: of two withdrawn at once each would else call its referrals
        // covered by the other. A submission that relies on one of them is waited for, and then seen below.
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var consents = await db.Consents.FromSql($"SELECT * FROM consents WHERE subject = {subject.Value} ORDER BY consent FOR NO KEY UPDATE").ToListAsync(stop);
        if (consents.Find(c => c.Id == id) is not { } consent) return ConsentErrors.NotFound;
        if (consent.WithdrawnAt is { } before) return new Answer(id, before);

        var now = time.GetUtcNow();
        consent.WithdrawnAt = now;
        var referrals = await Reliant(db, consent, consents, calendar.Today(), stop);
        db.Publish(new ConsentWithdrawn
        {
            Consent = id, Subject = subject, Owner = caller.Agency, Recipients = [.. referrals.Select(r => r.Recipient).Distinct()], At = now, Referrals = referrals,
        }, time);
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        bell.Wake();
        return new Answer(id, now);
    }

    private static async Task<ReliantReferral[]> Reliant(ReferralStore db, Consent consent, List<Consent> consents, DateOnly today, CancellationToken stop)
    {
        var relied = await db.Referrals.AsNoTracking()
            .Where(r => r.Subject == consent.Subject && consent.Purposes.Contains(r.Purpose)
                && (consent.Recipients.Contains(r.ToAgency) || db.Agencies.Any(a => a.Agency == r.ToAgency && consent.RecipientTypes.Contains(a.Type))))
            .OrderBy(r => r.Referral)
            .Select(r => new { r.Referral, r.ToAgency, r.Purpose, Type = db.Agencies.Where(a => a.Agency == r.ToAgency).Select(a => a.Type).First() }).ToListAsync(stop);
        return
        [
            .. relied.Select(r =>
            {
                var (covered, until, classes) = Coverage.Of(consents, r.ToAgency, r.Type, r.Purpose, today);
                return new ReliantReferral { Referral = r.Referral, Recipient = r.ToAgency, Covered = covered, CoveredUntil = until, Classes = classes };
            }),
        ];
    }
}
