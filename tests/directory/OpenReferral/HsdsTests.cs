using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.OpenReferral;

/// <summary>What everybody reads of the directory, held against the published standard.</summary>
[Collection(RunningDirectory.Name)]
public sealed class HsdsTests(DirectoryProcess directory)
{
    private static readonly string[] Detail = ["", "full=true", "full_service=true", "full=true&full_service=true"];

    [Fact]
    public async Task EveryAnswer_OfEveryAddress_IsOfTheStandard()
    {
        await Give("hv", 3, 4);
        using (var registrar = directory.Registrar)
        {
            using (await registrar.Put("/v1/locations/hv-0-house", LocationJson.Of("hv-0", "Public", "hv-0-0", "hv-0-1"))) { }
            var web = LocationJson.Of("hv-0", "Public", "hv-0-1");
            foreach (var member in new[] { "addressLines", "postalCode", "latitude", "longitude", "phone", "frontDoor" }) web.Remove(member);
            (web["type"], web["url"]) = ("Virtual", "https://example.org/talk");
            using (await registrar.Put("/v1/locations/hv-0-web", web)) { }
            var hours = Json.Service("hv-0");
            hours["hours"] = "Mo-We,Fr 08:00-12:00,13:00-17:00; Sa 20:00-08:00; Su 10:00-24:00";
            using (await registrar.Put("/v1/services/hv-0-hours", hours)) { }
            var agency = Json.Agency();
            agency["contacts"] = new JsonArray(
                new JsonObject { ["kind"] = "Email", ["value"] = "test@example.org" }, new JsonObject { ["kind"] = "Post", ["value"] = "Pavyzdžio g. 1, Bandymas" },
                new JsonObject { ["kind"] = "Web", ["value"] = "https://example.org/" }, new JsonObject { ["kind"] = "Web", ["value"] = "https://example.org/2" }, new JsonObject { ["kind"] = "Phone", ["value"] = "112" });
            using (await registrar.Put("/v1/agencies/hv-9", agency)) { }
        }
        using var anybody = directory.Nobody;
        var standard = new Standard();
        foreach (var path in Hsds.Lists)
        {
            foreach (var detail in Detail.Where(detail => detail.Length == 0 || path is "services" or "service_at_locations" && detail == "full=true" || path == "organizations"))
            {
                var lines = await anybody.Lines($"{path}?format=ndjson&{detail}");
                var pages = await anybody.All(path + "?" + detail);
                Assert.Equal(lines.Select(line => line.GetRawText()), pages.Select(entry => entry.GetRawText()));
                foreach (var entry in pages) standard.Add(Standard.SchemaOf(path), entry);
            }
            foreach (var entry in await anybody.All(path))
                standard.Add(Standard.SchemaOf(path), await anybody.Get($"{path}/{entry.Text("id")}"));
        }
        await standard.Hold(100);
    }

    [Fact]
    public async Task EveryParameter_OfTheStandard_IsTakenAndDescribed()
    {
        using var anybody = directory.Nobody;
        var ours = await anybody.Get("openapi.json");
        foreach (var path in Standard.OpenApi.GetProperty("paths").EnumerateObject())
        {
            var mine = ours.GetProperty("paths").GetProperty(path.Name);
            foreach (var method in path.Value.EnumerateObject().Where(method => method.Name is "get" or "post"))
            {
                Assert.True(mine.TryGetProperty(method.Name, out var operation), $"{method.Name} {path.Name}");
                foreach (var name in Parameters(method.Value, Standard.OpenApi))
                {
                    if (method.Name == "get") Assert.Contains(name, Parameters(operation, ours));
                    else Assert.True(operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("properties").TryGetProperty(name, out _));
                    if (path.Name.Contains('{', StringComparison.Ordinal)) continue;
                    using var answer = method.Name == "get"
                        ? await anybody.GetAsync($"/hsds{path.Name}?{name}={Sample(name)}{(name == "proximity" ? "&postcode=LT-00000" : "")}", TestContext.Current.CancellationToken)
                        : await anybody.PostAsync("/hsds" + path.Name, Json.Body(Body(name)), TestContext.Current.CancellationToken);
                    var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                    Assert.True(answer.IsSuccessStatusCode || name is "postcode" or "proximity" && text.Contains("TLT-DIR-1004", StringComparison.Ordinal), $"{name}: {text}");
                }
            }
        }
    }

