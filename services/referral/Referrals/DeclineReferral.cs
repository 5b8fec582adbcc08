using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Referrals;

/// <summary>The recipient will not help; the code says why.</summary>
internal static class DeclineReferral
{
    internal sealed record Request
    {
        public required DeclineCode Code { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/referrals/{id}/decline",
        async (ReferralId id, Request request, Caller caller, ReferralStore db, OutboxBell bell, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, request, caller, db, bell, time, stop)).ToHttp(Results.Ok));

    internal static Task<Result<ReferralView>> Handle(
        ReferralId id, Request request, Caller caller, ReferralStore db, OutboxBell bell, TimeProvider time, CancellationToken stop) =>
        Moves.Make(db, bell, time, id, caller, "decline", referral => referral.Decline(caller.Agency, request.Code), (next, now) => new ReferralDeclined
        {
            Referral = next.Id, Version = next.Version, Subject = next.Subject, From = next.From, To = next.To, Urgency = next.Urgency, Code = request.Code, At = now,
        }, stop);
}
