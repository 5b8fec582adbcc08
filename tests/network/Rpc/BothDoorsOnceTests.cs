using System.Net;
using Grpc.Core;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Identification.V1;
using Tiltas.Protos.Referral.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>An attempt has one name, whichever door it comes through.</summary>
public sealed class BothDoorsOnceTests(Net net) : IDisposable
{
    private readonly RpcAgency _kopzi = new(net.It, "lt-kopzi");
    private readonly Agency _http = net.It.As("lt-kopzi");

    public void Dispose() => _kopzi.Dispose();

    [Fact]
    public async Task Referral_ThroughBothDoors_IsOne()
    {
        var subject = await _kopzi.SubjectWithConsent("lt-caritas");
        var key = RpcAgency.Key();
        var first = await _kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject, key: key));
        Assert.Equal(first, await _kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject, key: key)));
        Assert.Equal(first.ReferralId, (await net.It.Refer(subject, "lt-caritas", key: key)).Must(HttpStatusCode.Accepted).Text("referralId"));

        var other = RpcAgency.Referral(subject, key: key);
        other.Need = Need.BasicNeeds;
        var refused = await Refusal.Of(_kopzi.Referrals.SubmitReferralAsync(other));
        Assert.Equal((StatusCode.FailedPrecondition, "TLT-NET-0410"), (refused.Status, refused.Code));
        Assert.Equal("TLT-NET-0410", (await net.It.Refer(subject, "lt-caritas", "BasicNeeds", key: key)).Must(HttpStatusCode.Conflict).Code);
        Assert.Equal(1, await net.It.Count("referral", "SELECT count(*) FROM referrals WHERE subject = $1::uuid", subject));
    }

    [Fact]
    public async Task Referral_ThroughBothDoorsAtOnce_IsOne()
    {
        var subject = await _kopzi.SubjectWithConsent("lt-caritas");
        var key = RpcAgency.Key();
        var ids = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i => i % 2 == 0
            ? (await _kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject, key: key))).ReferralId
            : (await net.It.Refer(subject, "lt-caritas", key: key)).Must(HttpStatusCode.Accepted).Text("referralId")));
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task Subject_Consent_Screening_Status_ThroughBothDoors_AreOne()
    {
        var key = RpcAgency.Key();
        var subject = (await _http.Post("/v1/subjects", new { ageBand = "From24To26", municipality = "LT-57" }, key)).Must(HttpStatusCode.Created).Text("subjectRef");
        var open = new OpenSubjectRequest { IdempotencyKey = key, AgeBand = AgeBand.From24To26, Municipality = "LT-57" };
        Assert.Equal(subject, (await _kopzi.Referrals.OpenSubjectAsync(open)).SubjectRef);
        open.AgeBand = AgeBand.From9To17;
        await OtherRequest(_kopzi.Referrals.OpenSubjectAsync(open));

        key = RpcAgency.Key();
        var consent = (await _http.Post($"/v1/subjects/{subject}/consents", new
        {
            purposes = new[] { "Assistance" }, dataClasses = new[] { "Identity", "Needs", "SafeContact" }, recipients = new[] { "lt-caritas" }, form = "Oral", language = "lt",
        }, key)).Must(HttpStatusCode.Created).Text("consentId");
        var give = RpcAgency.Consent(subject, "lt-caritas");
        give.IdempotencyKey = key;
        Assert.Equal(consent, (await _kopzi.Referrals.GiveConsentAsync(give)).ConsentId);
        give.Form = ConsentForm.Written;
        await OtherRequest(_kopzi.Referrals.GiveConsentAsync(give));

        var screening = (await _http.Post("/v1/screenings", new
        {
            subject, set = "LT-ADULT-LABOUR", setVersion = 1, ageBand = "From24To26", answers = new[] { new { indicator = "M01", observation = "Observed" } },
        }, key)).Must(HttpStatusCode.Created).Text("screeningId");
        var record = new RecordScreeningRequest
        {
            IdempotencyKey = key, SubjectRef = subject, SetId = "LT-ADULT-LABOUR", SetVersion = 1, AgeBand = AgeBand.From24To26,
            Answers = { new ScreeningAnswer { Indicator = "M01", Observation = Observation.Observed } },
        };
        Assert.Equal(screening, (await _kopzi.Identification.RecordScreeningAsync(record)).ScreeningId);
        record.Answers[0].Observation = Observation.NotObserved;
        await OtherRequest(_kopzi.Identification.RecordScreeningAsync(record));

        key = RpcAgency.Key();
        var version = (int)(await _http.Post($"/v1/subjects/{subject}/status", new { status = "Presumed" }, key)).Must(HttpStatusCode.OK).Json["version"]!;
        var presume = new PresumeVictimRequest { IdempotencyKey = key, SubjectRef = subject };
        Assert.Equal(version, (await _kopzi.Identification.PresumeVictimAsync(presume)).Standing.Version);
        Assert.Equal(version, (await _kopzi.Identification.ChangeStatusAsync(new ChangeStatusRequest { IdempotencyKey = key, SubjectRef = subject, Status = VictimStatus.Presumed })).Standing.Version);
        presume.AgeBand = AgeBand.From48;
        await OtherRequest(_kopzi.Identification.PresumeVictimAsync(presume));
    }

    private static async Task OtherRequest<T>(AsyncUnaryCall<T> call)
    {
        var refused = await Refusal.Of(call);
        Assert.Equal((StatusCode.FailedPrecondition, "TLT-NET-0410"), (refused.Status, refused.Code));
    }
}
