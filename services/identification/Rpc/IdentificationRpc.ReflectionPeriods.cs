using Grpc.Core;
using Tiltas.Contracts;
using Tiltas.Hosting.Rpc;
using Tiltas.Identification.ReflectionPeriods;
using Tiltas.Protos.Identification.V1;
using Period = Tiltas.Protos.Identification.V1.ReflectionPeriod;

namespace Tiltas.Identification.Rpc;

/// <summary>Reflection periods over gRPC.</summary>
internal sealed partial class IdentificationRpc
{
    public override async Task<StartReflectionPeriodResponse> StartReflectionPeriod(StartReflectionPeriodRequest request, ServerCallContext context) =>
        new() { ReflectionPeriod = await Move(context, request.SubjectRef, request.IdempotencyKey, new ReflectionMove.Start()) };

    public override async Task<PauseReflectionPeriodResponse> PauseReflectionPeriod(PauseReflectionPeriodRequest request, ServerCallContext context) =>
        new() { ReflectionPeriod = await Move(context, request.SubjectRef, request.IdempotencyKey, new ReflectionMove.Pause(RpcRequest.Code<PauseReason>(request.Reason, "reason"))) };

    public override async Task<ResumeReflectionPeriodResponse> ResumeReflectionPeriod(ResumeReflectionPeriodRequest request, ServerCallContext context) =>
        new() { ReflectionPeriod = await Move(context, request.SubjectRef, request.IdempotencyKey, new ReflectionMove.Resume()) };

    public override async Task<ExtendReflectionPeriodResponse> ExtendReflectionPeriod(ExtendReflectionPeriodRequest request, ServerCallContext context) => new()
    {
        ReflectionPeriod = await Move(context, request.SubjectRef, request.IdempotencyKey, new ReflectionMove.Extend(request.Days, RpcRequest.Code<ExtensionReason>(request.Reason, "reason"))),
    };

    public override async Task<EndReflectionPeriodResponse> EndReflectionPeriod(EndReflectionPeriodRequest request, ServerCallContext context) =>
        new() { ReflectionPeriod = await Move(context, request.SubjectRef, request.IdempotencyKey, new ReflectionMove.End(RpcRequest.Code<ReflectionEnd>(request.Reason, "reason"))) };

    public override async Task<GetReflectionPeriodResponse> GetReflectionPeriod(GetReflectionPeriodRequest request, ServerCallContext context)
    {
        var subject = RpcRequest.Id<SubjectRef>(request.SubjectRef, "subject_ref");
        return Shapes.Of((await readReflection.Handle(context.Caller(), subject, context.CancellationToken)).OrThrow());
    }

    private async Task<Period> Move(ServerCallContext context, string subjectRef, string key, ReflectionMove move)
    {
        var subject = RpcRequest.Id<SubjectRef>(subjectRef, "subject_ref");
        return Shapes.Of(subject, (await changeReflection.Handle(context.Caller(), subject, RpcRequest.Key(key), move, context.CancellationToken)).OrThrow());
    }
}
