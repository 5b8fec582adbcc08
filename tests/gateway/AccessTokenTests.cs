using System.Net.Http.Json;
using Microsoft.Extensions.Configuration;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Tests;

public sealed class AccessTokenTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    public static TheoryData<string> Faults => Forge.FaultData;

    [Theory, MemberData(nameof(Faults))]
    public async Task Route_BadToken_Refuses(string fault)
    {
        var before = gateway.Upstream.Requests;
        using var response = await gateway.SendAsync(HttpMethod.Get, "/v1/agencies", gateway.Tokens.Bad(fault));

        await RunningGateway.AssertProblemAsync(response, 401, "TLT-ID-0001");
        Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
        Assert.Equal(before, gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData(null), InlineData("Bearer"), InlineData("Basic bHQ6bHQ="), InlineData("Bearer  "), InlineData("Bearer null")]
    public async Task Route_NoToken_Refuses(string? authorization)
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, "/v1/referrals", null, r => r.Headers.TryAddWithoutValidation("Authorization", authorization));
        await RunningGateway.AssertProblemAsync(response, 401, "TLT-ID-0001");
    }

    [Fact]
    public async Task Route_Passport_IsNoAccessToken()
    {
        var passport = (await gateway.EchoAsync(HttpMethod.Get, "/v1/agencies")).Headers["Authorization"]["Bearer ".Length..];
        using var response = await gateway.SendAsync(HttpMethod.Get, "/v1/agencies", passport);
        await RunningGateway.AssertProblemAsync(response, 401, "TLT-ID-0001");
    }

    [Fact]
    public async Task Route_GoodToken_SendsAPassportInItsPlace()
    {
        var token = await gateway.TokenOfAsync("lt-kopzi-system");
        using var response = await gateway.SendAsync(HttpMethod.Get, "/v1/agencies?limit=2", token);
        var echo = (await response.Content.ReadFromJsonAsync<Echo>(TestContext.Current.CancellationToken))!;

        Assert.Equal("/v1/agencies?limit=2", echo.Path);
        Assert.DoesNotContain(token, echo.Headers["Authorization"], StringComparison.Ordinal);
        var keys = new PassportKeys(new ConfigurationBuilder()
            .AddInMemoryCollection([new("Passport:JwksFile", gateway.Room.JwksFile)]).Build(), gateway.Time);
        var caller = await new PassportVerifier(keys, gateway.Time).VerifyHeaderAsync(echo.Headers["Authorization"]);
        Assert.Equal(("lt-kopzi", "lt-kopzi-system"), (caller!.Agency.Value, caller.Client));
        Assert.True(caller.Has(Roles.Agency));
    }

    [Fact]
    public async Task Route_ExpiredWhileRemembered_Refuses()
    {
        await using var other = await RunningGateway.StartAsync();
        var token = await other.TokenOfAsync("lt-kopzi-system");
        using var before = await other.SendAsync(HttpMethod.Get, "/v1/agencies", token);
        other.Time.Advance(TimeSpan.FromSeconds(606));
        using var after = await other.SendAsync(HttpMethod.Get, "/v1/agencies", token);

        Assert.Equal((200, 401), ((int)before.StatusCode, (int)after.StatusCode));
    }

    [Fact]
    public async Task Route_ManyRequests_ShareOnePassportForAMinute()
    {
        await using var other = await RunningGateway.StartAsync();
        var first = (await other.EchoAsync(HttpMethod.Get, "/v1/agencies")).Headers["Authorization"];
        var second = (await other.EchoAsync(HttpMethod.Get, "/v1/referrals")).Headers["Authorization"];
        other.Time.Advance(TimeSpan.FromSeconds(61));
        var third = (await other.EchoAsync(HttpMethod.Get, "/v1/agencies")).Headers["Authorization"];

        Assert.Equal(first, second);
        Assert.NotEqual(first, third);
    }

    [Fact]
    public async Task Route_ClientRemoved_RefusesItsTokensAndEndsItsStream()
    {
        await using var other = await RunningGateway.StartAsync();
        var token = await other.TokenOfAsync("lt-kopzi-system");
        using var stream = await other.SendAsync(HttpMethod.Get, "/v1/feed/stream", token);
        Assert.Equal(200, (int)stream.StatusCode);

        other.Room.WriteClients(("registrar", "lt-mia", "registrar"));
        other.Time.Advance(TimeSpan.FromSeconds(1));
        using var after = await other.SendAsync(HttpMethod.Get, "/v1/agencies", token);

        Assert.Equal(401, (int)after.StatusCode);
        await other.Upstream.StreamEnded.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Route_RoleTakenAway_CountsAtOnce()
    {
        await using var other = await RunningGateway.StartAsync();
        var token = await other.TokenOfAsync("lt-kopzi-system");
        other.Room.WriteClients(("lt-kopzi-system", "lt-kopzi", "auditor"));
        other.Time.Advance(TimeSpan.FromSeconds(1));
        using var response = await other.SendAsync(HttpMethod.Get, "/v1/referrals", token);

        await RunningGateway.AssertProblemAsync(response, 403, "TLT-ID-0003");
    }
}
