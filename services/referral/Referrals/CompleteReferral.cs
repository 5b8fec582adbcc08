using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Referrals;

/// <summary>The help ended; the loop is closed with an outcome.</summary>
internal static class CompleteReferral
{
    internal sealed record Request
    {
        public required Outcome Outcome { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/referrals/{id}/complete",
        async (ReferralId id, Request request, Caller caller, ReferralStore db, OutboxBell bell, TimeProvider time, CancellationToken stop) =>
            (await Handle(id, request, caller, db, bell, time, stop)).ToHttp(Results.Ok));

    internal static Task<Result<ReferralView>> Handle(
        ReferralId id, Request request, Caller caller, ReferralStore db, OutboxBell bell, TimeProvider time, CancellationToken stop) =>
        Moves.Make(db, bell, time, id, caller, "complete", referral => referral.Complete(caller.Agency, request.Outcome), (next, now) => new ReferralCompleted
        {
            Referral = next.Id, Version = next.Version, Subject = next.Subject, From = next.From, To = next.To, Urgency = next.Urgency, Outcome = request.Outcome, At = now,
        }, stop);
}
