using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;

namespace Tiltas.Gateway.Tests;

public sealed class LimitTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1 << 20, false, 200), InlineData(1 << 20, true, 200)]
    [InlineData((1 << 20) + 1, false, 413), InlineData((1 << 20) + 1, true, 413)]
    [InlineData(10 << 20, false, 413), InlineData(10 << 20, true, 413)]
    public async Task Body_Size_IsLimited(int size, bool chunked, int status)
    {
        using var response = await gateway.SendAsync(HttpMethod.Post, "/v1/referrals", gateway.Tokens.Good(), r =>
        {
            r.Content = new ByteArrayContent(new byte[size]);
            r.Headers.TransferEncodingChunked = chunked;
        });
        if (status == 413) await RunningGateway.AssertProblemAsync(response, 413, "TLT-GW-0413");
        else Assert.Equal(200, (int)response.StatusCode);
    }

    /// <summary>A country's directory goes in at one address, as a registrar's file; whoever else sends one there, and one sent elsewhere, meets the ordinary limit.</summary>
    [Theory]
    [InlineData("registrar", "/v1/exchange", 32 << 20, 200), InlineData("registrar", "/v1/exchange/?dryRun=true", 32 << 20, 200), InlineData("registrar", "/v1/exchange", (32 << 20) + 1, 413)]
    [InlineData("registrar", "/v1/agencies", (1 << 20) + 1, 413), InlineData("registrar", "/v1/exchange/more", (1 << 20) + 1, 413)]
    [InlineData("agency", "/v1/exchange", 1 << 20, 200), InlineData("agency", "/v1/exchange", (1 << 20) + 1, 413), InlineData("agency", "/v1/exchange", 32 << 20, 413)]
    [InlineData(null, "/v1/exchange", 16 << 20, 401)]
    public async Task File_Size_IsLimitedByWhoSendsItWhere(string? role, string path, int size, int status)
    {
        var token = role switch { null => null, "registrar" => gateway.Tokens.Good("registrar", "lt-mia", "registrar"), _ => gateway.Tokens.Good() };
        foreach (var chunked in new[] { false, true })
        {
            using var response = await gateway.SendAsync(HttpMethod.Post, path, token, r =>
            {
                r.Content = new ByteArrayContent(new byte[size]);
                r.Headers.TransferEncodingChunked = chunked;
            });
            if (status == 413) await RunningGateway.AssertProblemAsync(response, 413, "TLT-GW-0413");
            else Assert.Equal(status, (int)response.StatusCode);
            if (status == 200) Assert.Equal(size, (await response.Content.ReadFromJsonAsync<Echo>(Cancel))!.Body);
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task TokenBody_TooLarge_IsRefused(bool chunked)
    {
        using var response = await gateway.SendAsync(HttpMethod.Post, "/connect/token", null, r =>
        {
            r.Content = new ByteArrayContent(new byte[2 << 20]) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded") } };
            r.Headers.TransferEncodingChunked = chunked;
        });
        Assert.InRange((int)response.StatusCode, 400, 413);
    }

    [Fact]
    public async Task Agency_OverItsRate_WaitsWhileOthersAreServed()
    {
        await using var other = await RunningGateway.StartAsync(("RateLimit:PerSecond", "1"), ("RateLimit:Burst", "2"));
        var token = other.Tokens.Good();
        var responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => other.SendAsync(HttpMethod.Get, "/v1/agencies", token)));
        var refused = responses.Where(r => (int)r.StatusCode == 429).ToArray();

        Assert.NotEmpty(refused);
        await RunningGateway.AssertProblemAsync(refused[0], 429, "TLT-GW-0429");
        Assert.True(refused[0].Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        using var another = await other.SendAsync(HttpMethod.Get, "/v1/agencies", other.Tokens.Good("registrar", "lt-mia", "registrar"));
        Assert.Equal(200, (int)another.StatusCode);
        foreach (var response in responses) response.Dispose();
    }

    public static TheoryData<string> MalformedRequests =>
    [
        "GET /v1/agencies HTTP/1.1\r\nHost: a\r\nHost: b\r\n{auth}\r\n",
        "GET /v1/agencies HTTP/1.1\r\n{auth}\r\n",
        "GET /v1/agencies HTTP/1.1\nHost: a\nConnection: close\n{auth}\n",
        "GET  /v1/agencies HTTP/1.1\r\nHost: a\r\n{auth}\r\n",
        "POST /v1/referrals HTTP/1.1\r\nHost: a\r\n{auth}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/agencies HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /v1/referrals HTTP/1.1\r\nHost: a\r\n{auth}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "POST /v1/referrals HTTP/1.1\r\nHost: a\r\n{auth}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /v1/referrals HTTP/1.1\r\nHost: a\r\n{auth}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhelloo",
        "POST /v1/referrals HTTP/1.1\r\nHost: a\r\n{auth}Content-Length: -1\r\n\r\n",
        "POST /v1/referrals HTTP/1.1\r\nHost: a\r\n{auth}Transfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n0\r\n\r\n",
        "POST /v1/referrals HTTP/1.1\r\nHost: a\r\n{auth}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
        "GET /v1/agencies/%00 HTTP/1.1\r\nHost: a\r\n{auth}\r\n",
        "GET /v1/agencies/%ff%fe HTTP/1.1\r\nHost: a\r\n{auth}X: y\0z\r\n\r\n",
        "GET /v1/agencies HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{auth}Idempotency-Key: ąžuolas\r\n\r\n",
        "GET /v1/agencies HTTP/1.1\r\nHost: a\r\n{auth} folded: b\r\n\r\n",
        "GET /v1/agencies HTTP/1.1\r\nHost: a\r\n{auth}Bad Name: b\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nConnection: close\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET http://elsewhere.invalid/metrics HTTP/1.1\r\nHost: elsewhere.invalid\r\nConnection: close\r\n{auth}\r\n",
    ];

    [Theory, MemberData(nameof(MalformedRequests))]
    public async Task MalformedRequest_IsTheCallersFault(string request)
    {
        var text = request.Replace("{auth}", $"Authorization: Bearer {gateway.Tokens.Good()}\r\n", StringComparison.Ordinal);
        var answer = await RawAsync(text);

        Assert.Matches("^HTTP/1.1 4\\d\\d ", answer);
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
    }

    /// <summary>As docs/integrating.md tells: what the server itself refuses carries no problem details, and ends the connection.</summary>
    [Theory]
    [InlineData("GET /v1/agencies/%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400), InlineData("GET /v1/agencies HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET /v1/agencies HTTP/1.1\nHost: a\n\n", 400), InlineData("GET /v1/agencies HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n", 400)]
    [InlineData("POST /v1/referrals HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhelloo", 400), InlineData("long header", 431)]
    public async Task NoHttpAtAll_IsAnsweredBare(string request, int status)
    {
        var answer = await RawAsync(request == "long header" ? $"GET /v1/agencies HTTP/1.1\r\nHost: a\r\nX: {new string('x', 17000)}\r\n\r\n" : request);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 0\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /v1/agencies?q=%ff%00&x=[{}]|\" HTTP/1.1\r\nHost: a\r\n{auth}Connection: close\r\n\r\n")]
    [InlineData("GET /v1/agencies/a%2Fb%5C..%2F%c5%be HTTP/1.1\r\nHost: a\r\n{auth}Connection: close\r\n\r\n")]
    [InlineData("GET /v1/agencies HTTP/1.1\r\nHost: a\r\n{auth}Connection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("GET /v1/agencies HTTP/1.1\r\nHost: a\r\n{auth}Connection: close, Authorization\r\n\r\n")]
    [InlineData("GET /v1/agencies HTTP/1.0\r\n{auth}\r\n")]
    [InlineData("POST /v1/referrals HTTP/1.1\r\nHost: a\r\n{auth}Connection: close\r\nContent-Type: \x01\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("POST /v1/referrals HTTP/1.1\r\nHost: a\r\n{auth}Connection: close\r\nContent-Type: ;;;\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("GET /v1/agencies HTTP/1.1\r\nHost: a\r\n{auth}Connection: close\r\nIf-Match: \"\\\r\n\r\n")]
    public async Task OddRequest_IsNeverOurFault(string request)
    {
        var answer = await RawAsync(request.Replace("{auth}", $"Authorization: Bearer {gateway.Tokens.Good()}\r\n", StringComparison.Ordinal));
        Assert.Matches("^HTTP/1.1 [24]\\d\\d ", answer);
    }

    /// <summary>Sends the bytes as they are and reads until the gateway closes the connection.</summary>
    private async Task<string> RawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), Cancel);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
