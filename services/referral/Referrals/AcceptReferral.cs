using Tiltas.Contracts;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Referrals;

/// <summary>The recipient will help, while consent and memorandum cover it. When two accept the same need of one person, the store lets one win.</summary>
internal static class AcceptReferral
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/referrals/{id}/accept",
        async (ReferralId id, Caller caller, ReferralStore db, OutboxBell bell, CountryCalendar calendar, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, caller, db, bell, calendar, time, stop)).ToHttp(Results.Ok));

    internal static Task<Result<ReferralView>> Handle(
        ReferralId id, Caller caller, ReferralStore db, OutboxBell bell, CountryCalendar calendar, TimeProvider time, CancellationToken stop) =>
        Moves.MakeIfPermitted(db, bell, calendar, time, id, caller, "accept", referral => referral.Accept(caller.Agency), (next, now) => new ReferralAccepted
        {
            Referral = next.Id, Version = next.Version, Subject = next.Subject, From = next.From, To = next.To, Urgency = next.Urgency, At = now,
        }, stop);
}
