using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Tiltas.Hosting.Telemetry;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>One trace runs from the request of an outside system to the other agency's feed, and says nothing it should not.</summary>
public sealed partial class TraceTests(Net net)
{
    private const string Client = "b7ad6b7169203331";

    [Fact]
    public async Task Referral_ThereAndBack_IsOneTreeEachWay()
    {
        net.Telemetry.Keeps = true;
        try
        {
            var subject = await net.It.SubjectWithConsent("lt-caritas");
            await net.It.Settled();

            var there = NewTrace();
            var body = Json(new { subject, to = "lt-caritas", need = "Shelter", purpose = "Assistance", urgency = "Urgent" });
            var referral = (await Send("lt-kopzi", "/v1/referrals", body, there)).Must(HttpStatusCode.Accepted).Text("referralId");
            await Eventually.True("the notice on the recipient's feed", async () => (await net.It.Notices("lt-caritas", referral)).Count == 1);
            await Whole(there, "POST /v1/referrals", "referral-submitted", throughGroup: true);

            var back = NewTrace();
            (await Send("lt-caritas", $"/v1/referrals/{referral}/accept", null, back)).Must(HttpStatusCode.OK);
            await Eventually.True("the answer on the sender's feed", async () => (await net.It.Notices("lt-kopzi", referral)).Count == 1);
            await Whole(back, "POST /v1/referrals/{id}/accept", "referral-accepted", throughGroup: false);
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

    private async Task Whole(string trace, string request, string message, bool throughGroup)
    {
        var spans = await Eventually.Some("every span of the trace, up to the commit on the feed", () =>
        {
            var here = net.Telemetry.SpanRecords().Where(span => span.TraceId == trace || span.Links.Any(link => link.TraceId == trace)).DistinctBy(span => span.Id).ToList();
            var ids = here.Select(span => span.Id).ToHashSet();
            var whole = here.Where(span => span.TraceId == trace).All(span => span.ParentId == Client || ids.Contains(span.ParentId));
            return Task.FromResult(whole && here.Any(span => span is { Service: "notification", Name: "group commit" }) && here.Any(span => span is { Service: "gateway", Kind: 2 }) ? here : null);
        });

        // One tree: one root, which hangs on the client's span, and from every span a way up to it.
        var own = spans.Where(span => span.TraceId == trace).ToDictionary(span => span.Id);
        var root = Assert.Single(own.Values, span => span.ParentId == Client);
        Assert.Equal(("gateway", 2), (root.Service, root.Kind));
        Assert.All(own.Values, span => Assert.Same(root, WayUp(span)[^1]));

        // The way from the feed up to the client, as a list of places that must come in this order.
        var commit = spans.Single(span => span is { Service: "notification", Name: "group commit" });
        if (commit.TraceId != trace) commit = own[commit.Links.Single(link => link.TraceId == trace).Id];
        var way = WayUp(commit).Select(Place).ToList();
        string[] expected = ["notification consume", "referral outbox", $"referral {request}", "gateway door"];
        Assert.Equal(expected, way.Where(expected.Contains).Distinct());
        Assert.Contains(own.Values, span => span.Service == "referral" && Place(span) == $"referral {request}");
        if (throughGroup) Assert.Contains(spans, span => span is { Service: "referral", Name: "group commit" } && Place(own[span.TraceId == trace ? span.ParentId : span.Links.Single(l => l.TraceId == trace).Id]) == $"referral {request}");
        Assert.Contains(own.Values, span => span.Service == "notification" && span.Kind == 5 && span.Name.Contains(message, StringComparison.Ordinal));

        foreach (var span in spans)
        {
            Assert.Subset(AllowList.SpanTags.ToHashSet(), span.Attributes.Keys.ToHashSet());
            Assert.All(span.Events, one => Assert.Subset(AllowList.SpanTags.ToHashSet(), one.Attributes.ToHashSet()));
            Assert.DoesNotMatch(Id(), span.Name);
        }

        List<SpanRecord> WayUp(SpanRecord span)
        {
            List<SpanRecord> up = [span];
            while (up[^1].ParentId != Client)
            {
                Assert.True(up.Count <= own.Count, "the parents run in a circle");
                up.Add(own[up[^1].ParentId]);
            }
            return up;
        }
    }

    private static string Place(SpanRecord span) => span switch
    {
        { Service: "gateway", Kind: 2 } => "gateway door",
        { Kind: 2 } => $"{span.Service} {span.Name}",
        { Kind: 5 } => $"{span.Service} consume",
        { Name: "outbox publish" } => $"{span.Service} outbox",
        _ => $"{span.Service} {span.Name} within",
    };

    private Task<Answer> Send(string agency, string path, HttpContent? content, string trace) =>
        net.It.As(agency).Send(HttpMethod.Post, path, content, Guid.CreateVersion7().ToString(), ("traceparent", $"00-{trace}-{Client}-01"));

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

    private static string NewTrace() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static StringContent Json(object body) =>
        new(System.Text.Json.JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json");

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}")]
    private static partial Regex Id();
}
