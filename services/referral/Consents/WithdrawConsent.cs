using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Storage;
using Tiltas.Referral.Subjects;

namespace Tiltas.Referral.Consents;

/// <summary>The person takes consent back: from this commit on nothing is disclosed under it, and every recipient is told.</summary>
internal static class WithdrawConsent
{
    internal sealed record Answer(ConsentId ConsentId, DateTimeOffset WithdrawnAt);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/subjects/{subject}/consents/{consent}/withdraw",
        async (SubjectRef subject, ConsentId consent, Caller caller, ReferralStore db, TimeProvider time, CancellationToken stop) =>
            (await Handle(subject, consent, caller, db, time, stop)).ToHttp(Results.Ok));

    private static async Task<Result<Answer>> Handle(SubjectRef subject, ConsentId id, Caller caller, ReferralStore db, TimeProvider time, CancellationToken stop)
    {
        var own = await Subject.Own(db, subject, caller.Agency, stop);
        if (own.Error is { } error) return error;
        if (await db.Consents.SingleOrDefaultAsync(c => c.Id == id && c.Subject == subject, stop) is not { } consent) return ConsentErrors.NotFound;
        if (consent.WithdrawnAt is { } before) return new Answer(id, before);

        var now = time.GetUtcNow();
        consent.WithdrawnAt = now;
        var recipients = await db.Referrals.AsNoTracking()
            .Where(r => r.Subject == subject && consent.Purposes.Contains(r.Purpose)
                && (consent.Recipients.Contains(r.ToAgency) || db.Agencies.Any(a => a.Agency == r.ToAgency && consent.RecipientTypes.Contains(a.Type))))
            .Select(r => r.ToAgency).Distinct().ToArrayAsync(stop);
        db.Publish(new ConsentWithdrawn { Consent = id, Subject = subject, Owner = caller.Agency, Recipients = recipients, At = now }, time);
        await db.SaveChangesAsync(stop);
        return new Answer(id, now);
    }
}
