using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Storage;
using Tiltas.Referral.Subjects;

namespace Tiltas.Referral.Consents;

/// <summary>Every consent of one's own subject, withdrawn ones too, newest first.</summary>
internal static class ListConsents
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/subjects/{subject}/consents",
        async (SubjectRef subject, Caller caller, ReferralStore db, CancellationToken stop) =>
            (await Handle(subject, caller, db, stop)).ToHttp(Results.Ok));

    internal static async Task<Result<Consent[]>> Handle(SubjectRef subject, Caller caller, ReferralStore db, CancellationToken stop)
    {
        var own = await Subject.Own(db, subject, caller.Agency, stop);
        if (own.Error is { } error) return error;
        return await db.Consents.AsNoTracking().Where(c => c.Subject == subject).OrderByDescending(c => c.RecordedAt).ToArrayAsync(stop);
    }
}
