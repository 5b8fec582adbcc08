using System.Net;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.OpenReferral;

/// <summary>Finding by words and by place; the country is the small one of the kit.</summary>
[Collection(RunningDirectory.Name)]
public sealed class SearchTests(DirectoryProcess directory)
{
    [Theory]
    [InlineData("žydrūnų")]
    [InlineData("zydrunu")]
    [InlineData("ŽYDRŪNŲ")]
    [InlineData("Zydrūn")]
    [InlineData("žyd")]
    [InlineData("  namai, žydrūnų!")]
    [InlineData("Žydrūnams")]
    [InlineData("azure")]
    [InlineData("лазурн")]
    [InlineData("globos žydrūnai")]
    [InlineData("guardians azure")]
    public async Task Words_InAnyLanguageCaseAndMark_FindTheService(string search)
    {
        await Given();
        using var anybody = directory.Nobody;
        Assert.Equal(["Žydrūnų namai"], (await anybody.Get("services?search=" + Uri.EscapeDataString(search))).Names());
    }

    [Theory]
    [InlineData("žydrūnų prieglauda"), InlineData("ydrun"), InlineData("žydrūnųx"), InlineData("azure nowhere"), InlineData("'azure':* | 'x"), InlineData("!azure & (")]
    public async Task Words_NotAllThere_FindNothingOrOnlyWhatIsThere(string search)
    {
        await Given();
        using var anybody = directory.Nobody;
        var found = (await anybody.Get("services?search=" + Uri.EscapeDataString(search))).Names();
        Assert.Equal(search.StartsWith("!azure", StringComparison.Ordinal) ? ["Žydrūnų namai"] : [], found);
    }

