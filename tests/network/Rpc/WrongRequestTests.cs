using System.Globalization;
using Grpc.Core;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Directory.V1;
using Tiltas.Protos.Identification.V1;
using Tiltas.Protos.Notification.V1;
using Tiltas.Protos.Referral.V1;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>What is wrong in a request is the caller's fault and said so, with the field as the proto names it.</summary>
public sealed class WrongRequestTests(Net net) : IDisposable
{
    private readonly RpcAgency _kopzi = new(net.It, "lt-kopzi");

    public void Dispose() => _kopzi.Dispose();

    [Fact]
    public async Task Field_Wrong_IsNamed()
    {
        var subject = await _kopzi.SubjectWithConsent("lt-caritas");
        var (submit, consent) = (RpcAgency.Referral(subject), RpcAgency.Consent(subject, "lt-caritas"));
        var screening = new RecordScreeningRequest
        {
            IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, SetId = "LT-ADULT-LABOUR", SetVersion = 1, AgeBand = AgeBand.Unknown,
            Answers = { new ScreeningAnswer { Indicator = "M01", Observation = Observation.Observed } },
        };
        var recognise = new RecogniseVictimRequest { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, DecisionReference = "1", DecidedOn = "2026-01-15" };
        var part = new WriteDossierPartRequest { SubjectRef = subject, Part = new DossierPart { DataClass = DataClass.Needs, Fields = { ["a"] = "b" } } };
        var overlong = new string('k', 129);
        (string Field, Func<Task<Refusal>> Call)[] wrong =
        [
            // Numbers that no list has, and codes that are not said.
            ("need", Submit(r => r.Need = (Need)4711)), ("purpose", Submit(r => r.Purpose = (Purpose)(-1))), ("urgency", Submit(r => r.Urgency = (Urgency)int.MaxValue)),
            ("need", Submit(r => r.Need = Need.Unspecified)), ("purpose", Submit(r => r.Purpose = Purpose.Unspecified)), ("urgency", Submit(r => r.Urgency = Urgency.Unspecified)),
            ("purposes[1]", Consent(r => r.Purposes.Add(Purpose.Unspecified))), ("data_classes[3]", Consent(r => r.DataClasses.Add((DataClass)99))),
            ("recipient_types[0]", Consent(r => r.RecipientTypes.Add((AgencyType)99))), ("form", Consent(r => r.Form = ConsentForm.Unspecified)),
            ("age_band", Screen(r => r.AgeBand = AgeBand.Unspecified)), ("answers[0].observation", Screen(r => r.Answers[0].Observation = (Observation)9)),
            ("part.data_class", Write(r => r.Part.DataClass = DataClass.Unspecified)), ("part.data_class", Write(r => r.Part.DataClass = (DataClass)77)),
            ("code", () => Refusal.Of(_kopzi.Referrals.DeclineReferralAsync(new DeclineReferralRequest { ReferralId = subject }))),
            ("outcome", () => Refusal.Of(_kopzi.Referrals.CompleteReferralAsync(new CompleteReferralRequest { ReferralId = subject, Outcome = (Outcome)50 }))),
            ("reason", () => Refusal.Of(_kopzi.Referrals.WithdrawReferralAsync(new WithdrawReferralRequest { ReferralId = subject }))),
            ("status", () => Refusal.Of(_kopzi.Identification.ChangeStatusAsync(new ChangeStatusRequest { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject }))),
            ("status", () => Refusal.Of(_kopzi.Referrals.ListReferralsAsync(new ListReferralsRequest { Status = (ReferralStatus)99 }))),
            ("role", () => Refusal.Of(_kopzi.Referrals.ListReferralsAsync(new ListReferralsRequest { Role = (ListReferralsRequest.Types.Role)99 }))),
            ("need", () => Refusal.Of(_kopzi.Referrals.ListPartnersAsync(new ListPartnersRequest { Need = (Need)99 }))),
            ("type", () => Refusal.Of(_kopzi.Directory.SearchAgenciesAsync(new SearchAgenciesRequest { Type = (AgencyType)99 }))),
            // Identifiers, days, places, languages.
            ("subject_ref", Submit(r => r.SubjectRef = "")), ("subject_ref", Submit(r => r.SubjectRef = "17")), ("to_agency_id", Submit(r => r.ToAgencyId = "")),
            ("to_agency_id", Submit(r => r.ToAgencyId = "LT Caritas")), ("to_agency_id", Submit(r => r.ToAgencyId = "lt-kopzi")), ("to_agency_id", Submit(r => r.ToAgencyId = "lt-nobody")),
            ("recipients[1]", Consent(r => r.Recipients.Add("Ä"))), ("given_on", Consent(r => r.GivenOn = "15.01.2026")), ("given_on", Consent(r => r.GivenOn = "2999-01-01")),
            ("expires_on", Consent(r => r.ExpiresOn = "2026-02-30")), ("language", Consent(r => r.Language = "")),
            ("decided_on", Recognise(r => r.DecidedOn = "2026-1-5")), ("decided_on", Recognise(r => r.DecidedOn = "2999-01-01")), ("subject_ref", Recognise(r => r.SubjectRef = "x")),
            ("set_id", Screen(r => r.SetId = "NONE")), ("set_version", Screen(r => r.SetVersion = -1)), ("answers[0].indicator", Screen(r => r.Answers[0].Indicator = "ZZ")),
            ("place", Screen(r => r.Place = "LT-999")), ("place", Screen(r => r.Place = "LT-BP-NOWHERE")), ("language", Screen(r => r.Language = "Lithuanian")),
            ("referral_id", () => Refusal.Of(_kopzi.Referrals.GetReferralAsync(new GetReferralRequest { ReferralId = "0" }))),
            ("screening_id", () => Refusal.Of(_kopzi.Identification.GetScreeningAsync(new GetScreeningRequest { ScreeningId = "0" }))),
            ("subject_ref", () => Refusal.Of(_kopzi.Identification.ListScreeningTopicsAsync(new ListScreeningTopicsRequest { SubjectRef = "0" }))),
            ("consent_id", () => Refusal.Of(_kopzi.Referrals.WithdrawConsentAsync(new WithdrawConsentRequest { SubjectRef = subject, ConsentId = "0" }))),
            ("municipality", () => Refusal.Of(_kopzi.Referrals.OpenSubjectAsync(new OpenSubjectRequest { IdempotencyKey = RpcAgency.Key(), Municipality = "Vilnius" }))),
            ("part", Write(r => r.Part = null)),
            // The name of the attempt.
            ("idempotency_key", Submit(r => r.IdempotencyKey = "")), ("idempotency_key", Submit(r => r.IdempotencyKey = overlong)), ("idempotency_key", Submit(r => r.IdempotencyKey = "a b")),
            ("idempotency_key", Consent(r => r.IdempotencyKey = "")), ("idempotency_key", Screen(r => r.IdempotencyKey = overlong)), ("idempotency_key", Recognise(r => r.IdempotencyKey = "ž")),
            ("idempotency_key", () => Refusal.Of(_kopzi.Referrals.OpenSubjectAsync(new OpenSubjectRequest()))),
            // Pages and places on the feed.
            ("page_size", () => Refusal.Of(_kopzi.Referrals.ListReferralsAsync(new ListReferralsRequest { PageSize = 201 }))),
            ("page_size", () => Refusal.Of(_kopzi.Referrals.ListReferralsAsync(new ListReferralsRequest { PageSize = -1 }))),
            ("page_token", () => Refusal.Of(_kopzi.Referrals.ListReferralsAsync(new ListReferralsRequest { PageToken = "next" }))),
            ("page_size", () => Refusal.Of(_kopzi.Directory.SearchAgenciesAsync(new SearchAgenciesRequest { PageSize = int.MaxValue }))),
            ("page_size", () => Refusal.Of(_kopzi.Directory.SearchServicesAsync(new SearchServicesRequest { PageSize = -7 }))),
            ("page_size", () => Refusal.Of(_kopzi.Directory.ListMemorandaAsync(new ListMemorandaRequest { PageSize = 100_000 }))),
            ("page_size", () => Refusal.Of(_kopzi.Notifications.ListNoticesAsync(new ListNoticesRequest { PageSize = 501 }))),
            ("after", () => Refusal.Of(_kopzi.Notifications.ListNoticesAsync(new ListNoticesRequest { After = -1 }))),
            ("through", () => Refusal.Of(_kopzi.Notifications.AcknowledgeAsync(new AcknowledgeRequest { Through = long.MaxValue }))),
            ("through", () => Refusal.Of(_kopzi.Notifications.AcknowledgeAsync(new AcknowledgeRequest { Through = -1 }))),
            ("subscriber", () => Refusal.Of(_kopzi.Notifications.AcknowledgeAsync(new AcknowledgeRequest { Subscriber = "A B" }))),
            ("after", () => OfStream(new SubscribeRequest { After = -1 })), ("subscriber", () => OfStream(new SubscribeRequest { Subscriber = new string('s', 65) })),
        ];
        List<string> failed = [];
        foreach (var (i, (field, call)) in wrong.Index())
        {
            var refusal = await call();
            if (refusal.Status != StatusCode.InvalidArgument || refusal.Field != field || refusal.Code.Length == 0)
                failed.Add(string.Create(CultureInfo.InvariantCulture, $"{i}: {field} was expected, {refusal} came"));
        }
        Assert.True(failed.Count == 0, string.Join('\n', failed));

        Func<Task<Refusal>> Submit(Action<SubmitReferralRequest> spoil) => () => Refusal.Of(_kopzi.Referrals.SubmitReferralAsync(Spoilt(submit.Clone(), spoil)));
        Func<Task<Refusal>> Consent(Action<GiveConsentRequest> spoil) => () => Refusal.Of(_kopzi.Referrals.GiveConsentAsync(Spoilt(consent.Clone(), spoil)));
        Func<Task<Refusal>> Screen(Action<RecordScreeningRequest> spoil) => () => Refusal.Of(_kopzi.Identification.RecordScreeningAsync(Spoilt(screening.Clone(), spoil)));
        Func<Task<Refusal>> Recognise(Action<RecogniseVictimRequest> spoil) => () => Refusal.Of(_kopzi.Identification.RecogniseVictimAsync(Spoilt(recognise.Clone(), spoil)));
        Func<Task<Refusal>> Write(Action<WriteDossierPartRequest> spoil) => () => Refusal.Of(_kopzi.Referrals.WriteDossierPartAsync(Spoilt(part.Clone(), spoil)));
    }

