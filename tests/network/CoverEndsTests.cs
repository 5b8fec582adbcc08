using System.Net;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>Consent is taken back, a memorandum ends, a referral is closed: from then on its recipient is outside, everywhere.</summary>
public sealed class CoverEndsTests(Net net)
{
    [Fact]
    public async Task ConsentWithdrawn_TellsEachRecipientOfWhichReferral_AndShutsOutWhomNothingCovers()
    {
        var subject = (await net.It.As("lt-kopzi").Post("/v1/subjects", new { })).Must(HttpStatusCode.Created).Text("subjectRef");
        var consent = await net.It.Consent(subject, "lt-caritas", "lt-klaipeda-spc");
        await net.It.Consent(subject, "lt-klaipeda-spc");
        var (bare, other) = (await Refer(subject, "lt-caritas"), await Refer(subject, "lt-caritas", "BasicNeeds"));
        var covered = await Refer(subject, "lt-klaipeda-spc");
        foreach (var agency in (string[])["lt-caritas", "lt-klaipeda-spc"]) Assert.True(await net.It.MayCome(agency, subject));

        await net.It.Withdraw(subject, consent);

        await Eventually.True("a notice for each referral", async () => (await Told("lt-caritas", consent)).SequenceEqual([(bare, false), (other, false)])
            && (await Told("lt-klaipeda-spc", consent)).SequenceEqual([(covered, true)]));
        foreach (var bystander in (string[])["lt-kopzi", "lt-iom"]) Assert.Empty(await net.It.NoticesOfConsent(bystander, consent));
        await Eventually.True("the recipient without cover is outside", async () => !await net.It.MayCome("lt-caritas", subject));
        foreach (var agency in (string[])["lt-kopzi", "lt-klaipeda-spc"]) Assert.True(await net.It.MayCome(agency, subject));
    }

    [Fact]
    public async Task AcceptAndStart_AfterConsentIsWithdrawn_AreRefusedAndOnRecord_AndTheRestStaysPossible()
    {
        var caritas = net.It.As("lt-caritas");
        var subject = (await net.It.As("lt-kopzi").Post("/v1/subjects", new { })).Must(HttpStatusCode.Created).Text("subjectRef");
        var consent = await net.It.Consent(subject, "lt-caritas");
        var (open, accepted, third) = (await Refer(subject, "lt-caritas"), await Refer(subject, "lt-caritas", "BasicNeeds"), await Refer(subject, "lt-caritas", "MedicalCare"));
        (await caritas.Post($"/v1/referrals/{accepted}/accept")).Must(HttpStatusCode.OK);
        await net.It.Withdraw(subject, consent);

        foreach (var (id, move) in ((string, string)[])[(open, "accept"), (accepted, "start")])
        {
            var refused = (await caritas.Post($"/v1/referrals/{id}/{move}")).Must(HttpStatusCode.Forbidden);
            Assert.Equal(("TLT-REF-0402", "consent:recipient-and-purpose"), (refused.Code, refused.Text("rule")));
            Assert.Equal(1, await net.It.Count("referral", "SELECT count(*) FROM decisions WHERE referral = $1 AND agency = 'lt-caritas' AND action = $2 AND NOT allowed AND rule = 'consent:recipient-and-purpose'", Guid.Parse(id), move));
        }
        Assert.Equal(1, await net.It.Count("referral", "SELECT count(*) FROM decisions WHERE referral = $1 AND action = 'accept' AND allowed", Guid.Parse(accepted)));
        (await caritas.Post($"/v1/referrals/{open}/acknowledge")).Must(HttpStatusCode.OK);
        (await caritas.Post($"/v1/referrals/{open}/decline", new { code = "PersonDeclined" })).Must(HttpStatusCode.OK);
        (await caritas.Post($"/v1/referrals/{accepted}/complete", new { outcome = "NoLongerNeeded" })).Must(HttpStatusCode.OK);
        (await net.It.As("lt-kopzi").Post($"/v1/referrals/{third}/withdraw", new { reason = "ConsentWithdrawn" })).Must(HttpStatusCode.OK);
    }

    [Fact]
    public async Task EndOfAReferral_ShutsItsRecipientOut_UnlessAnotherIsOpen()
    {
        var (kopzi, caritas) = (net.It.As("lt-kopzi"), net.It.As("lt-caritas"));
        var ends = new (string Name, Func<string, Task<Answer>> End)[]
        {
            ("declined", id => caritas.Post($"/v1/referrals/{id}/decline", new { code = "NoCapacity" })),
            ("withdrawn", id => kopzi.Post($"/v1/referrals/{id}/withdraw", new { reason = "NeedMet" })),
            ("completed", async id =>
            {
                (await caritas.Post($"/v1/referrals/{id}/accept")).Must(HttpStatusCode.OK);
                return await caritas.Post($"/v1/referrals/{id}/complete", new { outcome = "ServiceDelivered" });
            }),
        };
        foreach (var (name, end) in ends)
        {
            var subject = await net.It.SubjectWithConsent("lt-caritas");
            var (first, second) = (await Refer(subject, "lt-caritas"), await Refer(subject, "lt-caritas", "BasicNeeds"));
            (await end(first)).Must(HttpStatusCode.OK);
            await net.It.Quiet();
            Assert.True(await net.It.MayCome("lt-caritas", subject), name);
            (await end(second)).Must(HttpStatusCode.OK);
            await Eventually.True($"the recipient of a {name} referral is outside", async () => !await net.It.MayCome("lt-caritas", subject));
            Assert.True(await net.It.MayCome("lt-kopzi", subject), name);
        }
    }

