using System.Globalization;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Identification.V1;
using Tiltas.Protos.Notification.V1;
using Tiltas.Protos.Referral.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>What a call over gRPC leaves behind: one trace from the client to the other agency's feed, and no word of a person's.</summary>
public sealed class RpcTraceTests(Net net)
{
    private const string Person = "Kanarele8Q";
    private const string Letters = "Žvirblė8Q";
    private const string Decision = "Sprendimas8Q";
    private const string DecisionColumn = "identification: public.standings.decision_reference";

    [Fact]
    public async Task Referral_ThereAndBack_IsOneTreeEachWay()
    {
        net.Telemetry.Keeps = true;
        try
        {
            using var kopzi = new RpcAgency(net.It, "lt-kopzi");
            using var caritas = new RpcAgency(net.It, "lt-caritas");
            await using var shelter = await Followed.Open(caritas, new SubscribeRequest { After = await RpcAgency.EndOfFeed(net.It, "lt-caritas") });
            await using var hotline = await Followed.Open(kopzi, new SubscribeRequest { After = await RpcAgency.EndOfFeed(net.It, "lt-kopzi") });
            var subject = await kopzi.SubjectWithConsent("lt-caritas");
            await net.It.Settled();

            var there = Tree.NewTrace();
            var referral = (await kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject), In(there))).ReferralId;
            await shelter.Next(NoticeKind.ReferralSubmitted, referral);
            await Tree.Whole(net.Telemetry, there, "tiltas.referral.v1.Referrals/SubmitReferral", "referral-submitted", throughGroup: true);

