using Tiltas.Contracts;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Referrals;

/// <summary>The help began, while consent and memorandum cover it.</summary>
internal static class StartService
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/referrals/{id}/start",
        async (ReferralId id, Caller caller, ReferralStore db, OutboxBell bell, CountryCalendar calendar, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, caller, db, bell, calendar, time, stop)).ToHttp(Results.Ok));

    internal static Task<Result<ReferralView>> Handle(
        ReferralId id, Caller caller, ReferralStore db, OutboxBell bell, CountryCalendar calendar, TimeProvider time, CancellationToken stop) =>
        Moves.MakeIfPermitted(db, bell, calendar, time, id, caller, "start", referral => referral.Start(caller.Agency), (next, now) => new ServiceStarted
        {
            Referral = next.Id, Version = next.Version, Subject = next.Subject, From = next.From, To = next.To, Urgency = next.Urgency, At = now,
        }, stop);
}
