using System.Net;
using System.Text.Json.Nodes;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>The two lists an agency works from: with whom it may, and what it has under way.</summary>
public sealed class ListTests(Net net)
{
    [Fact]
    public async Task Partners_FollowNeedStandingMemorandumAndService()
    {
        var kopzi = net.It.As("lt-kopzi");
        var all = await Partners("");
        var shelters = await Partners("?need=Shelter");
        Assert.Contains("lt-caritas", shelters.Keys);
        Assert.Contains("lt-vkc", shelters.Keys);
        Assert.DoesNotContain("lt-iom", shelters.Keys);
        Assert.All(shelters, partner =>
        {
            Assert.Contains("Shelter", Names(partner.Value["offers"]!));
            Assert.All(partner.Value["memoranda"]!.AsArray(), terms => Assert.True(Names(terms!["needs"]!) is var needs && (needs.Length == 0 || needs.Contains("Shelter"))));
        });
        // All but those with another need, and never oneself, a stranger, or the other side of a memorandum that has ended.
        Assert.Equal(shelters.Keys.Order(), all.Keys.Intersect(shelters.Keys).Order());
        Assert.True(all.Count > shelters.Count);
        foreach (var never in (string[])["lt-kopzi", "lt-sbgs", "lt-vilnius-caritas"]) Assert.DoesNotContain(never, all.Keys);
        var wrong = (await kopzi.Get("/v1/partners?need=shelter")).Must(HttpStatusCode.BadRequest);
        Assert.Equal(("TLT-REF-0332", "need"), (wrong.Code, wrong.Text("field")));

        var memorandum = await net.It.Memorandum("lt-kopzi", "lt-moi", "Interpretation");
        Assert.DoesNotContain("lt-moi", (await Partners("?need=Interpretation")).Keys);
        Assert.Empty(Names((await Partners(""))["lt-moi"]["offers"]!));
        const string service = "lt-moi-interpreting";
        await net.It.Offer("lt-moi", service, "Interpretation");
        await Eventually.True("a partner once it offers the help", async () => (await Partners("?need=Interpretation")).ContainsKey("lt-moi"));
        Assert.DoesNotContain("lt-moi", (await Partners("?need=Shelter")).Keys);
        await net.It.SetStanding("lt-moi", "Suspended");
        Assert.DoesNotContain("lt-moi", (await Partners("")).Keys);
        await net.It.SetStanding("lt-moi", "Active");
        Assert.Contains("lt-moi", (await Partners("?need=Interpretation")).Keys);
        (await net.It.As("registrar").Send(HttpMethod.Delete, $"/v1/services/{service}", null, null)).Must(HttpStatusCode.OK);
        await Eventually.True("no partner once the service is withdrawn", async () => !(await Partners("?need=Interpretation")).ContainsKey("lt-moi"));
        await net.It.EndMemorandum(memorandum);
        Assert.DoesNotContain("lt-moi", (await Partners("")).Keys);
    }

    [Fact]
    public async Task Referrals_ByRoleAndStatus_AreThePartysOwn_APageAtATime()
    {
        var (kopzi, caritas) = (net.It.As("lt-kopzi"), net.It.As("lt-caritas"));
        var before = await Newest();
        var sent = new List<string>();
        for (var i = 0; i < 7; i++) sent.Add((await net.It.Refer(await net.It.SubjectWithConsent("lt-caritas"), "lt-caritas")).Must(HttpStatusCode.Accepted).Text("referralId"));
        (await caritas.Post($"/v1/referrals/{sent[1]}/accept")).Must(HttpStatusCode.OK);
        (await caritas.Post($"/v1/referrals/{sent[4]}/decline", new { code = "NoCapacity" })).Must(HttpStatusCode.OK);

        foreach (var (who, role, expected) in ((Agency, string?, List<string>)[])[(kopzi, "sent", sent), (kopzi, "received", []), (kopzi, null, sent), (caritas, "received", sent), (caritas, "sent", []), (caritas, null, sent), (net.It.As("lt-courts"), null, [])])
            foreach (var limit in (int[])[1, 3, 7, 200])
                Assert.Equal(expected, await Pages(who, role, null, limit, before));
        Assert.Equal([sent[1]], await Pages(caritas, "received", "Accepted", 3, before));
        Assert.Equal([sent[4]], await Pages(kopzi, "sent", "Declined", 3, before));
        Assert.Equal(sent.Where((_, i) => i is not (1 or 4)), await Pages(kopzi, null, "Submitted", 2, before));
        Assert.Empty(await Pages(kopzi, null, "Completed", 2, before));
        foreach (var (query, code) in ((string, string)[])[("role=owner", "TLT-REF-0331"), ("role=Sent", "TLT-REF-0331"), ("status=accepted", "TLT-REF-0332"), ("status=2", "TLT-REF-0332"), ("limit=0", "TLT-REF-0330"), ("limit=201", "TLT-REF-0330")])
            Assert.Equal(code, (await kopzi.Get($"/v1/referrals?{query}")).Must(HttpStatusCode.BadRequest).Code);
    }

    private async Task<string> Newest() => Convert.ToString((await net.It.Query("referral", "SELECT coalesce(max(referral::text), '00000000-0000-7000-8000-000000000000') FROM referrals"))[0][0], System.Globalization.CultureInfo.InvariantCulture)!;

    private static async Task<List<string>> Pages(Agency who, string? role, string? status, int limit, string after)
    {
        var found = new List<string>();
        for (var pages = 0; pages < 50; pages++)
        {
            var page = (await who.Get($"/v1/referrals?limit={limit}&after={after}{(role is null ? "" : "&role=" + role)}{(status is null ? "" : "&status=" + status)}")).Must(HttpStatusCode.OK).Json;
            var items = page["items"]!.AsArray().Select(item => (string)item!["referralId"]!).ToList();
            Assert.True(items.Count <= limit);
            found.AddRange(items);
            if ((string?)page["next"] is not { } next) return found;
            Assert.Equal(items[^1], next);
            after = next;
        }
        throw new InvalidOperationException("The pages do not end.");
    }

    private async Task<Dictionary<string, JsonNode>> Partners(string query) =>
        (await net.It.As("lt-kopzi").Get("/v1/partners" + query)).Must(HttpStatusCode.OK).Json.AsArray().ToDictionary(partner => (string)partner!["agency"]!, partner => partner!);

    private static string[] Names(JsonNode list) => [.. list.AsArray().Select(name => (string)name!)];
}