    /// <summary>A service for a municipality is found there; one for a county in all of its municipalities; one for the country everywhere.</summary>
    [Theory]
    [InlineData("Kaunas", "city country county"), InlineData("kaune", "city country county"), InlineData("Kauno miestas", "city country county")]
    [InlineData("Vilnius", "country"), InlineData("vilni", "country"), InlineData("Lietuvoje", "country"), InlineData("lithuania", "country"), InlineData("Kauno apskritis", "country county")]
    public async Task Place_FindsWhatIsGivenThereAndAround(string place, string found)
    {
        using var registrar = directory.Registrar;
        using (await registrar.Put("/v1/agencies/zp", Json.Agency("Placer"))) { }
        foreach (var (name, area) in new[] { ("city", "LT-15"), ("county", "LT-KU"), ("country", "LT") })
        {
            var service = Json.Service("zp");
            (service["name"], service["areas"]) = (new JsonObject { ["en"] = "Qwerty " + name }, new JsonArray(area));
            using (await registrar.Put("/v1/services/zp-" + name, service)) { }
        }
        using var anybody = directory.Nobody;
        Assert.Equal(found.Split(' ').Select(name => "Qwerty " + name), (await anybody.Get($"services?search={Uri.EscapeDataString("qwerty " + place)}")).Names().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Need_IsFoundByItsNameInTheCountrysLanguage()
    {
        await Given();
        using var anybody = directory.Nobody;
        Assert.Equal(["Žydrūnų namai"], (await anybody.Get("services?search=" + Uri.EscapeDataString("azure apgyvendinimo"))).Names());
        Assert.Equal(["Shelter"], (await anybody.All("taxonomy_terms?search=apgyvend")).Select(term => term.Text("code")));
    }

    [Fact]
    public async Task Name_ThatWasChanged_IsFoundByTheNewOneOnly()
    {
        using var registrar = directory.Registrar;
        using var anybody = directory.Nobody;
        using (await registrar.Put("/v1/agencies/zn", Json.Agency("Oldword"))) { }
        using (await registrar.Put("/v1/services/zn-s", Json.Service("zn"))) { }
        Assert.Single((await anybody.Get("services?search=oldword")).Uuids());
        using (await registrar.Put("/v1/agencies/zn", Json.Agency("Newword"))) { }
        Assert.Empty((await anybody.Get("services?search=oldword")).Uuids());
        Assert.Empty((await anybody.Get("organizations?search=oldword")).Uuids());
        Assert.Single((await anybody.Get("services?search=newword")).Uuids());
        Assert.Single((await anybody.Get("organizations?search=newword")).Uuids());
    }

    /// <summary>Rows of a release that knew nothing of Open Referral are filled by "migrate", whatever they are, and as often as it runs.</summary>
    [Fact]
    public async Task Migrate_FillsRowsThatWereThereBefore()
    {
        await Given();
        await using (var command = directory.Store.CreateCommand("UPDATE services SET hsds_id = NULL, search = NULL WHERE id = 'zs-s'"))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        using var anybody = directory.Nobody;
        Assert.Empty((await anybody.Get("services?search=zydrunu")).Uuids());
        foreach (var _ in Enumerable.Range(0, 2)) await directory.Migrate();
        var id = Assert.Single((await anybody.Get("services?search=zydrunu")).Uuids());
        Assert.Equal(id, (await anybody.Get("services/" + id)).Text("id"));
    }

    [Fact]
    public async Task ServicesOffered_WhileTheirAgencyIsRenamed_AreFoundByItsLastNameAlone()
    {
        using var registrar = directory.Registrar;
        using var anybody = directory.Nobody;
        string[] names = ["Gervių", "Varnėnų", "Strazdų"];
        JsonObject Agency(int name)
        {
            var agency = Json.Agency("Guardians");
            agency["name"] = new JsonObject { ["lt"] = names[name % names.Length] + " bendrija", ["en"] = "Birds" };
            return agency;
        }
        using (await registrar.Put("/v1/agencies/zk", Agency(0))) { }
        foreach (var round in Enumerable.Range(1, 12))
        {
            async Task Offer()
            {
                using var answer = await registrar.Put($"/v1/services/zk-s{round}", Json.Service("zk"));
                Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            }
            async Task Rename()
            {
                using var answer = await registrar.Put("/v1/agencies/zk", Agency(round));
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
            await Task.WhenAll(Offer(), Rename());
            for (var name = 0; name < names.Length; name++)
                Assert.Equal(name == round % names.Length ? round : 0, (await anybody.Get("services?search=" + Uri.EscapeDataString(names[name]))).Uuids().Length);
        }
    }

    [Fact]
    public async Task Lookups_UseAnIndex()
    {
        await using var connection = await directory.Store.OpenConnectionAsync(TestContext.Current.CancellationToken);
        foreach (var (sql, index) in new[]
        {
            ("SELECT 1 FROM services WHERE hsds_id = '00000000-0000-0000-0000-000000000000'", "services_hsds_id"), ("SELECT 1 FROM agencies WHERE hsds_id = '00000000-0000-0000-0000-000000000000'", "agencies_hsds_id"),
            ("SELECT 1 FROM services s WHERE s.words @@ CAST('''klaiped'':*' AS tsquery)", "services_words"),
            ("SELECT 1 FROM agencies a WHERE a.words @@ CAST('''klaiped'':*' AS tsquery)", "agencies_words"),
            ("SELECT 1 FROM locations l WHERE array_to_tsvector(l.search) @@ CAST('''klaiped'':*' AS tsquery)", "locations_search"),
            ("SELECT 1 FROM service_locations WHERE hsds_id = '00000000-0000-0000-0000-000000000000'", "service_locations_hsds_id"),
        })
        {
            await using var command = new Npgsql.NpgsqlCommand("SET enable_seqscan = off; EXPLAIN " + sql, connection);
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            var plan = "";
            while (await reader.ReadAsync(TestContext.Current.CancellationToken)) plan += reader.GetString(0) + "\n";
            Assert.Contains(index, plan, StringComparison.Ordinal);
        }
    }

    private async Task Given()
    {
        using var registrar = directory.Registrar;
        var agency = Json.Agency("Guardians");
        agency["name"] = new JsonObject { ["lt"] = "Globos bendrija", ["en"] = "Guardians" };
        using (await registrar.Put("/v1/agencies/zs", agency)) { }
        var service = Json.Service("zs");
        service["name"] = new JsonObject { ["lt"] = "Žydrūnų namai", ["en"] = "Azure house", ["ru"] = "Лазурный дом" };
        using (await registrar.Put("/v1/services/zs-s", service)) { }
    }
}
