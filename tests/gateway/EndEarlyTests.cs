using System.Net;

using StatusCode = Grpc.Core.StatusCode;

namespace Tiltas.Gateway.Tests;

/// <summary>Streams end in their own way when the gateway stops, when their client is removed, when their time is up.</summary>
public sealed class EndEarlyTests : IAsyncLifetime
{
    private const string Subscribe = "/tiltas.notification.v1.Notifications/Subscribe";
    private const string Silent = "/tiltas.directory.v1.Directory/Silent";
    private const string Watch = "/grpc.health.v1.Health/Watch";
    private const string Reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    // The field list_services, empty.
    private static readonly byte[] ListServices = GrpcClient.Frame("\u003a\u0000");

    private GrpcUpstream _upstream = null!;
    private RunningGateway _gateway = null!;
    private GrpcClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _upstream = await GrpcUpstream.StartAsync();
        _gateway = await TlsTests.StartAsync(("Gateway:Grpc:Directory", _upstream.Address), ("Gateway:Grpc:Notification", _upstream.Address));
        _client = new GrpcClient(_gateway.TlsAddress);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData(Subscribe, true), InlineData(Watch, true), InlineData(Watch, false), InlineData(Reflection, true), InlineData(Reflection, false)]
    public async Task GrpcStream_GatewayStops_IsUnavailableAtOnce(string method, bool signedIn)
    {
        using var body = Body(method);
        using var stream = await _client.CallAsync(method, signedIn ? _gateway.Tokens.Good() : null, body);
        var stopped = _gateway.StopAsync();
        var end = await GrpcEnd.Of(stream).WaitAsync(Soon, Cancel);

        Assert.Equal(((int)StatusCode.Unavailable, false), (end.Status, end.InHeaders));
        Assert.Contains("TLT_GW_0503", end.Details, StringComparison.Ordinal);
        Assert.Contains("RetryInfo", end.Details, StringComparison.Ordinal);
        await stopped.WaitAsync(Soon, Cancel);
    }

    [Fact]
    public async Task GrpcCall_GatewayStops_EndsAfterAWhile()
    {
        var call = _client.CallAsync(Silent, _gateway.Tokens.Good());
        await TestKit.Eventually.True("the call is under way", () => Task.FromResult(_upstream.Headers.Count > 0));
        var stopped = _gateway.StopAsync();
        using var response = await call;
        var end = await GrpcEnd.Of(response);

        Assert.Equal((int)StatusCode.Unavailable, end.Status);
        Assert.Contains("TLT_GW_0503", end.Details, StringComparison.Ordinal);
        await stopped.WaitAsync(Soon, Cancel);
    }

    [Theory, InlineData(1), InlineData(2)]
    public async Task EventStream_GatewayStops_EndsLikeAWholeOne(int version)
    {
        using var http = new HttpClient(TlsTests.Handler(null)) { BaseAddress = _gateway.TlsAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/feed/stream") { Version = version == 2 ? HttpVersion.Version20 : HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = new("Bearer", _gateway.Tokens.Good());
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        _gateway.Upstream.SendEvent();
        Assert.Equal("id: 1", await events.ReadLineAsync(Cancel));

        var stopped = _gateway.StopAsync();
        Assert.Equal("\n", await events.ReadToEndAsync(Cancel).WaitAsync(Soon, Cancel));
        await stopped.WaitAsync(Soon, Cancel);
        await _gateway.Upstream.StreamEnded.Task.WaitAsync(Soon, Cancel);
    }

    [Theory, InlineData(1), InlineData(2)]
    public async Task EventStream_GatewayStopsWhileMuchIsUnderWay_EndsLikeAWholeOne(int version)
    {
        _gateway.Upstream.Padding = 1 << 26;
        using var http = new HttpClient(TlsTests.Handler(null)) { BaseAddress = _gateway.TlsAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/feed/stream") { Version = version == 2 ? HttpVersion.Version20 : HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = new("Bearer", _gateway.Tokens.Good());
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        _gateway.Upstream.SendEvent();
        await TestKit.Eventually.True("the gateway is writing", () => Task.FromResult(Interlocked.Read(ref _gateway.Upstream.Padded) > 1 << 18));

        var stopped = _gateway.StopAsync();
        var read = await response.Content.ReadAsByteArrayAsync(Cancel).WaitAsync(Soon, Cancel);
        Assert.True(read.Length < _gateway.Upstream.Padding);
        await stopped.WaitAsync(Soon, Cancel);
    }

    [Fact]
    public async Task LongPoll_GatewayStops_IsToldToComeAgain()
    {
        var call = _gateway.SendAsync(HttpMethod.Get, "/v1/feed/silent?wait=60", _gateway.Tokens.Good());
        await _gateway.Upstream.Asked.Task.WaitAsync(Soon, Cancel);
        var stopped = _gateway.StopAsync();
        using var response = await call.WaitAsync(Soon, Cancel);

        await RunningGateway.AssertProblemAsync(response, 503, "TLT-GW-0503");
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        await stopped.WaitAsync(Soon, Cancel);
    }

    [Fact]
    public async Task OrdinaryRequest_GatewayStops_IsFinished()
    {
        var call = _gateway.SendAsync(HttpMethod.Get, "/v1/agencies/held", _gateway.Tokens.Good());
        await _gateway.Upstream.Asked.Task.WaitAsync(Soon, Cancel);
        var stopped = _gateway.StopAsync();
        Assert.True(_gateway.Stopping.IsCancellationRequested);
        _gateway.Upstream.Answer.SetResult();
        using var response = await call;

        Assert.Equal("done", await response.Content.ReadAsStringAsync(Cancel));
        await stopped.WaitAsync(Soon, Cancel);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Watch_DeadlinePassed_EndsSo(bool signedIn)
    {
        using var stream = await _client.CallAsync(Watch, signedIn ? _gateway.Tokens.Good() : null, GrpcClient.Frame(""), "1500m");
        var end = await GrpcEnd.Of(stream);
        Assert.Equal(((int)StatusCode.DeadlineExceeded, false), (end.Status, end.InHeaders));
    }

    [Fact]
    public async Task CallerHoldsOnToItsBody_GatewayStops_AllTheSame()
    {
        using var body = new OpenBody(ListServices) { HoldsOn = true };
        using var stream = await _client.CallAsync(Reflection, null, body, "500m");
        Assert.Equal((int)StatusCode.DeadlineExceeded, (await GrpcEnd.Of(stream)).Status);
        // Well before the half a minute after which any host gives up.
        await _gateway.StopAsync().WaitAsync(2 * Soon, Cancel);
    }

    [Theory, InlineData(Watch), InlineData(Reflection)]
    public async Task OwnStream_ClientRemoved_EndsUnauthenticated(string method)
    {
        using var body = Body(method);
        using var stream = await _client.CallAsync(method, _gateway.Tokens.Good(), body);
        _gateway.Room.WriteClients(("registrar", "lt-mia", "registrar"));
        var end = await GrpcEnd.Of(stream);

        Assert.Equal(((int)StatusCode.Unauthenticated, false), (end.Status, end.InHeaders));
        Assert.Contains("TLT_ID_0001", end.Details, StringComparison.Ordinal);
    }

    private static OpenBody Body(string method)
    {
        var body = new OpenBody(method == Reflection ? ListServices : GrpcClient.Frame(""));
        if (method != Reflection) body.End();
        return body;
    }
}
