using Grpc.Core;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Rpc;
using Tiltas.Hosting.Sealing;
using Tiltas.Protos.Referral.V1;
using Tiltas.Referral.Referrals;
using Tiltas.Referral.Returns;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Rpc;

/// <summary>Referrals over gRPC: the same use cases as over HTTP. Subjects, consent and dossiers: the other part.</summary>
internal sealed partial class ReferralsRpc(
    ReferralStore db, SubmitReferral submitReferral, OutboxBell bell, Seal seal, CountryCalendar calendar, TimeProvider time) : Protos.Referral.V1.Referrals.ReferralsBase
{
    public override async Task<SubmitReferralResponse> SubmitReferral(SubmitReferralRequest request, ServerCallContext context)
    {
        var answer = (await submitReferral.Run(new SubmitReferral.Request
        {
            Subject = RpcRequest.Id<SubjectRef>(request.SubjectRef, "subject_ref"),
            To = RpcRequest.Slug<AgencyId>(request.ToAgencyId, "to_agency_id"),
            Need = RpcRequest.Code<Need>(request.Need, "need"),
            Purpose = RpcRequest.Code<Purpose>(request.Purpose, "purpose"),
            Urgency = RpcRequest.Code<Urgency>(request.Urgency, "urgency"),
            ReturnOverride = RpcRequest.CodeOrNone<ReturnOverride>(request.ReturnOverride, "return_override"),
        }, context.Caller(), RpcRequest.Key(request.IdempotencyKey))).OrThrow();
        return new SubmitReferralResponse
        {
            ReferralId = answer.ReferralId.ToString(), AcknowledgeBy = answer.AcknowledgeBy.ToProto(), DecideBy = answer.DecideBy.ToProto(), CompleteBy = answer.CompleteBy.ToProto(),
        };
    }

    public override async Task<GetReferralResponse> GetReferral(GetReferralRequest request, ServerCallContext context)
    {
        var answer = (await ReadReferral.Handle(IdOf(request.ReferralId), context.Caller(), db, context.CancellationToken)).OrThrow();
        return new GetReferralResponse { Referral = Shapes.Of(answer.Referral), History = { answer.History.Select(Shapes.Of) } };
    }

    public override async Task<ListReferralsResponse> ListReferrals(ListReferralsRequest request, ServerCallContext context)
    {
        var role = request.Role switch
        {
            ListReferralsRequest.Types.Role.Unspecified => null,
            ListReferralsRequest.Types.Role.Sent => "sent",
            ListReferralsRequest.Types.Role.Received => "received",
            _ => throw RpcRequest.Wrong("This code is not in the list.", "role"),
        };
        var answer = (await Referrals.ListReferrals.Handle(
            role,
            RpcRequest.CodeOrNone<ReferralStatus>(request.Status, "status")?.ToString(),
            request.PageToken.Length == 0 ? null : RpcRequest.Id<ReferralId>(request.PageToken, "page_token"),
            RpcRequest.PageSize(request.PageSize, 50, 200), context.Caller(), db, context.CancellationToken)).OrThrow();
        return new ListReferralsResponse { Referrals = { answer.Items.Select(Shapes.Of) }, NextPageToken = answer.Next?.ToString() ?? "" };
    }

    public override async Task<AcknowledgeReferralResponse> AcknowledgeReferral(AcknowledgeReferralRequest request, ServerCallContext context) =>
        new() { Referral = Shapes.Of((await Referrals.AcknowledgeReferral.Handle(IdOf(request.ReferralId), context.Caller(), db, bell, time, context.CancellationToken)).OrThrow()) };

    public override async Task<AcceptReferralResponse> AcceptReferral(AcceptReferralRequest request, ServerCallContext context) =>
        new() { Referral = Shapes.Of((await Referrals.AcceptReferral.Handle(IdOf(request.ReferralId), context.Caller(), db, bell, calendar, time, context.CancellationToken)).OrThrow()) };

    public override async Task<DeclineReferralResponse> DeclineReferral(DeclineReferralRequest request, ServerCallContext context) => new()
    {
        Referral = Shapes.Of((await Referrals.DeclineReferral.Handle(
            IdOf(request.ReferralId), new DeclineReferral.Request { Code = RpcRequest.Code<DeclineCode>(request.Code, "code") }, context.Caller(), db, bell, time, context.CancellationToken)).OrThrow()),
    };

    public override async Task<StartServiceResponse> StartService(StartServiceRequest request, ServerCallContext context) =>
        new() { Referral = Shapes.Of((await Referrals.StartService.Handle(IdOf(request.ReferralId), context.Caller(), db, bell, calendar, time, context.CancellationToken)).OrThrow()) };

    public override async Task<CompleteReferralResponse> CompleteReferral(CompleteReferralRequest request, ServerCallContext context) => new()
    {
        Referral = Shapes.Of((await Referrals.CompleteReferral.Handle(
            IdOf(request.ReferralId), new CompleteReferral.Request { Outcome = RpcRequest.Code<Outcome>(request.Outcome, "outcome") }, context.Caller(), db, bell, time, context.CancellationToken)).OrThrow()),
    };

    public override async Task<WithdrawReferralResponse> WithdrawReferral(WithdrawReferralRequest request, ServerCallContext context) => new()
    {
        Referral = Shapes.Of((await Referrals.WithdrawReferral.Handle(
            IdOf(request.ReferralId), new WithdrawReferral.Request { Reason = RpcRequest.Code<WithdrawReason>(request.Reason, "reason") }, context.Caller(), db, bell, time, context.CancellationToken)).OrThrow()),
    };

    private static ReferralId IdOf(string text) => RpcRequest.Id<ReferralId>(text, "referral_id");
}
