using Grpc.Core;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Directory.V1;
using Tiltas.Protos.Identification.V1;
using Tiltas.Protos.Notification.V1;
using Tiltas.Protos.Referral.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>Whole courses of work over gRPC alone.</summary>
public sealed class RpcJourneyTests(Net net)
{
    [Fact]
    public async Task Referral_FromFirstSignsToCompleted_BothFollowTheirStreams()
    {
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        using var caritas = new RpcAgency(net.It, "lt-caritas");
        await using var hotline = await Followed.Open(kopzi, new SubscribeRequest { After = await RpcAgency.EndOfFeed(net.It, "lt-kopzi") });
        await using var shelter = await Followed.Open(caritas, new SubscribeRequest { After = await RpcAgency.EndOfFeed(net.It, "lt-caritas") });

        var memorandum = (await kopzi.Directory.GetMemorandumAsync(new GetMemorandumRequest { MemorandumId = "lt-mou-kopzi-caritas" })).Memorandum;
        Assert.Contains("lt-caritas", memorandum.Parties);
        var offered = await kopzi.Directory.SearchServicesAsync(new SearchServicesRequest { Need = Need.Shelter, AgencyId = "lt-caritas" });
        Assert.NotEmpty(offered.Services);

        var subject = (await kopzi.Referrals.OpenSubjectAsync(new OpenSubjectRequest { IdempotencyKey = RpcAgency.Key(), AgeBand = AgeBand.From21To23 })).SubjectRef;
        foreach (var (dataClass, name, value) in (IEnumerable<(DataClass, string, string)>)[(DataClass.Needs, "shelter", "tonight"), (DataClass.Exploitation, "vic_MethodsOfControl", "DebtBondage")])
        {
            var part = new DossierPart { DataClass = dataClass, Fields = { [name] = value } };
            Assert.Equal(1, (await kopzi.Referrals.WriteDossierPartAsync(new WriteDossierPartRequest { SubjectRef = subject, Part = part })).Version);
        }
        var own = await kopzi.Referrals.ReadOwnDossierAsync(new ReadOwnDossierRequest { SubjectRef = subject });
        Assert.Equal([DataClass.Needs, DataClass.Exploitation], own.Parts.Select(part => part.DataClass));
        Assert.Equal("tonight", Assert.Single((await kopzi.Referrals.ReadOwnDossierAsync(new ReadOwnDossierRequest { SubjectRef = subject, DataClass = DataClass.Needs })).Parts).Fields["shelter"]);
        var set = Assert.Single((await kopzi.Identification.ListIndicatorSetsAsync(new ListIndicatorSetsRequest())).IndicatorSets, one => one.Population == Population.Refugee);
        Assert.All(set.Indicators, indicator => Assert.Equal(["en", "lt", "ru", "uk"], indicator.Text.Keys.Order()));
        var border = (await kopzi.Identification.ListBorderPointsAsync(new ListBorderPointsRequest())).BorderPoints[0];
        var screening = await kopzi.Identification.RecordScreeningAsync(new RecordScreeningRequest
        {
            IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, SetId = set.SetId, SetVersion = set.Version, AgeBand = AgeBand.From21To23,
            Place = border.BorderPointId, Language = "uk", Interpreter = false,
            Answers = { new ScreeningAnswer { Indicator = "M10", Observation = Observation.Observed } },
        });
        Assert.Equal("M10", Assert.Single(screening.Explanation).Indicator.Code);
        var kept = (await kopzi.Identification.GetScreeningAsync(new GetScreeningRequest { ScreeningId = screening.ScreeningId })).Screening;
        Assert.Equal((border.BorderPointId, true, false), (kept.Place, kept.HasInterpreter, kept.Interpreter));
        var presumed = await kopzi.Identification.PresumeVictimAsync(new PresumeVictimRequest { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject });
        Assert.Equal(VictimStatus.Presumed, presumed.Standing.Status);
        Assert.NotEmpty((await kopzi.Identification.GetEntitlementsAsync(new GetEntitlementsRequest { SubjectRef = subject })).Standing.Entitlements);
        await kopzi.Referrals.GiveConsentAsync(RpcAgency.Consent(subject, "lt-caritas"));

        var referral = (await kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject))).ReferralId;
        var notice = await shelter.Next(NoticeKind.ReferralSubmitted, referral);
        Assert.Equal((1, Urgency.Urgent), (notice.Version, notice.Urgency));

        var topic = Assert.Single((await caritas.Identification.ListScreeningTopicsAsync(new ListScreeningTopicsRequest { SubjectRef = subject })).Topics);
        Assert.Equal((set.SetId, set.Version, DefinitionElement.Means, false, 1, kept.RecordedAt), (topic.SetId, topic.SetVersion, topic.Element, topic.Whole, topic.Times, topic.LastAt));

        var dossier = await caritas.Referrals.ReadDossierAsync(new ReadDossierRequest { ReferralId = referral });
        Assert.Equal("tonight", Assert.Single(dossier.Given, part => part.DataClass == DataClass.Needs).Fields["shelter"]);
        var withheld = Assert.Single(dossier.Withheld);
        Assert.Equal(DataClass.Exploitation, withheld.DataClass);
        Assert.StartsWith("memorandum:", withheld.Rule, StringComparison.Ordinal);
        Assert.NotEmpty(withheld.Missing);

        var seen = await caritas.Notifications.ReportSeenAsync(new ReportSeenRequest { Sequence = notice.Sequence });
        Assert.NotNull(seen.Notice.SeenAt);
        Assert.Equal(notice.Sequence, (await caritas.Notifications.AcknowledgeAsync(new AcknowledgeRequest { Through = notice.Sequence, Subscriber = "journey" })).Through);
        await hotline.Next(NoticeKind.ReferralAcknowledged, referral);
        Assert.Equal(ReferralStatus.Acknowledged, await kopzi.StatusOf(referral));

        Assert.Equal(ReferralStatus.Accepted, (await caritas.Referrals.AcceptReferralAsync(new AcceptReferralRequest { ReferralId = referral })).Referral.Status);
        Assert.Equal(ReferralStatus.InService, (await caritas.Referrals.StartServiceAsync(new StartServiceRequest { ReferralId = referral })).Referral.Status);
        var completed = (await caritas.Referrals.CompleteReferralAsync(new CompleteReferralRequest { ReferralId = referral, Outcome = Outcome.ServiceDelivered })).Referral;
        Assert.Equal((ReferralStatus.Completed, Outcome.ServiceDelivered), (completed.Status, completed.Outcome));

        await hotline.Next(NoticeKind.ReferralCompleted, referral);
        NoticeKind[] course = [NoticeKind.ReferralAcknowledged, NoticeKind.ReferralAccepted, NoticeKind.ServiceStarted, NoticeKind.ReferralCompleted];
        Assert.Equal(course, hotline.Of(referral).Select(one => one.Kind));
        Assert.Equal(Enumerable.Range(2, 4), hotline.Of(referral).Select(one => one.Version));
        var history = (await kopzi.Referrals.GetReferralAsync(new GetReferralRequest { ReferralId = referral })).History;
        Assert.Equal(["submit", "acknowledge", "accept", "start", "complete"], history.Select(move => move.Move_));
        Assert.Contains(await All(kopzi), one => one.ReferralId == referral);

        var closed = await Refusal.Of(caritas.Referrals.ReadDossierAsync(new ReadDossierRequest { ReferralId = referral }));
        Assert.Equal((StatusCode.PermissionDenied, "TLT-REF-0404"), (closed.Status, closed.Code));
    }

    [Fact]
    public async Task Recognition_ByPolice_ShowsItsDecisionToPoliceAlone()
    {
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        using var police = new RpcAgency(net.It, "lt-police");
        var subject = await kopzi.SubjectWithConsent("lt-caritas");
        var consent = RpcAgency.Consent(subject, "lt-police");
        consent.Purposes.Add(Purpose.CriminalProceedings);
        await kopzi.Referrals.GiveConsentAsync(consent);
        var report = RpcAgency.Referral(subject, "lt-police");
        (report.Need, report.Purpose) = (Need.CriminalInvestigation, Purpose.CriminalProceedings);
        await kopzi.Referrals.SubmitReferralAsync(report);
        await kopzi.Identification.PresumeVictimAsync(new PresumeVictimRequest { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject });

        var recognise = new RecogniseVictimRequest { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, DecisionReference = "12-3/2026", DecidedOn = "2026-01-15" };
        var refused = await Refusal.Of(kopzi.Identification.RecogniseVictimAsync(recognise));
        Assert.Equal((StatusCode.PermissionDenied, "TLT-IDN-0030"), (refused.Status, refused.Code));
        Assert.Equal(VictimStatus.Recognised, (await Eventually.Some("the status conferred", async () =>
            await Refusal.OrNone(police.Identification.RecogniseVictimAsync(recognise)) is null ? await police.Identification.GetStatusAsync(new GetStatusRequest { SubjectRef = subject }) : null)).Standing.Status);
        Assert.Equal("12-3/2026", await Decision(police));
        Assert.Equal("", await Decision(kopzi));

        async Task<string> Decision(RpcAgency agency) =>
            (await agency.Identification.GetStatusAsync(new GetStatusRequest { SubjectRef = subject })).History.Single(step => step.Status == VictimStatus.Recognised).DecisionReference;
    }

    [Fact]
    public async Task Consent_Withdrawn_IsToldOnTheStream_AndEndsTheReading()
    {
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        using var caritas = new RpcAgency(net.It, "lt-caritas");
        await using var shelter = await Followed.Open(caritas, new SubscribeRequest { After = await RpcAgency.EndOfFeed(net.It, "lt-caritas") });
        var subject = await kopzi.SubjectWithConsent("lt-caritas");
        var referral = (await kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject))).ReferralId;
        await shelter.Next(NoticeKind.ReferralSubmitted, referral);
        var consent = Assert.Single((await kopzi.Referrals.ListConsentsAsync(new ListConsentsRequest { SubjectRef = subject })).Consents);

        await kopzi.Referrals.WithdrawConsentAsync(new WithdrawConsentRequest { SubjectRef = subject, ConsentId = consent.ConsentId });

        var told = await shelter.Next(NoticeKind.ConsentWithdrawn, referral);
        Assert.True(told.HasCovered);
        Assert.Equal((consent.ConsentId, false), (told.ConsentId, told.Covered));
        var refused = await Refusal.Of(caritas.Referrals.AcceptReferralAsync(new AcceptReferralRequest { ReferralId = referral }));
        Assert.Equal((StatusCode.PermissionDenied, "TLT-REF-0402"), (refused.Status, refused.Code));
    }

    private static async Task<List<Protos.Referral.V1.Referral>> All(RpcAgency agency)
    {
        List<Protos.Referral.V1.Referral> all = [];
        var request = new ListReferralsRequest { Role = ListReferralsRequest.Types.Role.Sent, Status = ReferralStatus.Completed, PageSize = 200 };
        do
        {
            var page = await agency.Referrals.ListReferralsAsync(request);
            all.AddRange(page.Referrals);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(all.Count, all.DistinctBy(one => one.ReferralId).Count());
        return all;
    }
}
