using System.Net;
using System.Text.RegularExpressions;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>One trace runs from the request of an outside system to the other agency's feed, and says nothing it should not.</summary>
public sealed partial class TraceTests(Net net)
{
    [Fact]
    public async Task Referral_ThereAndBack_IsOneTreeEachWay()
    {
        net.Telemetry.Keeps = true;
        try
        {
            var subject = await net.It.SubjectWithConsent("lt-caritas");
            await net.It.Settled();

            var there = Tree.NewTrace();
            var body = Json(new { subject, to = "lt-caritas", need = "Shelter", purpose = "Assistance", urgency = "Urgent" });
            var referral = (await Send("lt-kopzi", "/v1/referrals", body, there)).Must(HttpStatusCode.Accepted).Text("referralId");
            await Eventually.True("the notice on the recipient's feed", async () => (await net.It.Notices("lt-caritas", referral)).Count == 1);
            await Tree.Whole(net.Telemetry, there, "POST /v1/referrals", "referral-submitted", throughGroup: true);

            var back = Tree.NewTrace();
            (await Send("lt-caritas", $"/v1/referrals/{referral}/accept", null, back)).Must(HttpStatusCode.OK);
            await Eventually.True("the answer on the sender's feed", async () => (await net.It.Notices("lt-kopzi", referral)).Count == 1);
            await Tree.Whole(net.Telemetry, back, "POST /v1/referrals/{id}/accept", "referral-accepted", throughGroup: false);
        }
        finally
        {
            net.Telemetry.Keeps = false;
            net.Telemetry.Forget();
        }
    }

    [Fact]
    public async Task Figures_OfEveryService_AreThereAndMove()
    {
        var subject = await net.It.SubjectWithConsent("lt-caritas");
        var before = await Figures();
        var referral = (await net.It.Refer(subject, "lt-caritas")).Must(HttpStatusCode.Accepted).Text("referralId");
        await Eventually.True("the notice on the recipient's feed", async () => (await net.It.Notices("lt-caritas", referral)).Count == 1);

        await Eventually.True("the figures tell of it", async () =>
        {
            var after = await Figures();
            return Rose("referral", "tiltas_outbox_published_total") && Rose("referral", "tiltas_group_size_count")
                && Rose("notification", "tiltas_inbox_handled_total") && Rose("notification", "tiltas_feed_appended_total")
                && Rose("notification", "tiltas_feed_delivered_total") && Rose("notification", "tiltas_feed_lag_seconds_count")
                && Rose("gateway", "http_server_request_duration_seconds_count");

            bool Rose(string service, string figure) => Sum(after[service], figure) > Sum(before[service], figure);
        });
        foreach (var (service, page) in await Figures())
        {
            // The one id is the process's own.
            Assert.All(page.Samples.Keys.Where(sample => !sample.StartsWith("target_info{", StringComparison.Ordinal)), sample => Assert.DoesNotMatch(Id(), sample));
            if (service == "gateway") continue;
            foreach (var figure in (string[])["tiltas_outbox_waiting", "tiltas_outbox_parked", "tiltas_outbox_oldest_age_seconds"])
                Assert.True(page.Samples.Keys.Any(sample => Of(sample, figure)), $"{service} does not tell {figure}");
        }
    }

    private Task<Answer> Send(string agency, string path, HttpContent? content, string trace) =>
        net.It.As(agency).Send(HttpMethod.Post, path, content, Guid.CreateVersion7().ToString(), ("traceparent", $"00-{trace}-{Tree.Client}-01"));

    private async Task<Dictionary<string, Exposition>> Figures()
    {
        using var http = new HttpClient();
        var pages = new Dictionary<string, Exposition>();
        foreach (var service in net.It.Network.Services)
            pages[service.Name] = Exposition.Parse(await http.GetStringAsync(new Uri(service.Inside, "/metrics"), TestContext.Current.CancellationToken));
        return pages;
    }

    private static double Sum(Exposition page, string figure) => page.Samples.Where(sample => Of(sample.Key, figure)).Sum(sample => sample.Value);

    private static bool Of(string sample, string figure) => sample == figure || sample.StartsWith(figure + "{", StringComparison.Ordinal);

    private static StringContent Json(object body) =>
        new(System.Text.Json.JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json");

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}")]
    private static partial Regex Id();
}
