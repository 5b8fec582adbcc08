using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Tiltas.Gateway.Tests;

public sealed class TokenEndpointTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private static readonly (string, string) Grant = ("grant_type", "client_credentials");
    private static readonly (string, string) Id = ("client_id", "lt-kopzi-system");
    private static readonly (string, string) Secret = ("client_secret", Room.Secret);

    public static TheoryData<int, string, string[]> Errors => new()
    {
        { 400, "invalid_request", [] },
        { 400, "invalid_request", ["grant_type=client_credentials"] },
        { 400, "invalid_request", ["grant_type=client_credentials", "client_id=lt-kopzi-system"] },
        { 400, "invalid_request", ["grant_type=client_credentials", "client_id=a", "client_id=b", "client_secret=c"] },
        { 400, "invalid_request", ["grant_type=client_credentials", "client_id=lt-kopzi-system", "client_secret="] },
        { 400, "invalid_request", ["grant_type=client_credentials", "client_id=lt-kopzi-system", "client_secret=" + LongText] },
        { 400, "unsupported_grant_type", ["grant_type=password", "client_id=lt-kopzi-system", "client_secret=x"] },
        { 401, "invalid_client", ["grant_type=client_credentials", "client_id=nobody", "client_secret=x"] },
        { 401, "invalid_client", ["grant_type=client_credentials", "client_id=lt-kopzi-system", "client_secret=x"] },
        { 400, "invalid_request", ["grant_type=client_credentials", "client_id=lt-kopzi-system%00", "client_secret=x"] },
    };

    private static string LongText => new('x', 5000);

    [Theory, MemberData(nameof(Errors))]
    public async Task Token_WrongRequest_AnswersByTheRfc(int status, string error, string[] form)
    {
        using var content = new StringContent(string.Join('&', form), new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        using var response = await gateway.Http.PostAsync(new Uri("/connect/token", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal((status, error), ((int)response.StatusCode, await ErrorOf(response)));
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal(status == 401, response.Headers.WwwAuthenticate.Count == 1);
    }

    [Fact]
    public async Task Token_UnknownClientAndWrongSecret_AnswerAlike()
    {
        using var unknown = await gateway.AskTokenAsync(Grant, ("client_id", "nobody"), Secret);
        using var wrong = await gateway.AskTokenAsync(Grant, Id, ("client_secret", "x"));

        Assert.Equal(await unknown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(unknown.StatusCode, wrong.StatusCode);
        Assert.Equal(unknown.Headers.ToString(), wrong.Headers.ToString(), ignoreCase: true);
    }

    [Fact]
    public async Task Token_JsonBody_IsRefused()
    {
        using var response = await gateway.Http.PostAsJsonAsync("/connect/token", new { grant_type = "client_credentials" }, TestContext.Current.CancellationToken);
        Assert.Equal((400, "invalid_request"), ((int)response.StatusCode, await ErrorOf(response)));
    }

    [Fact]
    public async Task Token_Get_IsNotServed()
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, "/connect/token", null);
        await RunningGateway.AssertProblemAsync(response, 405, "TLT-GW-0405");
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Token_RightSecretByFormOrBasic_IsGranted()
    {
        using var byForm = await gateway.AskTokenAsync(Grant, Id, Secret);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]) };
        request.Headers.Authorization = RunningGateway.Basic("lt-kopzi-system", Room.Secret);
        using var byBasic = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);

        foreach (var response in new[] { byForm, byBasic })
        {
            Assert.Equal(200, (int)response.StatusCode);
            using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(("Bearer", 600), (json.RootElement.GetProperty("token_type").GetString(), json.RootElement.GetProperty("expires_in").GetInt32()));
        }
    }

    [Fact]
    public async Task Token_TwoWaysToAuthenticate_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create(Grant.Item1, Grant.Item2), KeyValuePair.Create(Id.Item1, Id.Item2), KeyValuePair.Create(Secret.Item1, Secret.Item2)]),
        };
        request.Headers.Authorization = RunningGateway.Basic("lt-kopzi-system", Room.Secret);
        using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((400, "invalid_request"), ((int)response.StatusCode, await ErrorOf(response)));
    }

    [Fact]
    public async Task Token_ManyWrongSecrets_MustWait_ButKnownClientsAreServed()
    {
        await using var other = await RunningGateway.StartAsync(("Tokens:FailuresPerClient", "2"), ("Tokens:FailuresPerAddress", "3"));
        await other.TokenOfAsync("lt-kopzi-system");
        var answers = new List<int>();
        foreach (var id in new[] { "registrar", "registrar", "registrar", "nobody", "somebody" })
        {
            using var response = await other.AskTokenAsync(Grant, ("client_id", id), ("client_secret", "x"));
            answers.Add((int)response.StatusCode);
            if (answers[^1] == 429) Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        }

        Assert.Equal([401, 401, 429, 401, 429], answers);
        await other.TokenOfAsync("lt-kopzi-system");
        other.Time.Advance(TimeSpan.FromMinutes(1));
        await other.TokenOfAsync("registrar");
    }

    [Fact]
    public async Task Token_WrongSecretsForAClient_DoNotShutOutItsProvenOne()
    {
        await using var other = await RunningGateway.StartAsync(("Tokens:FailuresPerClient", "2"), ("Tokens:FailuresPerAddress", "3"));
        await other.TokenOfAsync("lt-kopzi-system");
        for (var i = 0; i < 5; i++)
        {
            using var response = await other.AskTokenAsync(Grant, Id, ("client_secret", "x"));
            Assert.Equal(i < 2 ? 401 : 429, (int)response.StatusCode);
        }
        await other.TokenOfAsync("lt-kopzi-system");
    }

    [Fact]
    public async Task Token_Refused_IsLoggedByTheClientsIdOnlyIfThereIsSuchAClient()
    {
        await using var other = await RunningGateway.StartAsync(("Tokens:FailuresPerClient", "1"));
        foreach (var id in new[] { "lt-kopzi-system", "Ona Onaityte", "lt-kopzi-system" })
        {
            using var response = await other.AskTokenAsync(Grant, ("client_id", id), ("client_secret", "guess"));
            Assert.NotEqual(200, (int)response.StatusCode);
        }

        Assert.Equal(
            ["Client lt-kopzi-system could not sign in: wrong secret", "A client that is not known could not sign in", "Client lt-kopzi-system must wait: too many wrong secrets for it or from its address"],
            other.Lines.All.Where(line => line.Contains("lient", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Keys_AreShownWithoutPrivateParts()
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, "/.well-known/jwks.json", null);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var key = Assert.Single(json.RootElement.GetProperty("keys").EnumerateArray());
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.EnumerateObject().Select(p => p.Name).Order());
    }

    private static async Task<string?> ErrorOf(HttpResponseMessage response)
    {
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return json.RootElement.GetProperty("error").GetString();
    }
}