            var back = Tree.NewTrace();
            await caritas.Referrals.AcceptReferralAsync(new AcceptReferralRequest { ReferralId = referral }, In(back));
            await hotline.Next(NoticeKind.ReferralAccepted, referral);
            await Tree.Whole(net.Telemetry, back, "tiltas.referral.v1.Referrals/AcceptReferral", "referral-accepted", throughGroup: false);
        }
        finally
        {
            net.Telemetry.Keeps = false;
            net.Telemetry.Forget();
        }

        static Metadata In(string trace) => new() { { "traceparent", $"00-{trace}-{Tree.Client}-01" } };
    }

    [Fact]
    public async Task Canary_PlantedOverRpc_StandsInTheAnswersOfThoseWhoMayReadItAlone()
    {
        net.Telemetry.Keeps = true;
        try
        {
            await Journey();
            var refusals = await Refusals();
            await net.It.Settled();
            var (metrics, services) = (net.Telemetry.Metrics.Count(), net.It.Network.Services.Count);
            await Eventually.True("figures of all services", () => Task.FromResult(net.Telemetry.Metrics.Skip(metrics).Count() >= 2 * services));
            Assert.Contains(net.Telemetry.SpanRecords(), span => span.Attributes.GetValueOrDefault("rpc.method") == "tiltas.identification.v1.Identification/RecogniseVictim");

            var places = refusals.Select(text => ("a refusal", Encoding.UTF8.GetBytes(text))).ToList();
            using var http = new HttpClient();
            foreach (var service in net.It.Network.Services) places.Add((service.Name + "/metrics", Encoding.UTF8.GetBytes(await http.GetStringAsync(new Uri(service.Inside, "/metrics")))));
            places.AddRange(Sinks.Files(Path.Combine(net.It.Folder, "logs")));
            var tables = await Sinks.Tables(net.It, TestContext.Current.CancellationToken);
            Assert.Contains(tables, table => table.Where == DecisionColumn && table.Content.Holds(Decision));
            places.AddRange(tables);
            List<string> found = [];
            foreach (var word in (string[])[Person, Letters, Decision])
            {
                if (net.Telemetry.Holds(word)) found.Add($"{word} in telemetry");
                found.AddRange(places.Where(place => (word != Decision || place.Item1 != DecisionColumn) && place.Item2.Holds(word)).Select(place => $"{word} in {place.Item1}"));
            }
            Assert.True(found.Count == 0, string.Join('\n', found));
        }
        finally
        {
            net.Telemetry.Keeps = false;
            net.Telemetry.Forget();
        }
    }

    private async Task Journey()
    {
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        using var police = new RpcAgency(net.It, "lt-police");
        using var caritas = new RpcAgency(net.It, "lt-caritas");
        var subject = (await kopzi.Referrals.OpenSubjectAsync(new OpenSubjectRequest { IdempotencyKey = RpcAgency.Key() + Person })).SubjectRef;
        foreach (var dataClass in Enum.GetValues<DataClass>()[1..])
            await kopzi.Referrals.WriteDossierPartAsync(new WriteDossierPartRequest
            {
                SubjectRef = subject, Part = new DossierPart { DataClass = dataClass, Fields = { [Person] = "a field's name", ["prs_FirstName"] = Person, ["prs_LastName"] = Letters } },
            }, Strange());
        var consent = RpcAgency.Consent(subject, "lt-caritas", "lt-police");
        consent.IdempotencyKey += Person;
        consent.Purposes.Add(Purpose.CriminalProceedings);
        await kopzi.Referrals.GiveConsentAsync(consent);
        var referral = (await kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject, key: RpcAgency.Key() + Person), Strange())).ReferralId;
        var dossier = await caritas.Referrals.ReadDossierAsync(new ReadDossierRequest { ReferralId = referral });
        Assert.Contains(dossier.Given, part => part.Fields["prs_LastName"] == Letters);

        var own = (await police.Referrals.OpenSubjectAsync(new OpenSubjectRequest { IdempotencyKey = RpcAgency.Key() })).SubjectRef;
        await police.Identification.RecogniseVictimAsync(new RecogniseVictimRequest { IdempotencyKey = RpcAgency.Key(), SubjectRef = own, DecisionReference = Decision + " 4/2026", DecidedOn = "2026-01-15" }, Strange());
        var status = await police.Identification.GetStatusAsync(new GetStatusRequest { SubjectRef = own });
        Assert.Contains(status.History, step => step.DecisionReference.StartsWith(Decision, StringComparison.Ordinal));
    }

    private async Task<List<string>> Refusals()
    {
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        var subject = await kopzi.SubjectWithConsent("lt-caritas");
        List<string> said = [];
        foreach (var word in (string[])[Person, Letters])
        {
            await Say(kopzi.Referrals.GetReferralAsync(new GetReferralRequest { ReferralId = word }));
            await Say(kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject, word.ToLowerInvariant())));
            await Say(kopzi.Referrals.OpenSubjectAsync(new OpenSubjectRequest { IdempotencyKey = word + " " + word }));
            await Say(kopzi.Referrals.OpenSubjectAsync(new OpenSubjectRequest { IdempotencyKey = RpcAgency.Key(), Municipality = word }));
            await Say(kopzi.Referrals.WriteDossierPartAsync(new WriteDossierPartRequest { SubjectRef = subject, Part = new DossierPart { DataClass = DataClass.Needs, Fields = { ["a b " + word] = word } } }));
            await Say(kopzi.Identification.RecogniseVictimAsync(new RecogniseVictimRequest { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, DecisionReference = Decision, DecidedOn = word }));
            await Say(kopzi.Identification.RecogniseVictimAsync(new RecogniseVictimRequest { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, DecisionReference = Decision, DecidedOn = "2026-01-15" }));
            await Say(kopzi.Identification.RecordScreeningAsync(new RecordScreeningRequest { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, SetId = word, SetVersion = 1, AgeBand = AgeBand.Unknown, Place = word }));
            await Say(kopzi.Notifications.AcknowledgeAsync(new AcknowledgeRequest { Subscriber = word }));
            await Say(kopzi.Directory.GetAgencyAsync(new() { AgencyId = word }));
        }
        return said;

        async Task Say<T>(AsyncUnaryCall<T> call) where T : IMessage<T>
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
            Assert.False(refused.StatusCode is StatusCode.Internal or StatusCode.Unknown, refused.Message);
            said.Add(string.Create(CultureInfo.InvariantCulture, $"{Refusal.Of(refused)}") + Encoding.UTF8.GetString(refused.Trailers.GetValueBytes("grpc-status-details-bin") ?? []));
        }
    }

    private static Metadata Strange() => new() { { "x-name", Person }, { "x-name-bin", Encoding.UTF8.GetBytes(Letters) }, { "baggage", "name=" + Person }, { "tracestate", "x=" + Person } };
}
