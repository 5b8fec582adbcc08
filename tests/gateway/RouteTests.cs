using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Tiltas.Local.Servers;

namespace Tiltas.Gateway.Tests;

public sealed class RouteTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    public static TheoryData<string> Faults => Forge.FaultData;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/"), InlineData("/v1"), InlineData("/v2/agencies"), InlineData("/v1/agenciesx"), InlineData("/metrics"), InlineData("/health/live"), InlineData("/health/ready")]
    [InlineData("/v1/agencies/../../metrics"), InlineData("/v1/agencies/%2e%2e/%2e%2e/metrics"), InlineData("/identification"), InlineData("/identification/export"), InlineData("/identification/export/htcds/1")]
    public async Task UnknownPath_IsNotThere(string path)
    {
        var before = gateway.Upstream.Requests;
        using var response = await gateway.SendAsync(HttpMethod.Get, path, gateway.Tokens.Good());
        await RunningGateway.AssertProblemAsync(response, 404, "TLT-GW-0404");
        Assert.Equal(before, gateway.Upstream.Requests);
    }

    [Theory, InlineData("TRACE"), InlineData("OPTIONS"), InlineData("CONNECTED"), InlineData("QUERY")]
    public async Task UnservedMethod_IsRefused(string method)
    {
        using var response = await gateway.SendAsync(new HttpMethod(method), "/v1/agencies", gateway.Tokens.Good());
        await RunningGateway.AssertProblemAsync(response, 405, "TLT-GW-0405");
    }

    [Theory, InlineData("/health"), InlineData("/.well-known/jwks.json")]
    public async Task Head_OfTheGatewaysOwnAddress_IsServed(string path)
    {
        using var response = await gateway.SendAsync(HttpMethod.Head, path, null);
        Assert.Equal((200, 0), ((int)response.StatusCode, (await response.Content.ReadAsByteArrayAsync(Cancel)).Length));
    }

    [Fact]
    public async Task UnservedMethod_IsNotToldThatHeadIsServedEverywhere()
    {
        using var response = await gateway.SendAsync(HttpMethod.Patch, "/v1/agencies", gateway.Tokens.Good());
        Assert.DoesNotContain("HEAD", response.Content.Headers.Allow);
    }

    [Fact]
    public void EveryRoute_NamesAPolicyAndALimit() => Assert.All(Routes.RouteTable.Routes, route =>
    {
        Assert.Contains(route.AuthorizationPolicy, new[] { "directory", "casework", "feed", "open" });
        Assert.Equal(route.AuthorizationPolicy == "open" ? "anybody" : "agency", route.RateLimiterPolicy);
    });

    [Fact]
    public void OneRoute_IsOpenToAnybody() => Assert.Equal(["hsds"], Routes.RouteTable.Routes.Where(route => route.AuthorizationPolicy == "open").Select(route => route.RouteId));

    [Theory, InlineData("GET", "/hsds"), InlineData("GET", "/hsds/"), InlineData("GET", "/hsds/services?page=2"), InlineData("POST", "/hsds/services")]
    public async Task Open_WithoutSigningIn_GoesInsideWithoutAPassport(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(gateway.Address, path));
        foreach (var name in new[] { "Proxy-Authorization", "X-Authorization", "Passport", "X-Tiltas-Agency", "Cookie" }) request.Headers.TryAddWithoutValidation(name, "Bearer " + gateway.Tokens.Good());
        if (method == "POST") request.Content = JsonContent.Create(new { page = 1 });
        using var http = new HttpClient();
        using var response = await http.SendAsync(request, Cancel);
        using var echo = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
        var headers = echo.RootElement.GetProperty("headers").EnumerateObject().Select(header => header.Name).ToList();
        Assert.Equal(200, (int)response.StatusCode);
        Assert.DoesNotContain(headers, name => name.Contains("uthorization", StringComparison.OrdinalIgnoreCase) || name is "Passport" or "X-Tiltas-Agency" or "Cookie");
    }

    [Fact]
    public async Task Open_SignedIn_GoesInsideWithItsOwnPassport()
    {
        var sent = "Bearer " + gateway.Tokens.Good();
        var echo = await gateway.EchoAsync(HttpMethod.Get, "/hsds/services");
        Assert.StartsWith("Bearer ey", echo.Headers["Authorization"], StringComparison.Ordinal);
        Assert.NotEqual(sent, echo.Headers["Authorization"]);
    }

    /// <summary>Whatever stands in the header and is no good token ends here: a passport made outside too, and one that is good inside.</summary>
    [Theory, MemberData(nameof(Faults))]
    public async Task Open_WithABadToken_IsRefused(string fault)
    {
        var before = gateway.Upstream.Requests;
        using var response = await gateway.SendAsync(HttpMethod.Get, "/hsds/services", gateway.Tokens.Bad(fault));
        await RunningGateway.AssertProblemAsync(response, 401, "TLT-ID-0001");
        Assert.Equal(before, gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Open_WithAPassportOfTheInside_IsRefused()
    {
        var passport = (await gateway.EchoAsync(HttpMethod.Get, "/hsds/services")).Headers["Authorization"]["Bearer ".Length..];
        var before = gateway.Upstream.Requests;
        using var response = await gateway.SendAsync(HttpMethod.Get, "/hsds/services", passport);
        await RunningGateway.AssertProblemAsync(response, 401, "TLT-ID-0001");
        Assert.Equal(before, gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData("/v1/agencies/lt-kopzi", "Directory"), InlineData("/v1/municipalities", "Directory"), InlineData("/v1/providers/search", "Directory"), InlineData("/v1/coverage?need=Shelter", "Directory"), InlineData("/v1/exchange", "Directory")]
    [InlineData("/v1/subjects/1/status", "Identification"), InlineData("/v1/subjects/1/entitlements", "Identification"), InlineData("/v1/screenings", "Identification"), InlineData("/v1/subjects/1/reflection-period", "Identification"), InlineData("/v1/subjects/1/reflection-period/start", "Identification")]
    [InlineData("/v1/subjects/1/screenings/topics", "Identification"), InlineData("/v1/border-points", "Identification")]
    [InlineData("/v1/subjects/1/circumstances", "Identification"), InlineData("/v1/subjects/1/information", "Identification"), InlineData("/v1/subjects/1/gaps", "Identification"), InlineData("/v1/gaps", "Identification")]
    [InlineData("/identification/export/htcds?format=json", "Identification")]
    [InlineData("/v1/subjects", "Referral"), InlineData("/v1/subjects/1/consents/2/withdraw", "Referral"), InlineData("/v1/partners?need=Shelter", "Referral")]
    [InlineData("/v1/feed/7/seen", "Notification"), InlineData("/v1/feed", "Notification")]
    public async Task Path_GoesToItsService(string path, string service)
    {
        await using var only = await Upstream.StartAsync();
        await using var other = await RunningGateway.StartAsync(("Gateway:" + service, only.Address));
        Assert.Equal(path, (await other.EchoAsync(HttpMethod.Get, path)).Path);
        Assert.Equal((1, 0), (only.Requests, other.Upstream.Requests));
    }

    [Theory, InlineData("/v1/referrals"), InlineData("/v1/subjects/1/status"), InlineData("/v1/feed"), InlineData("/identification/export/htcds")]
    public async Task Casework_Registrar_IsOfAnotherRole(string path)
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, path, gateway.Tokens.Good("registrar", "lt-mia", "registrar"));
        await RunningGateway.AssertProblemAsync(response, 403, "TLT-ID-0003");
    }

    [Fact]
    public async Task Headers_FromOutside_StayOutside()
    {
        string[] dropped =
        [
            "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Real-IP", "X-Tiltas-Agency", "X-Original-URL",
            "baggage", "tracestate", "Cookie", "Correlation-Context", "Via", "X-HTTP-Method-Override", "Proxy-Authorization",
        ];
        var echo = await gateway.EchoAsync(HttpMethod.Post, "/v1/referrals", r =>
        {
            foreach (var name in dropped) r.Headers.TryAddWithoutValidation(name, "k=v");
            r.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            r.Headers.Add("Idempotency-Key", "a-key");
            r.Content = JsonContent.Create(new { a = 1 });
        });

        Assert.DoesNotContain(echo.Headers.Keys, name => dropped.Contains(name, StringComparer.OrdinalIgnoreCase));
        Assert.Equal(("a-key", 7), (echo.Headers["Idempotency-Key"], echo.Body));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", echo.Headers["traceparent"], StringComparison.Ordinal);
        Assert.StartsWith("application/json", echo.Headers["Content-Type"], StringComparison.Ordinal);
    }

    [Theory, InlineData("junk"), InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    public async Task TraceParent_Malformed_IsDropped(string value)
    {
        var echo = await gateway.EchoAsync(HttpMethod.Get, "/v1/agencies", r => r.Headers.TryAddWithoutValidation("traceparent", value));
        Assert.NotEqual(value, echo.Headers.GetValueOrDefault("traceparent"));
    }

    [Fact]
    public async Task Answer_CarriesProtectiveHeadersAndNoServer()
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, "/v1/agencies", gateway.Tokens.Good());
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Empty(response.Headers.Server);
    }

    [Fact]
    public async Task Stream_ArrivesPieceByPiece()
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, "/v1/feed/stream", gateway.Tokens.Good());
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        for (var id = 1; id <= 3; id++)
        {
            gateway.Upstream.SendEvent();
            Assert.Equal($"id: {id}", await reader.ReadLineAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel));
            await reader.ReadLineAsync(Cancel);
        }
    }

    [Fact]
    public async Task Health_AllReadyOrOneAway_SaysSo()
    {
        using var ready = await gateway.SendAsync(HttpMethod.Get, "/health", null);
        await using var other = await RunningGateway.StartAsync(("Gateway:Inside:Referral", ClosedAddress()));
        using var away = await other.SendAsync(HttpMethod.Get, "/health", null);
        using var json = JsonDocument.Parse(await away.Content.ReadAsStringAsync(Cancel));

        Assert.Equal((200, 503), ((int)ready.StatusCode, (int)away.StatusCode));
        Assert.Equal(("NotReady", "Ready"), (json.RootElement.GetProperty("services").GetProperty("referral").GetString(), json.RootElement.GetProperty("services").GetProperty("directory").GetString()));
    }

    [Fact]
    public async Task Service_Away_IsNotAvailableNow()
    {
        await using var other = await RunningGateway.StartAsync(("Gateway:Directory", ClosedAddress()));
        using var response = await other.SendAsync(HttpMethod.Get, "/v1/agencies", other.Tokens.Good());
        await RunningGateway.AssertProblemAsync(response, 503, "TLT-GW-0503");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Service_BreaksOff_IsNotAvailableNow()
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, "/v1/agencies/reset", gateway.Tokens.Good());
        await RunningGateway.AssertProblemAsync(response, 503, "TLT-GW-0503");
    }

    [Fact]
    public async Task Service_Silent_TookTooLong()
    {
        await using var other = await RunningGateway.StartAsync(("Gateway:Silence:Directory", "00:00:00.2"));
        using var response = await other.SendAsync(HttpMethod.Get, "/v1/agencies/silent", other.Tokens.Good());
        await RunningGateway.AssertProblemAsync(response, 504, "TLT-GW-0504");
    }

    [Theory, InlineData(404, "TLT-GW-0404"), InlineData(409, "TLT-GW-0400"), InlineData(500, "TLT-GW-0500"), InlineData(503, "TLT-GW-0503"), InlineData(504, "TLT-GW-0504")]
    public async Task Service_EmptyRefusal_BecomesAProblem(int status, string code)
    {
        using var response = await gateway.SendAsync(HttpMethod.Get, $"/v1/agencies/empty/{status}", gateway.Tokens.Good());
        await RunningGateway.AssertProblemAsync(response, status, code);
    }

    /// <summary>An address at which nobody listens.</summary>
    private static string ClosedAddress() => $"http://127.0.0.1:{PortRegister.Any()}";
}
