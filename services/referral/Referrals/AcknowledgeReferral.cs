using Tiltas.Contracts;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Referrals;

/// <summary>The recipient says that it knows of the referral; the clock for the first sign of receipt stops.</summary>
internal static class AcknowledgeReferral
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/referrals/{id}/acknowledge",
        async (ReferralId id, Caller caller, ReferralStore db, OutboxBell bell, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, caller, db, bell, time, stop)).ToHttp(Results.Ok));

    internal static Task<Result<ReferralView>> Handle(
        ReferralId id, Caller caller, ReferralStore db, OutboxBell bell, TimeProvider time, CancellationToken stop) =>
        Moves.Make(db, bell, time, id, caller, "acknowledge", referral => referral.Acknowledge(caller.Agency), (next, now) => new ReferralAcknowledged
        {
            Referral = next.Id, Version = next.Version, Subject = next.Subject, From = next.From, To = next.To, Urgency = next.Urgency, At = now,
        }, stop);
}