    [Fact]
    public async Task Foreign_IsAnsweredLikeUnknown()
    {
        using var iom = new RpcAgency(net.It, "lt-iom");
        var subject = await _kopzi.SubjectWithConsent("lt-caritas");
        var referral = (await _kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject))).ReferralId;
        (string Foreign, Func<string, Task<Refusal>> Call)[] calls =
        [
            (referral, id => Refusal.Of(iom.Referrals.GetReferralAsync(new GetReferralRequest { ReferralId = id }))),
            (referral, id => Refusal.Of(iom.Referrals.ReadDossierAsync(new ReadDossierRequest { ReferralId = id }))),
            (referral, id => Refusal.Of(iom.Referrals.AcceptReferralAsync(new AcceptReferralRequest { ReferralId = id }))),
            (referral, id => Refusal.Of(iom.Referrals.WithdrawReferralAsync(new WithdrawReferralRequest { ReferralId = id, Reason = WithdrawReason.NeedMet }))),
            (subject, id => Refusal.Of(iom.Referrals.ListConsentsAsync(new ListConsentsRequest { SubjectRef = id }))),
            (subject, id => Refusal.Of(iom.Referrals.ReadOwnDossierAsync(new ReadOwnDossierRequest { SubjectRef = id }))),
            (subject, id => Refusal.Of(iom.Referrals.GiveConsentAsync(RpcAgency.Consent(id, "lt-kopzi")))),
            (subject, id => Refusal.Of(iom.Referrals.SubmitReferralAsync(RpcAgency.Referral(id, "lt-kopzi")))),
            (subject, id => Refusal.Of(iom.Referrals.WriteDossierPartAsync(new WriteDossierPartRequest { SubjectRef = id, Part = new DossierPart { DataClass = DataClass.Needs, Fields = { ["a"] = "b" } } }))),
            (subject, id => Refusal.Of(iom.Identification.GetStatusAsync(new GetStatusRequest { SubjectRef = id }))),
            (subject, id => Refusal.Of(iom.Identification.ListScreeningTopicsAsync(new ListScreeningTopicsRequest { SubjectRef = id }))),
            (subject, id => Refusal.Of(iom.Identification.PresumeVictimAsync(new PresumeVictimRequest { IdempotencyKey = RpcAgency.Key(), SubjectRef = id }))),
            ("lt-nobody", id => Refusal.Of(iom.Directory.GetAgencyAsync(new GetAgencyRequest { AgencyId = id.Length > 20 ? "lt-none" : id }))),
        ];
        foreach (var (foreign, call) in calls)
        {
            var (known, unknown) = (await call(foreign), await call(Guid.CreateVersion7().ToString()));
            Assert.Equal(StatusCode.NotFound, known.Status);
            Assert.Equal(unknown, known);
        }
        var beyond = await Refusal.Of(iom.Notifications.ReportSeenAsync(new ReportSeenRequest { Sequence = int.MaxValue }));
        Assert.Equal((StatusCode.NotFound, "TLT-NTF-0404"), (beyond.Status, beyond.Code));
    }

    // As of a text in JSON.
    private const int LongestText = 8192;

    [Fact]
    public async Task Message_TooLarge_IsRefusedAsSuch()
    {
        var subject = await _kopzi.SubjectWithConsent("lt-caritas");
        var write = new WriteDossierPartRequest { SubjectRef = subject, Part = new DossierPart { DataClass = DataClass.Needs, Fields = { ["note"] = new string('x', (1 << 20) + 1) } } };
        var refused = await Refusal.Of(_kopzi.Referrals.WriteDossierPartAsync(write));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Status);
        // The limit counts the five bytes before the message.
        const int Most = (1 << 20) - 5;
        write.Part.Fields["note"] = write.Part.Fields["note"][(write.CalculateSize() - Most - 1)..];
        Assert.Equal(StatusCode.ResourceExhausted, (await Refusal.Of(_kopzi.Referrals.WriteDossierPartAsync(write))).Status);
        // The line stands, and a message that fits is read; one text of that length is too long here as over HTTP.
        write.Part.Fields["note"] = write.Part.Fields["note"][1..];
        Assert.Equal(Most, write.CalculateSize());
        var longText = await Refusal.Of(_kopzi.Referrals.WriteDossierPartAsync(write));
        Assert.Equal((StatusCode.InvalidArgument, "TLT-NET-0400"), (longText.Status, longText.Code));
        write.Part.Fields["note"] = new string('x', LongestText);
        Assert.Equal(1, (await _kopzi.Referrals.WriteDossierPartAsync(write)).Version);
    }

    [Fact]
    public async Task Text_ThatTheHttpApiRefuses_IsRefusedAndNamed()
    {
        var subject = await _kopzi.SubjectWithConsent("lt-caritas");
        foreach (var text in new[] { "before\0after", "before\uFFFFafter", "before\u001bafter", new string('x', LongestText + 1) })
        {
            var write = new WriteDossierPartRequest { SubjectRef = subject, Part = new DossierPart { DataClass = DataClass.Needs, Fields = { ["note"] = text } } };
            var refused = await Refusal.Of(_kopzi.Referrals.WriteDossierPartAsync(write));
            Assert.Equal((StatusCode.InvalidArgument, "TLT-NET-0400"), (refused.Status, refused.Code));
            Assert.Equal("part.fields", refused.Field);
        }
    }

    [Fact]
    public async Task Method_Unknown_IsUnimplemented()
    {
        var nowhere = new Method<OpenSubjectRequest, OpenSubjectResponse>(MethodType.Unary, "tiltas.referral.v1.Referrals", "Forget",
            Marshallers.Create(message => Google.Protobuf.MessageExtensions.ToByteArray(message), OpenSubjectRequest.Parser.ParseFrom),
            Marshallers.Create(message => Google.Protobuf.MessageExtensions.ToByteArray(message), OpenSubjectResponse.Parser.ParseFrom));
        var refused = await Refusal.Of(_kopzi.Channel.CreateCallInvoker().AsyncUnaryCall(nowhere, null, default, new OpenSubjectRequest()));
        Assert.Equal(StatusCode.Unimplemented, refused.Status);
    }

    [Fact]
    public async Task Caller_WithoutToken_IsUnauthenticated()
    {
        using var nobody = new RpcAgency(net.It, null);
        Assert.Equal((StatusCode.Unauthenticated, "TLT-ID-0001"), Pair(await Refusal.Of(nobody.Directory.GetAgencyAsync(new GetAgencyRequest { AgencyId = "lt-kopzi" }))));
        using var forged = new RpcAgency(net.It, null, token: () => Task.FromResult("e30.e30.e30"));
        Assert.Equal((StatusCode.Unauthenticated, "TLT-ID-0001"), Pair(await Refusal.Of(forged.Referrals.ListPartnersAsync(new ListPartnersRequest()))));

        static (StatusCode, string) Pair(Refusal refusal) => (refusal.Status, refusal.Code);
    }

    private async Task<Refusal> OfStream(SubscribeRequest request)
    {
        using var call = _kopzi.Notifications.Subscribe(request);
        return Refusal.Of(await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext()));
    }

    private static T Spoilt<T>(T request, Action<T> spoil)
    {
        spoil(request);
        return request;
    }
}
