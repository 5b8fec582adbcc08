using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Capacity;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Tests.Kit;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Storage;
using Tiltas.TestKit;

namespace Tiltas.Directory.Tests.Capacity;

[Collection(RunningDirectory.Name)]
public sealed class HoldTests(DirectoryProcess directory)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly Provision Provision = Provision.Load(Repository.In("data", "lt"));

    [Fact]
    public async Task Capacity_IsTheAgencysOwnToSay()
    {
        await Offer("cp", null);
        using var mine = directory.As("cp-giver", "agency");
        using var other = directory.As("cp-taker", "agency");
        await mine.GetAsync("/v1/services/cp-s/capacity", Stop).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0802");
        var body = System.Text.Json.Nodes.JsonNode.Parse("""{"total":5,"available":2}""")!;
        await other.Put("/v1/services/cp-s/capacity", body).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0202", rule: "own-services");
        await mine.Put("/v1/services/cp-none/capacity", body).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0201");
        var said = await mine.Put("/v1/services/cp-s/capacity", body).Expect(HttpStatusCode.OK);
        Assert.Equal((5, 2, 0, 2), Numbers(said));
        Assert.Equal((5, 2, 0, 2), Numbers(await other.GetAsync("/v1/services/cp-s/capacity", Stop).Expect(HttpStatusCode.OK)));
        body["available"] = 0;
        Assert.True((await mine.Put("/v1/services/cp-s/capacity", body).Expect(HttpStatusCode.OK)).GetProperty("updatedAt").GetDateTimeOffset() >= said.GetProperty("updatedAt").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("""{"available":1}""", "TLT-DIR-0001", "$.total")]
    [InlineData("""{"total":1}""", "TLT-DIR-0001", "$.available")]
    [InlineData("""{"total":1,"available":2}""", "TLT-DIR-0801", "$.available")]
    [InlineData("""{"total":1,"available":-1}""", "TLT-DIR-0801", "$.available")]
    [InlineData("""{"total":-1,"available":0}""", "TLT-DIR-0801", "$.total")]
    [InlineData("""{"total":100001,"available":0}""", "TLT-DIR-0801", "$.total")]
    public async Task Capacity_WrongNumber_IsToldByName(string body, string code, string field)
    {
        using var registrar = directory.Registrar;
        await registrar.PutAsync("/v1/services/cp-s/capacity", Json.Body(body), Stop).ExpectProblem(HttpStatusCode.BadRequest, code, field);
    }

    [Fact]
    public async Task Hold_ManyTakersAtOnce_NeverMoreThanPlaces()
    {
        const int places = 5, takers = 40;
        await Offer("hm", places);
        using var taker = directory.As("hm-taker", "agency");
        using var giver = directory.As("hm-giver", "agency");
        for (var round = 0; round < 4; round++)
        {
            var sent = await Task.WhenAll(Enumerable.Range(0, takers).Select(n => Take(n % 2 == 0 ? taker : giver, "hm-s", $"r{round}-{n}")));
            var got = sent.Where(answer => answer.Status == HttpStatusCode.Created).ToList();
            Assert.Equal(places, got.Count);
            Assert.Equal(places, got.Select(answer => answer.Body.Text("hold")).Distinct().Count());
            Assert.All(sent.Except(got), answer => Assert.Equal((HttpStatusCode.Conflict, "TLT-DIR-0804"), (answer.Status, answer.Body.Text("code"))));
            Assert.Equal((8, places, places, 0), Numbers(await taker.GetAsync("/v1/services/hm-s/capacity", Stop).Expect(HttpStatusCode.OK)));

            // Released by the one and the other; the second time changes nothing.
            foreach (var hold in got.Select((answer, n) => (Id: answer.Body.Text("hold"), By: n % 2 == 0 ? giver : answer.Body.Text("agency") == "hm-taker" ? taker : giver)))
                for (var twice = 0; twice < 2; twice++)
                {
                    using var released = await hold.By.DeleteAsync("/v1/services/hm-s/holds/" + hold.Id, Stop);
                    Assert.Equal(HttpStatusCode.NoContent, released.StatusCode);
                }
            Assert.Equal((8, places, 0, places), Numbers(await taker.GetAsync("/v1/services/hm-s/capacity", Stop).Expect(HttpStatusCode.OK)));
        }
    }

    [Fact]
    public async Task Hold_SameKeyManyTimesAtOnce_KeepsOnePlace()
    {
        await Offer("hk", 1);
        using var taker = directory.As("hk-taker", "agency");
        var sent = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Take(taker, "hk-s", "one")));
        Assert.All(sent, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Single(sent.Select(answer => answer.Body.Text("hold")).Distinct());
        Assert.Equal((8, 1, 1, 0), Numbers(await taker.GetAsync("/v1/services/hk-s/capacity", Stop).Expect(HttpStatusCode.OK)));

        await Offer("hl", 1);
        Assert.Equal("TLT-NET-0410", (await Take(taker, "hl-s", "one")).Body.Text("code"));
        using var without = await taker.PostAsync("/v1/services/hk-s/holds", null, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
    }

    [Fact]
    public async Task Hold_WhatCannotBeKept_IsTold()
    {
        await Offer("hn", null);
        using var taker = directory.As("hn-taker", "agency");
        Assert.Equal("TLT-DIR-0803", (await Take(taker, "hn-s", "a")).Body.Text("code"));
        Assert.Equal("TLT-DIR-0201", (await Take(taker, "hn-none", "b")).Body.Text("code"));
        Assert.Equal("TLT-DIR-0201", (await Take(taker, "No", "c")).Body.Text("code"));
        using var stranger = directory.As("hn-stranger", "agency");
        Assert.Equal("TLT-DIR-0806", (await Take(stranger, "hn-s", "d")).Body.Text("code"));
        using var registrar = directory.Registrar;
        await registrar.DeleteAsync("/v1/services/hn-s", Stop).Expect(HttpStatusCode.OK);
        Assert.Equal("TLT-DIR-0201", (await Take(taker, "hn-s", "e")).Body.Text("code"));
    }

    [Fact]
    public async Task Hold_OfAnother_IsNotThere()
    {
        await Offer("ho", 1);
        using var taker = directory.As("ho-taker", "agency");
        using var stranger = directory.As("ho-stranger", "agency");
        var hold = (await Take(taker, "ho-s", "a")).Body.Text("hold");
        foreach (var path in new[] { $"ho-s/holds/{hold}", $"ho-s/holds/{Guid.CreateVersion7()}", "ho-s/holds/x", $"ho-t/holds/{hold}" })
            await stranger.DeleteAsync("/v1/services/" + path, Stop).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0805");
        Assert.Equal((8, 1, 1, 0), Numbers(await taker.GetAsync("/v1/services/ho-s/capacity", Stop).Expect(HttpStatusCode.OK)));
    }

    /// <summary>In this process, with a clock of the test's own, on the same database.</summary>
    [Fact]
    public async Task Hold_WhenItsTimeIsOver_IsFreeAgain()
    {
        await Offer("he", 1);
        var time = new SetTime(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Null((await Take("first")).Error);
        time.Pass(Provision.Hold - TimeSpan.FromMilliseconds(1));
        Assert.Equal("TLT-DIR-0804", (await Take("second")).Error?.Code);
        Assert.Equal(1, await Kept());
        time.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await Kept());
        var second = await Take("second");
        Assert.Equal(time.GetUtcNow() + Provision.Hold, second.Value.ExpiresAt);
        Assert.Equal("TLT-DIR-0804", (await Take("third")).Error?.Code);

        // What ended long ago goes when the next place is taken.
        time.Pass(TimeSpan.FromDays(3));
        Assert.Null((await Take("fourth")).Error);
        await using var db = Db();
        Assert.Single(await db.Holds.Where(hold => hold.Service == ServiceId.From("he-s")).ToListAsync(Stop));

        async Task<Hosting.Problems.Result<HoldPlace.Answer>> Take(string name)
        {
            await using var store = Db();
            Assert.True(IdempotencyKey.TryParse(name, out var key));
            return await HoldPlace.Handle("he-s", key, new Caller { Agency = AgencyId.From("he-taker"), Client = "client", Roles = [Roles.Agency] }, store, Provision, time, Stop);
        }
        async Task<int> Kept()
        {
            await using var store = Db();
            return (await ReadCapacity.Find("he-s", store, time, Stop)).Value.Kept;
        }
    }

    [Fact]
    public async Task Search_FullAndKept_AreNotSuitable()
    {
        await Offer("hs", 1, "Interpretation");
        using var taker = directory.As("hs-taker", "agency");
        using var giver = directory.As("hs-giver", "agency");
        Assert.Equal(("PlacesFree", 1), await Place());
        await Take(taker, "hs-s", "a");
        Assert.Equal(("AllPlacesKept", 0), await Place());
        await giver.PutAsync("/v1/services/hs-s/capacity", Json.Body("""{"total":8,"available":0}"""), Stop).Expect(HttpStatusCode.OK);
        Assert.Equal(("Full", 0), await Place());
        await giver.PutAsync("/v1/services/hs-s/capacity", Json.Body("""{"total":8,"available":3}"""), Stop).Expect(HttpStatusCode.OK);
        Assert.Equal(("PlacesFree", 2), await Place());

        async Task<(string, int)> Place()
        {
            var found = await giver.PostAsync("/v1/providers/search", Json.Body("""{"need":"Interpretation","place":"LT-57","purpose":"Assistance"}"""), Stop).Expect(HttpStatusCode.OK);
            var one = found.GetProperty("suitable").EnumerateArray().Concat(found.GetProperty("notSuitable").EnumerateArray()).Single(provider => provider.Text("service") == "hs-s");
            string[] said = [.. new[] { "for", "against" }.SelectMany(list => one.GetProperty(list).EnumerateArray()).Select(reason => reason.Text("code"))];
            return (said.Single(code => code is "PlacesFree" or "CapacityUnknown" or "Full" or "AllPlacesKept"), one.GetProperty("places").GetProperty("free").GetInt32());
        }
    }

    private DirectoryStore Db() => new(new DbContextOptionsBuilder<DirectoryStore>().UseNpgsql(directory.Store).Options);

    private static (int Total, int Available, int Kept, int Free) Numbers(JsonElement capacity) =>
        (capacity.GetProperty("total").GetInt32(), capacity.GetProperty("available").GetInt32(), capacity.GetProperty("kept").GetInt32(), capacity.GetProperty("free").GetInt32());

    private async Task Offer(string name, int? available, string need = "Shelter")
    {
        using var registrar = directory.Registrar;
        foreach (var agency in new[] { "giver", "taker" }) await registrar.Put($"/v1/agencies/{name}-{agency}", Json.Agency()).Expect(HttpStatusCode.Created);
        await registrar.Put($"/v1/services/{name}-s", Json.Service(name + "-giver", need)).Expect(HttpStatusCode.Created);
        if (available is { } places) await registrar.PutAsync($"/v1/services/{name}-s/capacity", Json.Body($$"""{"total":8,"available":{{places}}}"""), Stop).Expect(HttpStatusCode.OK);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Take(HttpClient by, string service, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/services/{service}/holds") { Headers = { { "Idempotency-Key", key } } };
        using var answer = await by.SendAsync(request, Stop);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement);
    }
}
