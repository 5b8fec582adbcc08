using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;
using Tiltas.Directory.Tests.OpenReferral;

namespace Tiltas.Directory.Tests.Locations;

[Collection(RunningDirectory.Name)]
public sealed class LocationsTests(DirectoryProcess directory)
{
    private static readonly string[] Visibilities = ["Public", "Partner", "NeedToKnow"];

    [Fact]
    public async Task Location_FromEntryToEntryAgain_KeepsItsVersions()
    {
        await Agency("lo-a", "lo-a-s");
        using var agency = directory.As("lo-a", "agency");
        using var registrar = directory.Registrar;
        const string path = "/v1/locations/lo-a-house";
        var entered = await agency.Put(path, LocationJson.Of("lo-a", "NeedToKnow", "lo-a-s")).Expect(HttpStatusCode.Created);
        Assert.Equal((1, "NeedToKnow", "lo-a-s", "LT-00001"), (entered.Version(), entered.Text("visibility"), entered.GetProperty("services")[0].GetString(), entered.Text("postalCode")));
        Assert.Equal(1, (await agency.Put(path, LocationJson.Of("lo-a", "NeedToKnow", "lo-a-s")).Expect(HttpStatusCode.OK)).Version());
        Assert.Equal(2, (await registrar.Put(path, LocationJson.Of("lo-a", "Partner", "lo-a-s")).Expect(HttpStatusCode.OK)).Version());
        foreach (var _ in Enumerable.Range(0, 2)) Assert.Equal(3, (await agency.DeleteAsync(path, Cancel).Expect(HttpStatusCode.OK)).Version());
        Assert.Equal(3, (await agency.GetAsync(path, Cancel).Expect(HttpStatusCode.OK)).Version());
        Assert.Empty((await agency.GetAsync("/v1/locations?agency=lo-a", Cancel).Expect(HttpStatusCode.OK)).Ids());
        Assert.Equal(4, (await agency.Put(path, LocationJson.Of("lo-a", "Partner", "lo-a-s")).Expect(HttpStatusCode.OK)).Version());
        Assert.Equal(["lo-a-house"], (await agency.GetAsync("/v1/locations?agency=lo-a&type=Physical&municipality=LT-57", Cancel).Expect(HttpStatusCode.OK)).Ids());
        Assert.Empty((await agency.GetAsync("/v1/locations?agency=lo-a&type=Virtual", Cancel).Expect(HttpStatusCode.OK)).Ids());
    }

    /// <summary>Who asks for which location: all there is to know of it, or the answer that an unknown one gets, to the byte.</summary>
    [Fact]
    public async Task Location_OfEachVisibility_IsThereForItsCircleOnly()
    {
        await Agency("lv-own", "lv-own-s");
        await Agency("lv-other", "lv-other-s");
        await Agency("lv-away", "lv-away-s", "Suspended");
        using var registrar = directory.Registrar;
        foreach (var visibility in Visibilities)
            await registrar.Put("/v1/locations/lv-own-" + visibility.ToLowerInvariant(), LocationJson.Of("lv-own", visibility, "lv-own-s")).Expect(HttpStatusCode.Created);
        await registrar.Put("/v1/locations/lv-own-gone", LocationJson.Of("lv-own", "Public", "lv-own-s")).Expect(HttpStatusCode.Created);
        await registrar.DeleteAsync("/v1/locations/lv-own-gone", Cancel).Expect(HttpStatusCode.OK);

        using var own = directory.As("lv-own", "agency");
        using var other = directory.As("lv-other", "agency");
        using var away = directory.As("lv-away", "agency");
        using var unknown = directory.As("lv-nowhere", "agency");
        using var auditor = directory.As("lv-own", "auditor");
        foreach (var (who, client, sees) in new[] { ("own", own, 4), ("other", other, 2), ("away", away, 1), ("unknown", unknown, 1), ("auditor", auditor, 1), ("registrar", registrar, 4) })
        {
            var slugs = new[] { "lv-own-public", "lv-own-partner", "lv-own-needtoknow", "lv-own-gone" };
            Assert.True(slugs.Take(Math.Min(sees, 3)).Order(StringComparer.Ordinal).SequenceEqual((await client.GetAsync("/v1/locations?agency=lv-own", Cancel).Expect(HttpStatusCode.OK)).Ids()), who);
            for (var i = 0; i < slugs.Length; i++)
            {
                using var one = await client.GetAsync("/v1/locations/" + slugs[i], Cancel);
                Assert.True(one.StatusCode == (i < sees ? HttpStatusCode.OK : HttpStatusCode.NotFound), $"{who} {slugs[i]} {one.StatusCode}");
                if (i >= sees) Assert.Equal(await Told(client.GetAsync("/v1/locations/lv-own-never", Cancel)), await Told(Task.FromResult(one)));
            }
        }
        // Nor does writing tell.
        foreach (var slug in new[] { "lv-own-partner", "lv-own-needtoknow", "lv-own-gone", "lv-own-never" })
        {
            if (slug != "lv-own-partner") Assert.Equal((404, "TLT-DIR-0601"), await Told(other.DeleteAsync("/v1/locations/" + slug, Cancel)));
            Assert.Equal((400, "TLT-DIR-0607"), await Told(other.Put("/v1/locations/" + slug, LocationJson.Of("lv-other"))));
            Assert.Equal((403, "TLT-DIR-0602"), await Told(other.Put("/v1/locations/" + slug, LocationJson.Of("lv-own"))));
        }
        await other.DeleteAsync("/v1/locations/lv-own-partner", Cancel).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0602", rule: "own-locations");
        using var nobody = directory.Nobody;
        await nobody.GetAsync("/v1/locations", Cancel).ExpectProblem(HttpStatusCode.Unauthorized, "TLT-ID-0001");
    }