    [Fact]
    public async Task Root_SaysVersionAndProfile_WithSlashAndWithout()
    {
        using var anybody = directory.Nobody;
        Assert.Equal("3.1", (await anybody.Get("")).Text("version"));
        var root = await anybody.GetAsync("/hsds", TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
        Assert.True(Uri.TryCreate(root.Text("profile"), UriKind.Absolute, out _));
    }

    [Fact]
    public async Task Organization_OfAnAgency_TellsAllThatIsKnown()
    {
        var id = (await Give("ho", 1, 2))[0];
        using var anybody = directory.Nobody;
        var found = await Find(anybody, "organizations", id);
        Assert.Equal(("Bandymo įstaiga", "ho-0 agency"), (found.Text("name"), found.Text("alternate_name")));
        Assert.Equal(("https://example.org/", $"urn:tiltas:agency:{id}"), (found.Text("website"), found.Text("uri")));
        Assert.Equal("+370 600 00000", found.GetProperty("phones")[0].Text("number"));
        Assert.Equal("lit", found.GetProperty("phones")[0].GetProperty("languages")[0].Text("code"));
        Assert.Equal(id, found.GetProperty("organization_identifiers")[0].Text("identifier"));
        Assert.Equal(["LT", "LT-KU", "LegalAid", "Shelter"], found.GetProperty("attributes").EnumerateArray().Select(one => one.GetProperty("taxonomy_term").Text("code")).Order(StringComparer.Ordinal));
        Assert.Equal(2, found.GetProperty("services").GetArrayLength());
        Assert.False(found.GetProperty("services")[0].TryGetProperty("schedules", out _));
        var withServices = await anybody.Get($"organizations/{found.Text("id")}?full_service=true");
        Assert.True(withServices.GetProperty("services")[0].TryGetProperty("schedules", out _));
    }

    [Fact]
    public async Task Service_OfAnAgency_TellsAllThatIsKnown()
    {
        var agency = (await Give("hw", 1, 2))[0];
        using var anybody = directory.Nobody;
        var organization = (await Find(anybody, "organizations", agency)).Text("id");
        var services = await anybody.Get("services?organization_id=" + organization);
        Assert.Equal(2, services.GetProperty("total_items").GetInt32());
        Assert.All(services.Contents(), one => Assert.False(one.TryGetProperty("service_areas", out _)));

        var one = await anybody.Get("services/" + services.Uuids()[0]);
        Assert.Equal(("Prieglauda hw-0-0", "Shelter", "active", organization), (one.Text("name"), one.Text("alternate_name"), one.Text("status"), one.Text("organization_id")));
        Assert.Equal(("LT-VL", "text", "Vilniaus apskritis"), (one.GetProperty("service_areas")[0].Text("extent"), one.GetProperty("service_areas")[0].Text("extent_type"), one.GetProperty("service_areas")[0].Text("name")));
        Assert.Equal("24/7", one.GetProperty("schedules")[0].Text("description"));
        Assert.Equal(("lit", "Lithuanian"), (one.GetProperty("languages")[0].Text("code"), one.GetProperty("languages")[0].Text("name")));
        Assert.Equal(organization, one.GetProperty("organization").Text("id"));
        Assert.Equal("urn:tiltas:service:hw-0-0", one.GetProperty("additional_urls")[0].Text("url"));
    }

    [Fact]
    public async Task Metadata_IsToldToWhoseRecordItIs_AndToNobodyElse()
    {
        var agency = (await Give("hm", 1, 1))[0];
        using var own = directory.As(agency, "administrator");
        using var other = directory.As("hm-other", "agency");
        using var system = directory.As(agency, "agency");
        using var anybody = directory.Nobody;
        await own.Patch("/v1/services/hm-0-0", new JsonObject { ["hours"] = "Sa 10:00-12:00" }).Expect(HttpStatusCode.OK);
        var standard = new Standard();
        foreach (var list in new[] { "organizations", "services" })
        {
            var id = list == "organizations" ? (await Find(anybody, "organizations", agency)).Text("id") : (await anybody.Get("services?organization_id=" + (await Find(anybody, "organizations", agency)).Text("id"))).Uuids()[0];
            foreach (var without in new[] { anybody, other, system }) Assert.False((await without.Get($"{list}/{id}")).TryGetProperty("metadata", out _));
            var found = await own.Get($"{list}/{id}");
            Assert.All(found.GetProperty("metadata").EnumerateArray(), entry => Assert.Equal(id, entry.Text("resource_id")));
            standard.Add(Standard.SchemaOf(list), found);
            if (list == "services")
                Assert.Equal(("update", "hours", "24/7", "Sa 10:00-12:00"), found.GetProperty("metadata")[0] is var last ? (last.Text("last_action_type"), last.Text("field_name"), last.Text("previous_value"), last.Text("replacement_value")) : default);
        }
        await standard.Hold(2);
    }

    [Fact]
    public async Task Agency_ThatTakesNoPart_IsNotShownAsActive()
    {
        var agency = (await Give("hs", 1, 2))[0];
        using var registrar = directory.Registrar;
        using var anybody = directory.Nobody;
        var before = (await Find(anybody, "organizations", agency)).Text("last_modified");
        foreach (var standing in new[] { "Suspended", "Active" })
        {
            var body = Json.Agency("hs-0 agency");
            body["standing"] = standing;
            await registrar.Put("/v1/agencies/" + agency, body).Expect(HttpStatusCode.OK);
            var organization = await Find(anybody, "organizations", agency);
            var services = await anybody.Get($"services?full=true&organization_id={organization.Text("id")}");
            Assert.Equal(2, services.GetProperty("total_items").GetInt32());
            Assert.All(services.Contents(), one => Assert.Equal((standing == "Active" ? "active" : "inactive", standing == "Active"), (one.Text("status"), one.GetProperty("phones").GetArrayLength() > 0)));
            Assert.Equal(standing == "Active", organization.GetProperty("phones").GetArrayLength() > 0);
            Assert.Equal(standing == "Active", organization.TryGetProperty("website", out _));
            Assert.Equal(standing != "Active", organization.Text("description").StartsWith("Takes no part", StringComparison.Ordinal));
            // Whoever follows changes learns of it.
            Assert.Equal(2, (await anybody.Get($"services?organization_id={organization.Text("id")}&modified_after={organization.Text("last_modified")}")).GetProperty("total_items").GetInt32());
            Assert.True(string.CompareOrdinal(before, organization.Text("last_modified")) < 0);
        }
        using (var owner = directory.As(agency, "agency")) await owner.DeleteAsync("/v1/services/hs-0-0", TestContext.Current.CancellationToken).Expect(HttpStatusCode.OK);
        Assert.Equal(["inactive", "active"], (await anybody.Get($"services?organization_id={Tiltas.Directory.OpenReferral.HsdsId.Organization(agency)}")).Contents().Select(one => one.Text("status")));
        await registrar.Post($"/v1/agencies/{agency}/remove", new JsonObject { ["reason"] = "MandateEnded" }).Expect(HttpStatusCode.OK);
        Assert.All((await anybody.Get($"services?organization_id={Tiltas.Directory.OpenReferral.HsdsId.Organization(agency)}")).Contents(), one => Assert.Equal("inactive", one.Text("status")));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(7), InlineData(50), InlineData(200)]
    public async Task Pages_OfAnySize_HoldEverythingOnce(int perPage)
    {
        await Give("hp", 3, 3);
        using var anybody = directory.Nobody;
        foreach (var path in Hsds.Lists.Where(path => path != "service_at_locations"))
        {
            var filter = path is "services" or "organizations" ? "?search=hp" : "";
            var all = (await anybody.All(path + filter)).Select(one => one.Text("id")).ToList();
            Assert.Equal(path switch { "services" => 9, "organizations" => 3, "taxonomies" => 2, _ => 17 + 6 }, all.Count);
            Assert.Equal(all, (await anybody.All(path + filter, perPage)).Select(one => one.Text("id")));
            Assert.Equal(all.Count, all.Distinct().Count());
            var pages = (all.Count + perPage - 1) / perPage;
            foreach (var number in new[] { 1, pages, pages + 1 })
            {
                var page = await anybody.Get($"{path}{(filter.Length == 0 ? "?" : filter + "&")}per_page={perPage}&page={number}");
                var size = Math.Clamp(all.Count - (number - 1) * perPage, 0, perPage);
                Assert.Equal((all.Count, pages, number, size, number == 1, number >= pages, size == 0, size),
                    (page.GetProperty("total_items").GetInt32(), page.GetProperty("total_pages").GetInt32(), page.GetProperty("page_number").GetInt32(), page.GetProperty("size").GetInt32(),
                        page.GetProperty("first_page").GetBoolean(), page.GetProperty("last_page").GetBoolean(), page.GetProperty("empty").GetBoolean(), page.Contents().Count()));
            }
        }
    }

    [Fact]
    public async Task Minimal_IsIdAndMomentOnly_AllOnOnePage()
    {
        await Give("hmin", 2, 120);
        using var anybody = directory.Nobody;
        var page = await anybody.Get("services?minimal=true&search=hmin");
        Assert.Equal((240, 1), (page.Contents().Count(), page.GetProperty("total_pages").GetInt32()));
        Assert.All(page.Contents(), one => Assert.Equal(["id", "last_modified"], one.EnumerateObject().Select(member => member.Name)));
        var latest = page.Contents().Select(one => one.Text("last_modified")).Max(StringComparer.Ordinal)!;
        Assert.Equal(page.Contents().Count(one => one.Text("last_modified") == latest), (await anybody.Get($"services?minimal=true&search=hmin&modified_after={latest}")).Contents().Count());
        Assert.Empty((await anybody.Get("services?minimal=true&modified_after=2199-01-01")).Contents());
        // More than one batch of lines.
        Assert.Equal(page.Uuids(), (await anybody.Lines("services?format=ndjson&search=hmin")).Select(line => line.Text("id")));
    }

    [Fact]
    public async Task Taxonomy_FiltersByTermAndTree()
    {
        await Give("ht", 1, 2);
        using var anybody = directory.Nobody;
        var terms = (await anybody.All("taxonomy_terms")).ToDictionary(term => term.Text("code"));
        Assert.Equal(terms["LT-VL"].Text("id"), terms["LT-57"].Text("parent_id"));
        Assert.Equal(("Apgyvendinimas", "Shelter"), (terms["Shelter"].Text("name"), terms["Shelter"].Text("description")));
        Assert.Equal(["LT-57", "LT-58"], (await anybody.All($"taxonomy_terms?parent_id={terms["LT-VL"].Text("id")}")).Select(term => term.Text("code")));
        Assert.All(await anybody.All("taxonomy_terms?top_only=true"), term => Assert.False(term.TryGetProperty("parent_id", out _)));

        Assert.Equal(["Prieglauda ht-0-0"], (await anybody.Get($"services?search=ht&taxonomy_term_id={terms["Shelter"].Text("id")}")).Names());
        // Given for the county: found for each of its municipalities, and for no other.
        foreach (var (area, found) in new[] { ("LT-57", 2), ("LT-58", 2), ("LT-VL", 2), ("LT-15", 0), ("LT-KU", 0), ("LT", 0) })
            Assert.Equal(found, (await anybody.Get($"services?search=ht&taxonomy_term_id={terms[area].Text("id")}")).GetProperty("total_items").GetInt32());
        Assert.Equal(1, (await anybody.Get($"organizations?search=ht&taxonomy_term_id={terms["LT-57"].Text("id")}")).GetProperty("total_items").GetInt32());
        Assert.Equal(0, (await anybody.Get($"organizations?search=ht&taxonomy_term_id={terms["Compensation"].Text("id")}")).GetProperty("total_items").GetInt32());
        Assert.Equal(0, (await anybody.Get("services?taxonomy_term_id=00000000-0000-0000-0000-000000000000")).GetProperty("total_items").GetInt32());
        Assert.Equal(2, (await anybody.Get($"services?search=ht&taxonomy_id={terms["Shelter"].Text("taxonomy_id")}")).GetProperty("total_items").GetInt32());
    }

    [Fact]
    public async Task Post_SaysTheSameAsGet()
    {
        await Give("hq", 2, 3);
        using var anybody = directory.Nobody;
        foreach (var (query, body) in new[]
        {
            ("search=hq&per_page=2&page=2", """{"search":"hq","per_page":2,"page":2}"""), ("search=hq&full=true", """{"search":"hq","full":true}"""),
            ("search=hq&minimal=true", """{"minimal":true,"search":"hq"}"""), ("search=hq&format=ndjson", """{"search":"hq","format":"ndjson"}"""),
            ("modified_after=2026-01-01T00:00:00Z&search=hq", """{"search":"hq","modified_after":"2026-01-01T00:00:00Z"}"""),
        })
        {
            var get = await anybody.GetStringAsync("/hsds/services?" + query, TestContext.Current.CancellationToken);
            using var post = await anybody.PostAsync("/hsds/services", Json.Body(body), TestContext.Current.CancellationToken);
            Assert.Equal(get, await post.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Contains("hq-", get + "hq-", StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("services?page=0", "TLT-DIR-1003", "page"), InlineData("services?page=x", "TLT-DIR-1003", "page"), InlineData("services?page=1&page=2", "TLT-DIR-1003", "page")]
    [InlineData("services?per_page=201", "TLT-DIR-1003", "per_page"), InlineData("services?minimal=true&per_page=10001", "TLT-DIR-1003", "per_page")]
    [InlineData("services?format=xml", "TLT-DIR-1003", "format"), InlineData("services?full=yes", "TLT-DIR-1003", "full"), InlineData("services?minimal=true&full=true", "TLT-DIR-1005", "minimal")]
    [InlineData("services?taxonomy_term_id=Shelter", "TLT-DIR-1003", "taxonomy_term_id"), InlineData("services?organization_id=lt-kopzi", "TLT-DIR-1003", "organization_id")]
    [InlineData("services?modified_after=yesterday", "TLT-DIR-1003", "modified_after"), InlineData("services?search=%20", "TLT-DIR-1003", "search"), InlineData("services?search=", "TLT-DIR-1003", "search")]
    [InlineData("services?postcode=LT-00000", "TLT-DIR-1002", "postcode"), InlineData("services?top_only=true", "TLT-DIR-1002", "top_only"), InlineData("services?nonsense=1", "TLT-DIR-1002", "query")]
    [InlineData("service_at_locations?postcode=1", "TLT-DIR-1003", "postcode"), InlineData("service_at_locations?proximity=5", "TLT-DIR-1005", "proximity")]
    [InlineData("service_at_locations?postcode=LT-00000&proximity=0", "TLT-DIR-1003", "proximity"), InlineData("taxonomies?full=true", "TLT-DIR-1002", "full")]
    [InlineData("organizations/00000000-0000-0000-0000-000000000001?page=1", "TLT-DIR-1002", "page")]
    public async Task WrongParameter_IsToldByName(string path, string code, string field)
    {
        using var anybody = directory.Nobody;
        await anybody.GetAsync("/hsds/" + path, TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.BadRequest, code, field);
    }

    [Fact]
    public async Task UnknownId_IsNotThere_WhateverItLooksLike()
    {
        using var anybody = directory.Nobody;
        foreach (var path in Hsds.Lists)
            foreach (var id in new[] { "00000000-0000-0000-0000-000000000000", "lt-kopzi", "1", "%00x".Replace("%00", "", StringComparison.Ordinal), new string('a', 300) })
                await anybody.GetAsync($"/hsds/{path}/{id}", TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-1001");
    }

    [Fact]
    public async Task Passport_ThatIsNoGood_IsRefusedAlthoughNoneIsNeeded()
    {
        using var anybody = directory.Nobody;
        anybody.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer x.y.z");
        await anybody.GetAsync("/hsds/services", TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.Unauthorized, "TLT-ID-0001");
    }

    /// <summary>Agencies {prefix}-0 …, each with so many services {prefix}-0-0 …, in turn shelter and legal aid.</summary>
    private async Task<string[]> Give(string prefix, int agencies, int services)
    {
        using var registrar = directory.Registrar;
        var ids = Enumerable.Range(0, agencies).Select(n => $"{prefix}-{n}").ToArray();
        foreach (var id in ids)
        {
            using (await registrar.Put("/v1/agencies/" + id, Json.Agency(id + " agency"))) { }
            await Parallel.ForEachAsync(Enumerable.Range(0, services), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (n, _) =>
            {
                var service = Json.Service(id, n % 2 == 0 ? "Shelter" : "LegalAid");
                service["name"] = new JsonObject { ["lt"] = $"Prieglauda {id}-{n}", ["en"] = "Shelter" };
                using (await registrar.Put($"/v1/services/{id}-{n}", service)) { }
            });
        }
        return ids;
    }

    private static async Task<JsonElement> Find(HttpClient client, string path, string slug) =>
        await client.Get($"{path}/{(path == "organizations" ? Tiltas.Directory.OpenReferral.HsdsId.Organization(slug) : Tiltas.Directory.OpenReferral.HsdsId.Service(slug))}");

    private static IEnumerable<string> Parameters(JsonElement operation, JsonElement document) => !operation.TryGetProperty("parameters", out var parameters) ? [] : parameters.EnumerateArray()
        .Select(one => one.TryGetProperty("$ref", out var reference) ? document.GetProperty("components").GetProperty("parameters").GetProperty(reference.GetString()!.Split('/')[^1]) : one)
        .Select(one => one.Text("name"));

    private static string Sample(string name) => name switch
    {
        "search" => "pagalba",
        "page" or "per_page" or "proximity" => "5",
        "format" => "ndjson",
        "modified_after" => "2026-01-01",
        "postcode" => "LT-00000",
        "minimal" or "full" or "full_service" or "top_only" => "true",
        _ => "7b0e7ba5-8b8f-4c7c-8d5c-9b2d6f0a1c11",
    };

    private static string Body(string name)
    {
        var value = Sample(name);
        var plain = name is "page" or "per_page" || value == "true";
        return name == "proximity" ? """{"postcode":"LT-00000","proximity":"5"}""" : $"{{\"{name}\":{(plain ? value : $"\"{value}\"")}}}";
    }
}
