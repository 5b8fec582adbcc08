using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;
using Tiltas.Hosting.Passports;

namespace Tiltas.Directory.Tests.Clients;

/// <summary>Systems of agencies that may sign in, kept by the agencies' own administrators.</summary>
[Collection(RunningDirectory.Name)]
public sealed class ClientsTests(DirectoryProcess directory)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_EnteredGivenASecretAndRemoved_IsOnTheGatewaysListMeanwhile()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("cl-life", "administrator");
        await registrar.Put("/v1/agencies/cl-life", Json.Agency()).Expect(HttpStatusCode.Created);

        var entered = await own.Put("/v1/agencies/cl-life/clients/cl-life-desk", Client("agency")).Expect(HttpStatusCode.Created);
        Assert.Equal((1, false), (entered.Version(), entered.TryGetProperty("secretHash", out _)));
        Assert.Null(await OnList("cl-life-desk"));

        using var sent = await own.PostAsync("/v1/agencies/cl-life/clients/cl-life-desk/secret", null, Cancel);
        Assert.True(sent.Headers.CacheControl?.NoStore);
        var secret = (await Task.FromResult(sent).Expect(HttpStatusCode.OK)).Text("clientSecret");
        Assert.True(Kept("cl-life-desk", await OnList("cl-life-desk"))!.Matches(secret));

        var second = (await own.PostAsync("/v1/agencies/cl-life/clients/cl-life-desk/secret", null, Cancel).Expect(HttpStatusCode.OK)).Text("clientSecret");
        Assert.NotEqual(secret, second);
        var kept = Kept("cl-life-desk", await OnList("cl-life-desk"))!;
        Assert.Equal((false, true), (kept.Matches(secret), kept.Matches(second)));

        // What the list and the history tell is neither secret nor its hash.
        foreach (var path in new[] { "clients", "history" })
        {
            var told = await own.GetStringAsync($"/v1/agencies/cl-life/{path}", Cancel);
            Assert.DoesNotContain(secret, told, StringComparison.Ordinal);
            Assert.DoesNotContain(second, told, StringComparison.Ordinal);
            Assert.DoesNotContain("pbkdf2", told, StringComparison.Ordinal);
        }

        Assert.True((await own.DeleteAsync("/v1/agencies/cl-life/clients/cl-life-desk", Cancel).Expect(HttpStatusCode.OK)).TryGetProperty("removedAt", out _));
        Assert.Equal(4, (await own.DeleteAsync("/v1/agencies/cl-life/clients/cl-life-desk", Cancel).Expect(HttpStatusCode.OK)).Version());
        Assert.Null(await OnList("cl-life-desk"));
        await own.Put("/v1/agencies/cl-life/clients/cl-life-desk", Client("agency")).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-1407");
        await own.PostAsync("/v1/agencies/cl-life/clients/cl-life-desk/secret", null, Cancel).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-1407");
    }

    [Fact]
    public async Task Roles_OfTheNetwork_AreTheRegistrarsToGiveAndToTake()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("cl-roles", "administrator");
        await registrar.Put("/v1/agencies/cl-roles", Json.Agency()).Expect(HttpStatusCode.Created);
        foreach (var role in new[] { "registrar", "auditor" })
        {
            var path = "/v1/agencies/cl-roles/clients/cl-roles-" + role;
            await own.Put(path, Client("agency", role)).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-1404", rule: "own-roles");
            await registrar.Put(path, Client("agency", role)).Expect(HttpStatusCode.Created);
            await own.Put(path, Client("agency")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-1404");
            await own.PostAsync(path + "/secret", null, Cancel).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-1404");
            await own.DeleteAsync(path, Cancel).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-1404");
            // Who holds the network's role is not replaced by way of a certificate either.
            var mine = Client("agency", role);
            mine["certificates"] = new JsonArray(Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
            await own.Put(path, mine).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-1404");
            // What is not of the network's roles it may give beside them.
            await own.Put(path, Client("agency", "administrator", role)).Expect(HttpStatusCode.OK);
        }
        foreach (var role in new[] { "gateway", "root", "" })
            await registrar.Put("/v1/agencies/cl-roles/clients/cl-roles-x", Client(role)).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-1403", "$.roles[0]");
    }

    [Fact]
    public async Task Identifier_BelongsToTheAgencyWithTheLongestName()
    {
        using var registrar = directory.Registrar;
        await registrar.Put("/v1/agencies/cl-long", Json.Agency()).Expect(HttpStatusCode.Created);
        await registrar.Put("/v1/agencies/cl-long-er", Json.Agency()).Expect(HttpStatusCode.Created);
        using var own = directory.As("cl-long", "administrator");
        foreach (var id in new[] { "cl-long-er-x", "cl-longer", "other-x", "cl-long" })
            await own.Put("/v1/agencies/cl-long/clients/" + id, Client("agency")).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-1402", "client");
        await own.Put("/v1/agencies/cl-long/clients/cl-long-erx", Client("agency")).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Certificate_OfOneClientAlone()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("cl-cert", "administrator");
        await registrar.Put("/v1/agencies/cl-cert", Json.Agency()).Expect(HttpStatusCode.Created);
        var print = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        var with = Client("agency");
        with["certificates"] = new JsonArray(print);
        await own.Put("/v1/agencies/cl-cert/clients/cl-cert-one", with).Expect(HttpStatusCode.Created);
        Assert.Equal(print.ToLowerInvariant(), (await OnList("cl-cert-one"))!.Value.GetProperty("certificates")[0].GetString());
        await own.Put("/v1/agencies/cl-cert/clients/cl-cert-two", with).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-1406");
        await own.DeleteAsync("/v1/agencies/cl-cert/clients/cl-cert-one", Cancel).Expect(HttpStatusCode.OK);
        await own.Put("/v1/agencies/cl-cert/clients/cl-cert-two", with).Expect(HttpStatusCode.Created);
        with["certificates"] = new JsonArray(print.ToLowerInvariant(), print.ToUpperInvariant());
        await own.Put("/v1/agencies/cl-cert/clients/cl-cert-two", with).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0013", "$.certificates[1]");
        with["certificates"] = new JsonArray("abc");
        await own.Put("/v1/agencies/cl-cert/clients/cl-cert-two", with).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-1405", "$.certificates[0]");
    }

    [Fact]
    public async Task Certificate_WantedByManyAtOnce_GoesToOne()
    {
        using var registrar = directory.Registrar;
        await registrar.Put("/v1/agencies/cl-race", Json.Agency()).Expect(HttpStatusCode.Created);
        var with = Client("agency");
        with["certificates"] = new JsonArray(Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => registrar.Put($"/v1/agencies/cl-race/clients/cl-race-{i}", with)));
        Assert.Equal((1, 19), (answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict)));
    }

    [Fact]
    public async Task Oneself_IsNotLockedOut()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("cl-self", "administrator");
        await registrar.Put("/v1/agencies/cl-self", Json.Agency()).Expect(HttpStatusCode.Created);
        await registrar.Put("/v1/agencies/cl-self/clients/cl-self-system", Client("agency", "administrator")).Expect(HttpStatusCode.Created);
        await own.DeleteAsync("/v1/agencies/cl-self/clients/cl-self-system", Cancel).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-1408");
        await own.Put("/v1/agencies/cl-self/clients/cl-self-system", Client("agency")).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-1408");
        await own.Put("/v1/agencies/cl-self/clients/cl-self-system", Client("administrator")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Standing_SuspendedRemovesOnly_RemovedIsOffTheList()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("cl-stand", "administrator");
        await registrar.Put("/v1/agencies/cl-stand", Json.Agency()).Expect(HttpStatusCode.Created);
        foreach (var name in new[] { "one", "two" })
        {
            await own.Put("/v1/agencies/cl-stand/clients/cl-stand-" + name, Client("agency")).Expect(HttpStatusCode.Created);
            await own.PostAsync($"/v1/agencies/cl-stand/clients/cl-stand-{name}/secret", null, Cancel).Expect(HttpStatusCode.OK);
        }
        var why = new JsonObject { ["reason"] = "OwnRequest" };
        await registrar.Post("/v1/agencies/cl-stand/suspend", why).Expect(HttpStatusCode.OK);
        await own.Put("/v1/agencies/cl-stand/clients/cl-stand-three", Client("agency")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0105");
        await own.DeleteAsync("/v1/agencies/cl-stand/clients/cl-stand-one", Cancel).Expect(HttpStatusCode.OK);
        Assert.NotNull(await OnList("cl-stand-two"));
        await registrar.Post("/v1/agencies/cl-stand/remove", why).Expect(HttpStatusCode.OK);
        Assert.Null(await OnList("cl-stand-two"));
        await registrar.Put("/v1/agencies/cl-stand/clients/cl-stand-three", Client("agency")).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0104");
    }

    [Fact]
    public async Task GatewaysList_IsForTheGatewayOnTheInsidePort_AndTellsWhatChanged()
    {
        using var registrar = directory.Registrar;
        await registrar.GetAsync("/clients", Cancel).ContinueWith(answer => Assert.Equal(HttpStatusCode.NotFound, answer.Result.StatusCode), Cancel);
        using (var not = directory.Inside("registrar", "administrator", "auditor", "agency"))
            await not.GetAsync("/clients", Cancel).ExpectProblem(HttpStatusCode.Forbidden, "TLT-ID-0003");

        using var gateway = directory.Inside(Roles.Gateway);
        await registrar.Put("/v1/agencies/cl-news", Json.Agency()).Expect(HttpStatusCode.Created);
        var tag = await Tag(null, HttpStatusCode.OK);
        await registrar.Put("/v1/agencies/cl-news/clients/cl-news-a", Client("agency")).Expect(HttpStatusCode.Created);
        var next = await Tag(tag, HttpStatusCode.OK);
        Assert.NotEqual(tag, next);
        await registrar.Post("/v1/agencies/cl-news/suspend", new JsonObject { ["reason"] = "Other" }).Expect(HttpStatusCode.OK);
        Assert.NotEqual(next, await Tag(next, HttpStatusCode.OK));

        async Task<EntityTagHeaderValue?> Tag(EntityTagHeaderValue? known, HttpStatusCode status)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/clients");
            if (known is not null) request.Headers.IfNoneMatch.Add(known);
            using var answer = await gateway.SendAsync(request, Cancel);
            Assert.Equal(status, answer.StatusCode);
            return answer.Headers.ETag;
        }
    }

    private static JsonObject Client(params string[] roles) => new() { ["roles"] = new JsonArray([.. roles.Select(role => (JsonNode)role)]) };

    private async Task<JsonElement?> OnList(string id)
    {
        using var gateway = directory.Inside(Roles.Gateway);
        var list = await gateway.GetAsync("/clients", Cancel).Expect(HttpStatusCode.OK);
        return list.GetProperty("clients").EnumerateArray().Where(client => client.Text("clientId") == id).Select(client => (JsonElement?)client).SingleOrDefault();
    }

    private static SecretHash? Kept(string id, JsonElement? listed)
    {
        Assert.Equal(id, listed?.Text("clientId"));
        return SecretHash.TryParse(listed!.Value.Text("secretHash"));
    }
}