    [Fact]
    public async Task Service_AtAHiddenPlace_IsListedWithItsFrontDoorOnly()
    {
        await Agency("lf-own", "lf-own-s");
        await Agency("lf-other", "lf-other-s");
        using var registrar = directory.Registrar;
        using var nobody = directory.Nobody;
        using var own = directory.As("lf-own", "agency");
        using var other = directory.As("lf-other", "agency");
        var service = "services/" + Tiltas.Directory.OpenReferral.HsdsId.Service("lf-own-s");
        var link = "service_at_locations/" + Tiltas.Directory.OpenReferral.HsdsId.ServiceAtLocation("lf-own-s", "lf-own-house");
        foreach (var visibility in Visibilities)
        {
            var before = (await nobody.Get(service)).Text("last_modified");
            await registrar.Put("/v1/locations/lf-own-house", LocationJson.Of("lf-own", visibility, "lf-own-s"));
            foreach (var (client, sees) in new[] { (nobody, 1), (other, 2), (own, 3), (registrar, 3) })
            {
                var there = Array.IndexOf(Visibilities, visibility) < sees;
                var found = await client.Get(service);
                Assert.Equal(there ? 1 : 0, found.GetProperty("service_at_locations").GetArrayLength());
                Assert.Contains(found.GetProperty("phones").EnumerateArray(), phone => phone.Text("number") == "+370 600 00002" && phone.Text("description") == "Ask here");
                Assert.Equal(there, found.GetRawText().Contains("Pavyzd", StringComparison.Ordinal));
                Assert.Equal(there, (await client.All("service_at_locations?full=true&search=lf")).Any(one => one.GetRawText().Contains("Pavyzd", StringComparison.Ordinal)));
                using var one = await client.GetAsync("/hsds/" + link, Cancel);
                Assert.Equal(there ? HttpStatusCode.OK : HttpStatusCode.NotFound, one.StatusCode);
                Assert.Equal(there ? 1 : 0, (await client.Get($"organizations/{found.Text("organization_id")}")).GetProperty("locations").GetArrayLength());
            }
            // From public to hidden is news to the public; from one hidden circle to the next is not.
            Assert.Equal(visibility == "NeedToKnow", before == (await nobody.Get(service)).Text("last_modified"));
        }
        await registrar.DeleteAsync("/v1/locations/lf-own-house", Cancel).Expect(HttpStatusCode.OK);
        Assert.DoesNotContain((await nobody.Get(service)).GetProperty("phones").EnumerateArray(), phone => phone.Text("number") == "+370 600 00002");
    }

    [Fact]
    public async Task Put_WhatDoesNotFit_IsToldByField()
    {
        await Agency("lp-own", "lp-own-s");
        await Agency("lp-other", "lp-other-s");
        await Agency("lp-own-branch", "lp-own-branch-s");
        using var registrar = directory.Registrar;
        foreach (var (id, change, status, code, field) in new (string, Action<JsonObject>, int, string, string?)[]
        {
            ("lp-own-x", body => body["latitude"] = null, 400, "TLT-DIR-0610", "$.latitude"),
            ("lp-own-x", body => body["latitude"] = 90.5, 400, "TLT-DIR-0610", "$.latitude"),
            ("lp-own-x", body => body["longitude"] = -181, 400, "TLT-DIR-0610", "$.longitude"),
            ("lp-own-x", body => body["postalCode"] = "1", 400, "TLT-DIR-0609", "$.postalCode"),
            ("lp-own-x", body => body["phone"] = "call us", 400, "TLT-DIR-0611", "$.phone"),
            ("lp-own-x", body => body["frontDoor"]!["kind"] = "Post", 400, "TLT-DIR-0612", "$.frontDoor.kind"),
            ("lp-own-x", body => body["url"] = "https://example.org", 400, "TLT-DIR-0613", "$.url"),
            ("lp-own-x", body => body["type"] = "Virtual", 400, "TLT-DIR-0613", "$.url"),
            ("lp-own-x", body => (body["type"], body["url"]) = ("Virtual", "https://example.org"), 400, "TLT-DIR-0613", "$.type"),
            ("lp-own-x", body => body["services"] = new JsonArray("lp-own-s", "lp-other-s"), 400, "TLT-DIR-0608", "$.services"),
            ("lp-own-x", body => body["municipality"] = "LT-99", 400, "TLT-DIR-0007", "$.municipality"),
            ("lp-own-x", body => body["addressLines"] = new JsonArray("a", "b", "c", "d"), 400, "TLT-DIR-0012", "$.addressLines"),
            ("lp-own-x", body => body["visibility"] = null, 400, "TLT-DIR-0001", "$.visibility"),
            ("lp-own-x", body => body["agency"] = "lp-nobody", 400, "TLT-DIR-0603", "$.agency"),
            ("lp-other-x", _ => { }, 400, "TLT-DIR-0607", "id"),
            ("lp-own-branch-x", _ => { }, 400, "TLT-DIR-0607", "id"),
            ("lp-own", _ => { }, 400, "TLT-DIR-0607", "id"),
        })
        {
            var body = LocationJson.Of("lp-own", "Public", "lp-own-s");
            change(body);
            await registrar.Put("/v1/locations/" + id, body).ExpectProblem((HttpStatusCode)status, code, field);
        }
        Assert.Empty((await registrar.GetAsync("/v1/locations?agency=lp-own", Cancel).Expect(HttpStatusCode.OK)).Ids());
    }