    [Fact]
    public async Task MemorandumEnded_ClosesTheDossierAndTheNextReferral()
    {
        var (kopzi, court) = (net.It.As("lt-kopzi"), net.It.As("lt-courts"));
        var memorandum = await net.It.Memorandum("lt-kopzi", "lt-courts", "Interpretation");
        var subject = await net.It.SubjectWithConsent("lt-courts");
        (await kopzi.Put($"/v1/subjects/{subject}/dossier/Needs", new { fields = new { language = "uk" } })).Must(HttpStatusCode.NoContent);
        var referral = await Refer(subject, "lt-courts", "Interpretation");
        Assert.Equal("uk", (string?)(await court.Get($"/v1/referrals/{referral}/dossier")).Must(HttpStatusCode.OK).Json["given"]!["Needs"]!["language"]);
        Assert.True(await net.It.MayCome("lt-courts", subject));

        await net.It.EndMemorandum(memorandum);

        foreach (var refused in (Answer[])
        [
            await court.Get($"/v1/referrals/{referral}/dossier"), await court.Post($"/v1/referrals/{referral}/accept"), await net.It.Refer(subject, "lt-courts", "Interpretation"),
        ])
            Assert.Equal((HttpStatusCode.Forbidden, "TLT-REF-0406", $"memorandum:{memorandum}"), (refused.Status, refused.Code, refused.Text("rule")));
        Assert.False(await net.It.MayCome("lt-courts", subject));
        Assert.DoesNotContain("lt-courts", (await kopzi.Get("/v1/partners")).Must(HttpStatusCode.OK).Body, StringComparison.Ordinal);
        (await court.Post($"/v1/referrals/{referral}/decline", new { code = "NotEligible" })).Must(HttpStatusCode.OK);
    }

    [Fact]
    public async Task SuspendedAgency_TakesOnNothing_ReadsItsOwn_AndMayEndThings()
    {
        var vkc = net.It.As("lt-vkc");
        var subject = (await vkc.Post("/v1/subjects", new { })).Must(HttpStatusCode.Created).Text("subjectRef");
        var agreed = new { purposes = new[] { "Assistance" }, dataClasses = new[] { "Needs" }, recipients = new[] { "lt-kopzi" }, form = "Oral", language = "lt" };
        var consent = (await vkc.Post($"/v1/subjects/{subject}/consents", agreed)).Must(HttpStatusCode.Created).Text("consentId");
        (await vkc.Put($"/v1/subjects/{subject}/dossier/Needs", new { fields = new { a = "b" } })).Must(HttpStatusCode.NoContent);
        var asked = await net.It.SubjectWithConsent("lt-vkc");
        var referral = await Refer(asked, "lt-vkc");
        Assert.True(await net.It.MayCome("lt-vkc", asked));
        await net.It.SetStanding("lt-vkc", "Suspended");
        try
        {
            foreach (var refused in (Answer[])
            [
                await vkc.Post("/v1/subjects", new { }), await vkc.Post($"/v1/subjects/{subject}/consents", agreed), await vkc.Get("/v1/partners"),
                await vkc.Put($"/v1/subjects/{subject}/dossier/Needs", new { fields = new { a = "c" } }), await vkc.Post($"/v1/subjects/{subject}/status", new { status = "Suspected" }),
                await vkc.Post("/v1/screenings", new { subject, set = "LT-ADULT-LABOUR", setVersion = 1, ageBand = "Unknown", answers = Array.Empty<object>() }),
            ])
                Assert.Equal((HttpStatusCode.Forbidden, "standing:active"), (refused.Status, refused.Text("rule")));
            Assert.Equal("standing:recipient", (await vkc.Post($"/v1/referrals/{referral}/accept")).Must(HttpStatusCode.Forbidden).Text("rule"));
            Assert.Equal(HttpStatusCode.NotFound, (await vkc.Get($"/v1/subjects/{asked}/status")).Status);

            foreach (var own in (string[])[$"/v1/subjects/{subject}/consents", $"/v1/subjects/{subject}/dossier", $"/v1/subjects/{subject}/status", $"/v1/referrals/{referral}", "/v1/feed"])
                (await vkc.Get(own)).Must(HttpStatusCode.OK);
            (await vkc.Post($"/v1/subjects/{subject}/consents/{consent}/withdraw")).Must(HttpStatusCode.OK);
            (await vkc.Post($"/v1/referrals/{referral}/decline", new { code = "NoCapacity" })).Must(HttpStatusCode.OK);
        }
        finally
        {
            await net.It.SetStanding("lt-vkc", "Active");
        }
        (await vkc.Post("/v1/subjects", new { })).Must(HttpStatusCode.Created);
    }

    private async Task<string> Refer(string subject, string to, string need = "Shelter") => (await net.It.Refer(subject, to, need)).Must(HttpStatusCode.Accepted).Text("referralId");

    private async Task<List<(string, bool)>> Told(string agency, string consent) =>
        (await net.It.NoticesOfConsent(agency, consent)).ConvertAll(notice => ((string)notice["referral"]!, (bool)notice["covered"]!));
}
