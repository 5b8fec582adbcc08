using Grpc.Core;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Rpc;
using Tiltas.Identification.Gaps;
using Tiltas.Identification.Information;
using Tiltas.Identification.Statuses;
using Tiltas.Protos.Identification.V1;

namespace Tiltas.Identification.Rpc;

/// <summary>What follows from a status over gRPC: circumstances, what the person is told, what stays open.</summary>
internal sealed partial class IdentificationRpc
{
    public override async Task<TellCircumstancesResponse> TellCircumstances(TellCircumstancesRequest request, ServerCallContext context)
    {
        var subject = RpcRequest.Id<SubjectRef>(request.SubjectRef, "subject_ref");
        return new TellCircumstancesResponse
        {
            Standing = Shapes.Of(subject, (await tellCircumstances.Handle(context.Caller(), subject, RpcRequest.Key(request.IdempotencyKey), new TellCircumstances.Request
            {
                AgeBand = RpcRequest.CodeOrNone<AgeBand>(request.AgeBand, "age_band"),
                Residence = RpcRequest.CodeOrNone<ResidenceStatus>(request.Residence, "residence"),
            }, context.CancellationToken)).OrThrow()),
        };
    }

    public override async Task<RecordInformationResponse> RecordInformation(RecordInformationRequest request, ServerCallContext context)
    {
        var subject = RpcRequest.Id<SubjectRef>(request.SubjectRef, "subject_ref");
        var recorded = (await recordInformation.Handle(context.Caller(), subject, RpcRequest.Key(request.IdempotencyKey), new RecordInformation.Request
        {
            Entitlements = [.. request.Entitlements.Select((one, i) => RpcRequest.Code<Entitlement>(one, $"entitlements[{i}]"))],
            Version = request.Version,
            Language = request.Language,
            Interpreter = request.Interpreter,
            Form = RpcRequest.Code<InformationForm>(request.Form, "form"),
            To = RpcRequest.Code<InformedParty>(request.To, "to"),
        }, context.CancellationToken)).OrThrow();
        return new RecordInformationResponse { InformationId = recorded.InformationId.ToString() };
    }

    public override async Task<GetInformationResponse> GetInformation(GetInformationRequest request, ServerCallContext context)
    {
        var subject = RpcRequest.Id<SubjectRef>(request.SubjectRef, "subject_ref");
        return Shapes.Of((await readInformation.Handle(context.Caller(), subject, context.CancellationToken)).OrThrow());
    }

    public override async Task<ListGapsResponse> ListGaps(ListGapsRequest request, ServerCallContext context)
    {
        SubjectRef? subject = request.SubjectRef.Length == 0 ? null : RpcRequest.Id<SubjectRef>(request.SubjectRef, "subject_ref");
        GapId? after = request.After.Length == 0 ? null : RpcRequest.Id<GapId>(request.After, "after");
        var page = (await listGaps.Handle(context.Caller(), subject, RpcRequest.CodeOrNone<GapKind>(request.Kind, "kind"), after,
            request.PageSize == 0 ? 50 : request.PageSize, context.CancellationToken)).OrThrow();
        return new ListGapsResponse { Gaps = { page.Items.Select(Shapes.Of) }, Next = page.Next?.ToString() ?? "" };
    }
}
