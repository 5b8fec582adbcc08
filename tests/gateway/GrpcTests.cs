using System.Globalization;
using Microsoft.Extensions.Configuration;
using Tiltas.Gateway.Grpc;
using Tiltas.Gateway.Routes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.TestKit;

using StatusCode = Grpc.Core.StatusCode;

namespace Tiltas.Gateway.Tests;

public sealed class GrpcTests : IAsyncLifetime
{
    private const string Echo = "/tiltas.directory.v1.Directory/GetAgency";
    private const string Silent = "/tiltas.directory.v1.Directory/Silent";
    private const string Subscribe = "/tiltas.notification.v1.Notifications/Subscribe";

    private GrpcUpstream _upstream = null!;
    private RunningGateway _gateway = null!;
    private GrpcClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _upstream = await GrpcUpstream.StartAsync();
        (_gateway, _client) = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Call_GoesThrough_WithAPassportAndTheDeadline()
    {
        var token = await _gateway.TokenOfAsync("lt-kopzi-system");
        using var response = await _client.CallAsync(Echo, token, timeout: "9S");
        var end = await GrpcEnd.Of(response);

        Assert.Equal((0, "hello", false), (end.Status, end.Body[5..], end.InHeaders));
        Assert.Equal(("9S", "trailers"), (_upstream.Headers["grpc-timeout"], _upstream.Headers["TE"]));
        Assert.DoesNotContain(token, _upstream.Headers["Authorization"], StringComparison.Ordinal);
        var keys = new PassportKeys(new ConfigurationBuilder().AddInMemoryCollection([new("Passport:JwksFile", _gateway.Room.JwksFile)]).Build(), _gateway.Time);
        Assert.Equal("lt-kopzi", (await new PassportVerifier(keys, _gateway.Time).VerifyHeaderAsync(_upstream.Headers["Authorization"]))!.Agency.Value);
    }

