using Grpc.Core;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Rpc;
using Tiltas.Protos.Referral.V1;
using Tiltas.Referral.Consents;
using Tiltas.Referral.Dossiers;
using Tiltas.Referral.Subjects;

namespace Tiltas.Referral.Rpc;

internal sealed partial class ReferralsRpc
{
    public override async Task<OpenSubjectResponse> OpenSubject(OpenSubjectRequest request, ServerCallContext context)
    {
        var answer = (await Subjects.OpenSubject.Handle(new OpenSubject.Request
        {
            AgeBand = RpcRequest.CodeOrNone<AgeBand>(request.AgeBand, "age_band") ?? AgeBand.Unknown, Municipality = RpcRequest.TextOrNone(request.Municipality),
        }, context.Caller(), RpcRequest.Key(request.IdempotencyKey), db, time, context.CancellationToken)).OrThrow();
        return new OpenSubjectResponse { SubjectRef = answer.SubjectRef.ToString() };
    }

    public override async Task<WriteDossierPartResponse> WriteDossierPart(WriteDossierPartRequest request, ServerCallContext context)
    {
        if (request.Part is not { } part) throw RpcRequest.Wrong("The part to write is required.", "part");
        var version = (await WritePart.Handle(
            SubjectOf(request.SubjectRef), RpcRequest.Code<DataClass>(part.DataClass, "part.data_class").ToString(),
            new WritePart.Request { Fields = FieldsOf(part) }, context.Caller(), db, seal, time, context.CancellationToken)).OrThrow();
        return new WriteDossierPartResponse { Version = version };
    }

    public override async Task<ReadOwnDossierResponse> ReadOwnDossier(ReadOwnDossierRequest request, ServerCallContext context)
    {
        var parts = (await Dossiers.ReadOwnDossier.Handle(
            SubjectOf(request.SubjectRef), RpcRequest.CodeOrNone<DataClass>(request.DataClass, "data_class"), context.Caller(), db, seal, time, context.CancellationToken)).OrThrow();
        return new ReadOwnDossierResponse { Parts = { parts.OrderBy(part => part.Key).Select(part => Shapes.Of(part.Key, part.Value)) } };
    }

    public override async Task<GiveConsentResponse> GiveConsent(GiveConsentRequest request, ServerCallContext context)
    {
        var answer = (await RecordConsent.Handle(SubjectOf(request.SubjectRef), new RecordConsent.Request
        {
            Purposes = RpcRequest.Codes<Purpose, Protos.Codes.V1.Purpose>(request.Purposes, "purposes"),
            DataClasses = RpcRequest.Codes<DataClass, Protos.Codes.V1.DataClass>(request.DataClasses, "data_classes"),
            Recipients = [.. request.Recipients.Select((recipient, i) => RpcRequest.Slug<AgencyId>(recipient, $"recipients[{i}]"))],
            RecipientTypes = RpcRequest.Codes<AgencyType, Protos.Codes.V1.AgencyType>(request.RecipientTypes, "recipient_types"),
            Form = RpcRequest.Code<ConsentForm>(request.Form, "form"),
            Language = request.Language,
            Interpreter = request.Interpreter,
            GivenOn = RpcRequest.DayOrNone(request.GivenOn, "given_on"),
            ExpiresOn = RpcRequest.DayOrNone(request.ExpiresOn, "expires_on"),
        }, context.Caller(), RpcRequest.Key(request.IdempotencyKey), db, calendar, time, context.CancellationToken)).OrThrow();
        return new GiveConsentResponse { ConsentId = answer.ConsentId.ToString() };
    }

    public override async Task<WithdrawConsentResponse> WithdrawConsent(WithdrawConsentRequest request, ServerCallContext context)
    {
        var consent = RpcRequest.Id<ConsentId>(request.ConsentId, "consent_id");
        var answer = (await Consents.WithdrawConsent.Handle(SubjectOf(request.SubjectRef), consent, context.Caller(), db, bell, calendar, time, context.CancellationToken)).OrThrow();
        return new WithdrawConsentResponse { ConsentId = answer.ConsentId.ToString(), WithdrawnAt = answer.WithdrawnAt.ToProto() };
    }

    public override async Task<ListConsentsResponse> ListConsents(ListConsentsRequest request, ServerCallContext context) =>
        new() { Consents = { (await Consents.ListConsents.Handle(SubjectOf(request.SubjectRef), context.Caller(), db, context.CancellationToken)).OrThrow().Select(Shapes.Of) } };

    public override async Task<ListPartnersResponse> ListPartners(ListPartnersRequest request, ServerCallContext context)
    {
        var need = RpcRequest.CodeOrNone<Need>(request.Need, "need")?.ToString();
        return new ListPartnersResponse { Partners = { (await Routing.ListPartners.Handle(need, context.Caller(), db, calendar.Today(), context.CancellationToken)).OrThrow().Select(Shapes.Of) } };
    }

    public override async Task<ReadDossierResponse> ReadDossier(ReadDossierRequest request, ServerCallContext context)
    {
        var answer = (await Dossiers.ReadDossier.Handle(IdOf(request.ReferralId), context.Caller(), db, seal, calendar, time, context.CancellationToken)).OrThrow();
        return new ReadDossierResponse { Given = { answer.Given.Select(part => Shapes.Of(part.Key, part.Value)) }, Withheld = { answer.Withheld.Select(Shapes.Of) } };
    }

    private static PartFields FieldsOf(Protos.Referral.V1.DossierPart part)
    {
        var fields = new PartFields();
        foreach (var (name, value) in part.Fields) fields[name] = value;
        return fields;
    }

    private static SubjectRef SubjectOf(string text) => RpcRequest.Id<SubjectRef>(text, "subject_ref");
}
