using System.Globalization;
using Grpc.Core;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Memoranda;
using Tiltas.Hosting.Rpc;
using Tiltas.Protos.Directory.V1;

namespace Tiltas.Directory.Rpc;

/// <summary>Memoranda: drafted, signed, stopped, and how they came to be.</summary>
internal sealed partial class AdministrationRpc
{
    private static readonly Names Drafts = new("draft", ("id", "memorandum_id"), ("from", "from_agency_ids"), ("to", "to_agency_ids"));

    public override async Task<ListDraftsResponse> ListDrafts(ListDraftsRequest request, ServerCallContext context)
    {
        var found = await ReadDraft.List(context.Caller(), PageOf(request.PageSize, request.PageToken), db, context.CancellationToken);
        return new() { Drafts = { found.Items.Select(AdministrationShapes.Of) }, NextPageToken = found.Next ?? "" };
    }

    public override async Task<GetDraftResponse> GetDraft(GetDraftRequest request, ServerCallContext context) =>
        new() { Draft = AdministrationShapes.Of((await ReadDraft.Find(Id(request.MemorandumId, "memorandum_id"), context.Caller(), db, context.CancellationToken)).OrThrow()) };

    public override async Task<PutDraftResponse> PutDraft(PutDraftRequest request, ServerCallContext context)
    {
        var wanted = request.Draft ?? throw Missing("draft");
        var outcome = await DraftMemorandum.Handle(
            Id(wanted.MemorandumId, "draft.memorandum_id"), RecordInputs.Of(wanted), context.Caller(), db, country, calendar, time, context.CancellationToken);
        return new() { Draft = AdministrationShapes.Of(Drafts.OrThrow(outcome.Record)) };
    }

    public override async Task<SignDraftResponse> SignDraft(SignDraftRequest request, ServerCallContext context)
    {
        var signature = new SignMemorandum.Request
        {
            Revision = request.Revision == 0 ? null : request.Revision, DocumentHash = RpcRequest.TextOrNone(request.DocumentHash),
            Office = RpcRequest.TextOrNone(request.Office), Signatory = RpcRequest.TextOrNone(request.Signatory),
        };
        var answer = (await SignMemorandum.Handle(Id(request.MemorandumId, "memorandum_id"), signature, context.Caller(), db, bell, country, time, context.CancellationToken)).OrThrow();
        return answer is { Memorandum: { } memorandum } ? new() { Memorandum = Shapes.Of(memorandum) } : new() { Draft = AdministrationShapes.Of(answer.Draft!) };
    }

    public override async Task<DiscardDraftResponse> DiscardDraft(DiscardDraftRequest request, ServerCallContext context)
    {
        (await Directory.Memoranda.DiscardDraft.Handle(Id(request.MemorandumId, "memorandum_id"), context.Caller(), db, context.CancellationToken)).OrThrow();
        return new();
    }

    public override async Task<SuspendMemorandumResponse> SuspendMemorandum(SuspendMemorandumRequest request, ServerCallContext context)
    {
        var suspension = new Directory.Memoranda.SuspendMemorandum.Request { Reason = RpcRequest.CodeOrNone<SuspensionReason>(request.Reason, "reason"), From = RpcRequest.DayOrNone(request.From, "from") };
        return new()
        {
            Memorandum = Shapes.Of((await Directory.Memoranda.SuspendMemorandum.Handle(
                Id(request.MemorandumId, "memorandum_id"), suspension, context.Caller(), db, bell, country, calendar, time, context.CancellationToken)).OrThrow()),
        };
    }

    public override async Task<ResumeMemorandumResponse> ResumeMemorandum(ResumeMemorandumRequest request, ServerCallContext context) => new()
    {
        Memorandum = Shapes.Of((await Directory.Memoranda.ResumeMemorandum.Handle(
            Id(request.MemorandumId, "memorandum_id"), new() { Of = RpcRequest.SlugOrNone<AgencyId>(request.OfAgencyId, "of_agency_id") },
            context.Caller(), db, bell, time, context.CancellationToken)).OrThrow()),
    };

    public override async Task<EndMemorandumResponse> EndMemorandum(EndMemorandumRequest request, ServerCallContext context) => new()
    {
        Memorandum = Shapes.Of((await Directory.Memoranda.EndMemorandum.Handle(
            Id(request.MemorandumId, "memorandum_id"), new() { On = RpcRequest.DayOrNone(request.On, "on") }, context.Caller(), db, bell, country, time, context.CancellationToken)).OrThrow()),
    };

    public override async Task<ListMemorandumVersionsResponse> ListMemorandumVersions(ListMemorandumVersionsRequest request, ServerCallContext context)
    {
        var history = (await ReadVersions.List(Id(request.MemorandumId, "memorandum_id"), context.Caller(), db, context.CancellationToken)).OrThrow();
        return new() { Versions = { history.Versions.Select(AdministrationShapes.Of) } };
    }

    public override async Task<GetMemorandumVersionResponse> GetMemorandumVersion(GetMemorandumVersionRequest request, ServerCallContext context) => new()
    {
        Memorandum = Shapes.Of((await ReadVersions.Find(
            Id(request.MemorandumId, "memorandum_id"), request.Version.ToString(CultureInfo.InvariantCulture), context.Caller(), db, context.CancellationToken)).OrThrow()),
    };
}