    [Theory]
    [InlineData("no token", (int)StatusCode.Unauthenticated, "TLT-ID-0001")]
    [InlineData("other role", (int)StatusCode.PermissionDenied, "TLT-ID-0003")]
    [InlineData("unknown method", (int)StatusCode.Unimplemented, "TLT-GW-0404")]
    [InlineData("no address", (int)StatusCode.Unimplemented, "TLT-GW-0404")]
    [InlineData("too large", (int)StatusCode.ResourceExhausted, "TLT-GW-0413")]
    [InlineData("away", (int)StatusCode.Unavailable, "TLT-GW-0503")]
    [InlineData("deadline", (int)StatusCode.DeadlineExceeded, "TLT-GW-0504")]
    [InlineData("http answer", (int)StatusCode.Unauthenticated, "TLT-ID-0001")]
    public async Task Refusal_IsOneOfGrpc(string fault, int status, string code)
    {
        var token = _gateway.Tokens.Good();
        using var response = await (fault switch
        {
            "no token" => _client.CallAsync(Echo),
            "other role" => _client.CallAsync(Subscribe, _gateway.Tokens.Good("registrar", "lt-mia", "registrar")),
            "unknown method" => _client.CallAsync("/tiltas.directory.v2.Directory/GetAgency", token),
            "no address" => _client.CallAsync("/tiltas.referral.v1.Referrals/GetReferral", token),
            "too large" => _client.CallAsync(Echo, token, new byte[(1 << 20) + 1]),
            "away" => _client.CallAsync("/tiltas.identification.v1.Identification/GetStatus", token),
            "deadline" => _client.CallAsync(Silent, token, timeout: "200m"),
            _ => _client.CallAsync("/tiltas.directory.v1.Directory/Http", token),
        });
        var end = await GrpcEnd.Of(response);

        Assert.Equal((status, true, ""), (end.Status, end.InHeaders, end.Body));
        Assert.NotEqual("", end.Message);
        Assert.Contains("type.googleapis.com/google.rpc.ErrorInfo", end.Details, StringComparison.Ordinal);
        Assert.Contains(code.Replace('-', '_'), end.Details, StringComparison.Ordinal);
        Assert.Contains("\u0004code\u0012" + (char)code.Length + code, end.Details, StringComparison.Ordinal);
        Assert.Equal(fault == "away", end.Details.Contains("RetryInfo", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rate_Exceeded_SaysWhenToRetry()
    {
        var (other, client) = await StartAsync(("RateLimit:PerSecond", "1"), ("RateLimit:Burst", "1"));
        await using var closing = other;
        using var alsoEnds = client;
        var token = other.Tokens.Good();
        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.CallAsync(Echo, token)));
        var ends = await Task.WhenAll(responses.Select(GrpcEnd.Of));
        Assert.Contains(ends, end => end.Status == (int)StatusCode.ResourceExhausted && end.Details.Contains("TLT_GW_0429", StringComparison.Ordinal) && end.Details.Contains("RetryInfo", StringComparison.Ordinal));
        foreach (var response in responses) response.Dispose();
    }

    [Fact]
    public async Task Streams_BeyondTheLimit_AreRefusedUntilOneEnds()
    {
        var (other, client) = await StartAsync(("RateLimit:Streams", "2"));
        await using var closing = other;
        using var alsoEnds = client;
        var token = other.Tokens.Good();
        var first = await client.CallAsync(Subscribe, token);
        using var second = await client.CallAsync(Subscribe, token);
        using (var third = await client.CallAsync(Subscribe, token))
        {
            var end = await GrpcEnd.Of(third);
            Assert.Equal((int)StatusCode.ResourceExhausted, end.Status);
            Assert.Contains("TLT_GW_0430", end.Details, StringComparison.Ordinal);
            Assert.Contains("RetryInfo", end.Details, StringComparison.Ordinal);
        }
        using (var call = await client.CallAsync(Echo, token)) Assert.Equal(0, (await GrpcEnd.Of(call)).Status);

        first.Dispose();
        await Eventually.True("the place of the ended stream is free", async () =>
        {
            using var again = await client.CallAsync(Subscribe, token);
            return !again.Headers.Contains("grpc-status");
        });
    }

    [Fact]
    public async Task Stream_ClientRemoved_EndsUnauthenticated()
    {
        using var stream = await _client.CallAsync(Subscribe, _gateway.Tokens.Good());
        _gateway.Room.WriteClients(("registrar", "lt-mia", "registrar"));
        var end = await GrpcEnd.Of(stream);

        Assert.Equal(((int)StatusCode.Unauthenticated, false, "first"), (end.Status, end.InHeaders, end.Body[5..]));
        Assert.Contains("TLT_ID_0001", end.Details, StringComparison.Ordinal);
        await _upstream.Ended.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task Call_AgencyRemovedWhileItWaits_EndsUnauthenticated()
    {
        var call = _client.CallAsync(Silent, _gateway.Tokens.Good());
        await Eventually.True("the call is under way", () => Task.FromResult(_upstream.Headers.Count > 0));
        _gateway.Room.WriteClients(("registrar", "lt-mia", "registrar"));
        using var response = await call;
        Assert.Equal(((int)StatusCode.Unauthenticated, true), ((await GrpcEnd.Of(response)) is var end ? (end.Status, end.InHeaders) : default));
    }

    [Fact]
    public async Task Stream_DeadlinePassed_EndsSo()
    {
        using var stream = await _client.CallAsync(Subscribe, _gateway.Tokens.Good(), timeout: "500m");
        Assert.Equal(((int)StatusCode.DeadlineExceeded, false), (await GrpcEnd.Of(stream)) is var end ? (end.Status, end.InHeaders) : default);
    }

    [Fact]
    public async Task Stream_ServiceBreaksOff_IsUnavailable()
    {
        using var response = await _client.CallAsync("/tiltas.directory.v1.Directory/Breaks", _gateway.Tokens.Good());
        await using var stream = await response.Content.ReadAsStreamAsync(Cancel);
        var first = new byte[GrpcClient.Frame("first").Length];
        await stream.ReadExactlyAsync(first, Cancel);
        _upstream.Break.SetResult();

        Assert.Equal(0, await stream.ReadAsync(first, Cancel));
        Assert.Equal("14", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
    }

    [Fact]
    public async Task Body_ThatDoesNotCome_EndsItsCallAndNoOther()
    {
        var (other, client) = await StartAsync(("Gateway:BodyWithin", "00:00:01"));
        await using var closing = other;
        using var alsoEnds = client;
        var token = other.Tokens.Good();
        using var stream = await client.CallAsync(Subscribe, token);
        using var body = new OpenBody(GrpcClient.Frame("hello")[..3]);
        using var slow = await client.CallAsync(Silent, token, body);
        var end = await GrpcEnd.Of(slow);

        Assert.Equal((int)StatusCode.DeadlineExceeded, end.Status);
        Assert.Contains("TLT-GW-0408", end.Details, StringComparison.Ordinal);
        // On the same connection.
        Assert.Equal(0, (await GrpcEnd.Of(await client.CallAsync(Echo, token))).Status);
        await using var open = await stream.Content.ReadAsStreamAsync(Cancel);
        var first = new byte[GrpcClient.Frame("first").Length];
        await open.ReadExactlyAsync(first, Cancel);
        var next = open.ReadAsync(first, Cancel);
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task Stream_CallerLeaves_EndsInside()
    {
        using (await _client.CallAsync(Subscribe, _gateway.Tokens.Good())) { }
        await _upstream.Ended.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task Call_OverHttp1_IsRefusedAsGrpc()
    {
        using var response = await _gateway.SendAsync(HttpMethod.Post, Echo, _gateway.Tokens.Good(), r => r.Content = new ByteArrayContent(GrpcClient.Frame("a")) { Headers = { ContentType = new("application/grpc") } });
        Assert.Equal((200, (int)StatusCode.Unimplemented), ((int)response.StatusCode, int.Parse(Assert.Single(response.Headers.GetValues("grpc-status")), CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("1H", 3600000.0), InlineData("2M", 120000.0), InlineData("3S", 3000.0), InlineData("4m", 4.0), InlineData("5000u", 5.0), InlineData("6000000n", 6.0)]
    [InlineData("", null), InlineData("S", null), InlineData("-1S", null), InlineData("1x", null), InlineData("123456789S", null), InlineData("1.5S", null)]
    public void Deadline_IsReadStrictly(string header, double? milliseconds) => Assert.Equal(milliseconds, GrpcRequest.Deadline(header)?.TotalMilliseconds);

    /// <summary>Because a stream that the gateway takes for an ordinary call is held against no limit.</summary>
    [Fact]
    public void EveryStreamOfTheProtos_CountsAsAStream()
    {
        var protos = Repository.In("contracts", "protos");
        foreach (var file in System.IO.Directory.Exists(protos) ? System.IO.Directory.EnumerateFiles(protos, "*.proto", SearchOption.AllDirectories) : [])
        {
            var (package, service) = ("", "");
            foreach (var line in File.ReadLines(file).Select(line => line.Trim()))
            {
                var words = line.Split([' ', ';', '(', '{'], StringSplitOptions.RemoveEmptyEntries);
                if (words is ["package", var p, ..]) package = p;
                if (words is ["service", var s, ..]) service = s;
                if (words is ["rpc", var method, ..] && words.Contains("stream")) Assert.True(RouteTable.IsStream($"/{package}.{service}/{method}"), method);
            }
        }
    }

    private async Task<(RunningGateway, GrpcClient)> StartAsync(params (string, string)[] settings)
    {
        var gateway = await TlsTests.StartAsync(
            [.. settings, ("Gateway:Grpc:Directory", _upstream.Address), ("Gateway:Grpc:Notification", _upstream.Address), ("Gateway:Grpc:Identification", "http://127.0.0.1:1")]);
        return (gateway, new GrpcClient(gateway.TlsAddress));
    }
}
