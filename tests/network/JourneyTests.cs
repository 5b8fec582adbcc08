using System.Net;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

public sealed class JourneyTests(Net net)
{
    [Fact]
    public async Task Referral_AcceptedAndCompleted_IsSeenByBothSides()
    {
        var (kopzi, caritas) = (net.It.As("lt-kopzi"), net.It.As("lt-caritas"));
        var subject = await net.It.SubjectWithConsent("lt-caritas");
        (await kopzi.Put($"/v1/subjects/{subject}/dossier/Needs", new { fields = new { shelter = "tonight" } })).Must(HttpStatusCode.NoContent);
        (await kopzi.Put($"/v1/subjects/{subject}/dossier/Exploitation", new { fields = new { vic_MethodsOfControl = "DebtBondage" } })).Must(HttpStatusCode.NoContent);
        var referral = (await net.It.Refer(subject, "lt-caritas")).Must(HttpStatusCode.Accepted).Text("referralId");

        var notice = await Eventually.Some("the notice on the recipient's feed", async () => (await net.It.Notices("lt-caritas", referral)) is [var only] ? (object)only : null);
        var (seq, kind, version) = ((long, string, int))notice;
        Assert.Equal(("ReferralSubmitted", 1), (kind, version));

        var dossier = (await caritas.Get($"/v1/referrals/{referral}/dossier")).Must(HttpStatusCode.OK).Json;
        Assert.Equal("tonight", (string?)dossier["given"]!["Needs"]!["shelter"]);
        var withheld = Assert.Single(dossier["withheld"]!.AsArray());
        Assert.Equal("Exploitation", (string?)withheld!["dataClass"]);
        Assert.StartsWith("memorandum:", (string?)withheld["rule"]);

        (await caritas.Post($"/v1/feed/{seq}/seen")).Must(HttpStatusCode.OK);
        await Eventually.True("seen makes acknowledged", async () => (string?)(await kopzi.Get($"/v1/referrals/{referral}")).Json["referral"]!["status"] == "Acknowledged");
        (await caritas.Post($"/v1/referrals/{referral}/accept")).Must(HttpStatusCode.OK);
        (await caritas.Post($"/v1/referrals/{referral}/start")).Must(HttpStatusCode.OK);
        (await caritas.Post($"/v1/referrals/{referral}/complete", new { outcome = "ServiceDelivered" })).Must(HttpStatusCode.OK);

        await Eventually.True("the sender sees the whole course in order", async () =>
            (await net.It.Notices("lt-kopzi", referral)).Select(n => n.Kind).SequenceEqual(["ReferralAcknowledged", "ReferralAccepted", "ServiceStarted", "ReferralCompleted"]));
        Assert.Equal(HttpStatusCode.Forbidden, (await caritas.Get($"/v1/referrals/{referral}/dossier")).Status);
    }

    [Fact]
    public async Task Referral_Declined_SenderSeesTheCode()
    {
        var subject = await net.It.SubjectWithConsent("lt-caritas");
        var referral = (await net.It.Refer(subject, "lt-caritas")).Must(HttpStatusCode.Accepted).Text("referralId");
        (await net.It.As("lt-caritas").Post($"/v1/referrals/{referral}/decline", new { code = "NoCapacity" })).Must(HttpStatusCode.OK);
        await Eventually.True("the answer on the sender's feed", async () => (await net.It.Notices("lt-kopzi", referral)) is [(_, "ReferralDeclined", 2)]);
        var seen = (await net.It.As("lt-kopzi").Get($"/v1/referrals/{referral}")).Must(HttpStatusCode.OK).Json["referral"]!;
        Assert.Equal(("Declined", "NoCapacity"), ((string?)seen["status"], (string?)seen["code"]));
    }

    [Fact]
    public async Task Identification_KnowsTheSubjectAtOnce()
    {
        var kopzi = net.It.As("lt-kopzi");
        var subject = (await kopzi.Post("/v1/subjects", new { ageBand = "From24To26" })).Must(HttpStatusCode.Created).Text("subjectRef");
        (await kopzi.Post("/v1/screenings", new
        {
            subject, set = "LT-ADULT-LABOUR", setVersion = 1, ageBand = "From24To26", answers = new[] { new { indicator = "M01", observation = "Observed" } },
        })).Must(HttpStatusCode.Created);
        var standing = (await kopzi.Post($"/v1/subjects/{subject}/status", new { status = "Presumed", ageBand = "From24To26" })).Must(HttpStatusCode.OK).Json;
        Assert.Equal("Presumed", (string?)standing["status"]);
        Assert.Equal(HttpStatusCode.NotFound, (await net.It.As("lt-caritas").Get($"/v1/subjects/{subject}/status")).Status);
    }

    [Fact]
    public async Task Referral_WithoutMemorandumOrConsent_IsRefusedWithTheRule()
    {
        var subject = await net.It.SubjectWithConsent("lt-caritas", "lt-vilnius-caritas");
        var ended = (await net.It.Refer(subject, "lt-vilnius-caritas")).Must(HttpStatusCode.Forbidden);
        Assert.Equal(("TLT-REF-0406", "memorandum:lt-mou-kopzi-vilnius-caritas-2020"), (ended.Code, ended.Text("rule")));
        Assert.NotEmpty(ended.Json["missing"]!.AsArray());
        var unasked = (await net.It.Refer(subject, "lt-missing", "LegalAid")).Must(HttpStatusCode.Forbidden);
        Assert.Equal("TLT-REF-0402", unasked.Code);
    }

    [Fact]
    public async Task UnknownAndForeign_AnswerAlike()
    {
        var subject = await net.It.SubjectWithConsent("lt-caritas");
        var referral = (await net.It.Refer(subject, "lt-caritas")).Must(HttpStatusCode.Accepted).Text("referralId");
        var stranger = net.It.As("lt-iom");
        foreach (var path in (string[])["/v1/referrals/{0}", "/v1/referrals/{0}/dossier"])
            await Alike(id => stranger.Get(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, id)), referral);
        foreach (var path in (string[])["/v1/referrals/{0}/accept", "/v1/referrals/{0}/withdraw"])
            await Alike(id => stranger.Post(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, id), path.EndsWith("withdraw", StringComparison.Ordinal) ? new { reason = "NeedMet" } : null), referral);
        await Alike(id => stranger.Get($"/v1/subjects/{id}/consents"), subject);
        await Alike(id => stranger.Put($"/v1/subjects/{id}/dossier/Needs", new { fields = new { a = "b" } }), subject);
        await Alike(id => stranger.Post("/v1/referrals", new { subject = id, to = "lt-kopzi", need = "Shelter", purpose = "Assistance", urgency = "Urgent" }), subject);
    }

    private static async Task Alike(Func<string, Task<Answer>> ask, string foreign)
    {
        var (a, b) = (await ask(foreign), await ask(Guid.CreateVersion7().ToString()));
        Assert.Equal(HttpStatusCode.NotFound, a.Status);
        Assert.Equal(b.Status, a.Status);
        Assert.Equal(Without(b), Without(a));

        static string Without(Answer answer)
        {
            var json = answer.Json.AsObject();
            json.Remove("traceId");
            return json.ToJsonString();
        }
    }
}
