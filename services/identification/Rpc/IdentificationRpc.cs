using Grpc.Core;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Rpc;
using Tiltas.Identification.Country;
using Tiltas.Identification.Entitlements;
using Tiltas.Identification.Gaps;
using Tiltas.Identification.Htcds;
using Tiltas.Identification.Information;
using Tiltas.Identification.ReflectionPeriods;
using Tiltas.Identification.Screenings;
using Tiltas.Identification.Statuses;
using Tiltas.Protos.Identification.V1;

namespace Tiltas.Identification.Rpc;

/// <summary>Screenings and statuses over gRPC: the same use cases as over HTTP.</summary>
internal sealed partial class IdentificationRpc(
    IndicatorSets sets, CountryData country, RecordScreening recordScreening, ReadScreening readScreening, ReadTopics readTopics, ChangeStatus changeStatus, ReadStatus readStatus,
    ReadEntitlements readEntitlements, TellCircumstances tellCircumstances, RecordInformation recordInformation, ReadInformation readInformation, ListGaps listGaps,
    ChangeReflection changeReflection, ReadReflection readReflection, OwnRecords ownRecords)
    : Protos.Identification.V1.Identification.IdentificationBase
{
    public override Task<ListIndicatorSetsResponse> ListIndicatorSets(ListIndicatorSetsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListIndicatorSetsResponse { IndicatorSets = { sets.Offered.Select(Shapes.Of) } });

    public override Task<ListBorderPointsResponse> ListBorderPoints(ListBorderPointsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListBorderPointsResponse { BorderPoints = { country.BorderPoints.Select(Shapes.Of) } });

    public override async Task<RecordScreeningResponse> RecordScreening(RecordScreeningRequest request, ServerCallContext context)
    {
        var recorded = (await recordScreening.Handle(context.Caller(), RpcRequest.Key(request.IdempotencyKey), new RecordScreening.Request
        {
            Subject = RpcRequest.Id<SubjectRef>(request.SubjectRef, "subject_ref"),
            Set = request.SetId,
            SetVersion = request.SetVersion,
            AgeBand = RpcRequest.Code<AgeBand>(request.AgeBand, "age_band"),
            Place = RpcRequest.TextOrNone(request.Place),
            Language = RpcRequest.TextOrNone(request.Language),
            Interpreter = request.HasInterpreter ? request.Interpreter : null,
            Answers =
            [
                .. request.Answers.Select((answer, i) => new RecordScreening.Answer
                {
                    Indicator = answer.Indicator, Observation = RpcRequest.Code<Observation>(answer.Observation, $"answers[{i}].observation"),
                }),
            ],
        }, context.CancellationToken)).OrThrow();
        return new RecordScreeningResponse
        {
            ScreeningId = recorded.ScreeningId.ToString(), Explanation = { recorded.Explanation.Select(Shapes.Of) }, Covered = { Shapes.Of(recorded.Covered) },
        };
    }

    public override async Task<GetScreeningResponse> GetScreening(GetScreeningRequest request, ServerCallContext context)
    {
        var id = RpcRequest.Id<ScreeningId>(request.ScreeningId, "screening_id");
        return new GetScreeningResponse { Screening = Shapes.Of((await readScreening.Handle(context.Caller(), id, context.CancellationToken)).OrThrow()) };
    }

    public override async Task<ListScreeningTopicsResponse> ListScreeningTopics(ListScreeningTopicsRequest request, ServerCallContext context)
    {
        var subject = RpcRequest.Id<SubjectRef>(request.SubjectRef, "subject_ref");
        var topics = (await readTopics.Handle(context.Caller(), subject, context.CancellationToken)).OrThrow();
        return new ListScreeningTopicsResponse { Topics = { topics.Items.Select(Shapes.Of) } };
    }

    public override async Task<PresumeVictimResponse> PresumeVictim(PresumeVictimRequest request, ServerCallContext context) => new()
    {
        Standing = await Change(context, request.SubjectRef, request.IdempotencyKey, new ChangeStatus.Request
        {
            Status = VictimStatus.Presumed, AgeBand = RpcRequest.CodeOrNone<AgeBand>(request.AgeBand, "age_band"), Residence = RpcRequest.CodeOrNone<ResidenceStatus>(request.Residence, "residence"),
        }),
    };

    public override async Task<RecogniseVictimResponse> RecogniseVictim(RecogniseVictimRequest request, ServerCallContext context) => new()
    {
        Standing = await Change(context, request.SubjectRef, request.IdempotencyKey, new ChangeStatus.Request
        {
            Status = VictimStatus.Recognised,
            AgeBand = RpcRequest.CodeOrNone<AgeBand>(request.AgeBand, "age_band"), Residence = RpcRequest.CodeOrNone<ResidenceStatus>(request.Residence, "residence"),
            DecisionReference = RpcRequest.TextOrNone(request.DecisionReference),
            DecidedOn = RpcRequest.DayOrNone(request.DecidedOn, "decided_on"),
        }),
    };

    public override async Task<ChangeStatusResponse> ChangeStatus(ChangeStatusRequest request, ServerCallContext context) => new()
    {
        Standing = await Change(context, request.SubjectRef, request.IdempotencyKey, new ChangeStatus.Request
        {
            Status = RpcRequest.Code<VictimStatus>(request.Status, "status"),
            AgeBand = RpcRequest.CodeOrNone<AgeBand>(request.AgeBand, "age_band"), Residence = RpcRequest.CodeOrNone<ResidenceStatus>(request.Residence, "residence"),
            DecisionReference = RpcRequest.TextOrNone(request.DecisionReference),
            DecidedOn = RpcRequest.DayOrNone(request.DecidedOn, "decided_on"),
            Reason = RpcRequest.CodeOrNone<EndReason>(request.Reason, "reason"),
        }),
    };

    public override async Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context)
    {
        var subject = RpcRequest.Id<SubjectRef>(request.SubjectRef, "subject_ref");
        return Shapes.Of((await readStatus.Handle(context.Caller(), subject, context.CancellationToken)).OrThrow());
    }

    public override async Task<GetEntitlementsResponse> GetEntitlements(GetEntitlementsRequest request, ServerCallContext context)
    {
        var subject = RpcRequest.Id<SubjectRef>(request.SubjectRef, "subject_ref");
        return Shapes.Of((await readEntitlements.Handle(context.Caller(), subject, context.CancellationToken)).OrThrow());
    }

    public override async Task ExportHtcds(ExportHtcdsRequest request, IServerStreamWriter<ExportHtcdsResponse> responseStream, ServerCallContext context)
    {
        await foreach (var record in ownRecords.Of(context.Caller().Agency, context.CancellationToken))
            await responseStream.WriteAsync(new ExportHtcdsResponse { Record = Shapes.Of(record) }, context.CancellationToken);
    }

    private async Task<Standing> Change(ServerCallContext context, string subjectRef, string key, ChangeStatus.Request request)
    {
        var subject = RpcRequest.Id<SubjectRef>(subjectRef, "subject_ref");
        return Shapes.Of(subject, (await changeStatus.Handle(context.Caller(), subject, RpcRequest.Key(key), request, context.CancellationToken)).OrThrow());
    }
}