    [Fact]
    public async Task Agency_ThatTakesNoPart_MayTakeBackButNotChange()
    {
        await Agency("ls-own", "ls-own-s");
        using var registrar = directory.Registrar;
        using var own = directory.As("ls-own", "agency");
        await own.Put("/v1/locations/ls-own-x", LocationJson.Of("ls-own", "Public", "ls-own-s")).Expect(HttpStatusCode.Created);
        await Standing("ls-own", "Suspended");
        using var nobody = directory.Nobody;
        Assert.Empty(await nobody.All("service_at_locations?search=ls"));
        await own.Put("/v1/locations/ls-own-x", LocationJson.Of("ls-own", "Partner", "ls-own-s")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0606", rule: "agency-active");
        await own.DeleteAsync("/v1/locations/ls-own-x", Cancel).Expect(HttpStatusCode.OK);
        await Standing("ls-own", "Removed");
        await registrar.Put("/v1/locations/ls-own-x", LocationJson.Of("ls-own", "Partner", "ls-own-s")).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0605", rule: "agency-takes-part");
    }

    [Fact]
    public async Task Postcode_AndProximity_FindWhatLiesThere()
    {
        await Agency("lx-own", "lx-own-s", areas: ["LT-57"]);
        using var registrar = directory.Registrar;
        using var nobody = directory.Nobody;
        using var other = directory.As("lx-own", "agency");
        foreach (var (slug, latitude, code, visibility) in new[] { ("near", 54.0, "LT-90001", "Public"), ("far", 54.1, "LT-90002", "Public"), ("secret", 54.0, "LT-90003", "NeedToKnow") })
        {
            var body = LocationJson.Of("lx-own", visibility, "lx-own-s");
            (body["latitude"], body["longitude"], body["postalCode"]) = (latitude, 25.0, code);
            await registrar.Put($"/v1/locations/lx-own-{slug}", body).Expect(HttpStatusCode.Created);
        }
        // A tenth of a degree north is 11.1 km, whatever the longitude.
        foreach (var (query, found) in new[]
        {
            ("postcode=LT-90001&proximity=11000", 1), ("postcode=90001&proximity=11200", 2), ("postcode=lt-90002&proximity=1", 1), ("postcode=LT-90002", 2),
        })
            Assert.Equal(found, (await nobody.Get("service_at_locations?search=lx&" + query)).GetProperty("total_items").GetInt32());
        Assert.Equal(await Told(nobody.GetAsync("/hsds/service_at_locations?postcode=LT-90099", Cancel)), await Told(nobody.GetAsync("/hsds/service_at_locations?postcode=LT-90003", Cancel)));
        Assert.Equal(3, (await other.Get("service_at_locations?search=lx&postcode=LT-90003")).GetProperty("total_items").GetInt32());
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task Agency(string id, string service, string standing = "Active", string[]? areas = null)
    {
        using var registrar = directory.Registrar;
        await registrar.Put("/v1/agencies/" + id, Json.Agency(id)).Expect(HttpStatusCode.Created);
        var body = Json.Service(id);
        if (areas is not null) body["areas"] = new JsonArray([.. areas.Select(area => (JsonNode)area)]);
        await registrar.Put("/v1/services/" + service, body).Expect(HttpStatusCode.Created);
        if (standing != "Active") await Standing(id, standing);
    }

    private async Task Standing(string id, string standing)
    {
        using var registrar = directory.Registrar;
        var body = Json.Agency(id);
        body["standing"] = standing;
        await registrar.Put("/v1/agencies/" + id, body).Expect(HttpStatusCode.OK);
    }

    private static async Task<(int Status, string Code)> Told(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.Text("code"));
    }
}
