using Grpc.Core;
using Tiltas.Contracts;
using Tiltas.Hosting.Rpc;
using Tiltas.Identification.Forms;
using Tiltas.Protos.Identification.V1;
using FormAnswer = Tiltas.Identification.Forms.FormAnswer;

namespace Tiltas.Identification.Rpc;

/// <summary>Forms over gRPC: the same use cases as over HTTP.</summary>
internal sealed class FormsRpc(FormSchemas schemas, FillInForm fillInForm, SendForm sendForm, ReadForm readForm, RenderForm renderForm, ProveDelivery proveDelivery, CountForms countForms)
    : Protos.Identification.V1.Forms.FormsBase
{
    public override Task<ListFormSchemasResponse> ListFormSchemas(ListFormSchemasRequest request, ServerCallContext context) =>
        Task.FromResult(new ListFormSchemasResponse { FormSchemas = { schemas.Offered.Select(FormShapes.Line) } });

    public override Task<GetFormSchemaResponse> GetFormSchema(GetFormSchemaRequest request, ServerCallContext context) =>
        Task.FromResult(new GetFormSchemaResponse { FormSchema = FormShapes.Whole(Forms.ListFormSchemas.Find(schemas, request.SchemaId, request.Version).OrThrow()) });

    public override async Task<FillInFormResponse> FillInForm(FillInFormRequest request, ServerCallContext context)
    {
        var recorded = (await fillInForm.Handle(context.Caller(), RpcRequest.Key(request.IdempotencyKey), new FillInForm.Request
        {
            Schema = request.SchemaId,
            SchemaVersion = request.SchemaVersion,
            Subject = request.SubjectRef.Length == 0 ? null : RpcRequest.Id<SubjectRef>(request.SubjectRef, "subject_ref"),
            Answers =
            [
                .. request.Answers.Select(answer => new FormAnswer
                {
                    Field = answer.Field, Values = answer.Values.Count == 0 ? null : [.. answer.Values], Note = RpcRequest.TextOrNone(answer.Note),
                }),
            ],
            Replaces = request.Replaces.Length == 0 ? null : RpcRequest.Id<FormId>(request.Replaces, "replaces"),
        }, context.CancellationToken)).OrThrow();
        return new FillInFormResponse { FormId = recorded.FormId?.ToString() ?? "", ContentHash = recorded.ContentHash ?? "", Counted = recorded.Counted };
    }

    public override async Task<SendFormResponse> SendForm(SendFormRequest request, ServerCallContext context)
    {
        var (form, referral) = (RpcRequest.Id<FormId>(request.FormId, "form_id"), RpcRequest.Id<ReferralId>(request.ReferralId, "referral_id"));
        var sent = (await sendForm.Handle(context.Caller(), form, RpcRequest.Key(request.IdempotencyKey), new SendForm.Request { Referral = referral }, context.CancellationToken)).OrThrow();
        return new SendFormResponse { AgencyId = sent.To.Value, ContentHash = sent.ContentHash, SentAt = sent.SentAt.ToProto() };
    }

    public override async Task<GetFormResponse> GetForm(GetFormRequest request, ServerCallContext context) =>
        new() { Form = FormShapes.Of((await readForm.Handle(context.Caller(), RpcRequest.Id<FormId>(request.FormId, "form_id"), context.CancellationToken)).OrThrow()) };

    public override async Task<RenderFormResponse> RenderForm(RenderFormRequest request, ServerCallContext context)
    {
        var id = RpcRequest.Id<FormId>(request.FormId, "form_id");
        return new() { Html = (await renderForm.Handle(context.Caller(), id, RpcRequest.TextOrNone(request.Language) ?? "en", context.CancellationToken)).OrThrow().Html };
    }

    public override async Task<GetFormProofResponse> GetFormProof(GetFormProofRequest request, ServerCallContext context) =>
        FormShapes.Of((await proveDelivery.Handle(context.Caller(), RpcRequest.Id<FormId>(request.FormId, "form_id"), context.CancellationToken)).OrThrow());

    public override async Task<CountFormsResponse> CountForms(CountFormsRequest request, ServerCallContext context)
    {
        var (from, to) = (RpcRequest.DayOrNone(request.FirstDay, "first_day"), RpcRequest.DayOrNone(request.LastDay, "last_day"));
        var counts = await countForms.Handle(context.Caller(), RpcRequest.TextOrNone(request.SchemaId), from, to, context.CancellationToken);
        return new CountFormsResponse { Counts = { counts.Items.Select(FormShapes.Of) } };
    }
}
