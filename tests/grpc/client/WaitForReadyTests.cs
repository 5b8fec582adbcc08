using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Tiltas.Grpc.Client.Tests.Kit;

namespace Tiltas.Grpc.Client.Tests;

/// <summary>Calls that wait for a connection, by a clock the test moves.</summary>
public sealed class WaitForReadyTests
{
    private static readonly CallOptions Waiting = new CallOptions().WithWaitForReady();

    private readonly ManualTime _time = new();
    private int _refusals, _resets, _tries;

    private GrpcChannel Channel(RawServer server) => GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        Random = () => 0.5,
        MaxReconnectBackoff = TimeSpan.FromSeconds(2),
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = async (to, stop) =>
            {
                if (Interlocked.Increment(ref _tries) <= _refusals) throw new SocketException((int)SocketError.ConnectionRefused);
                if (_tries <= _refusals + _resets) return new NetworkStream(await ResetRightAway(stop), ownsSocket: true);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(to.DnsEndPoint, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        },
    }.UseTime(_time));

    private static Task<RawServer> Echo(List<string> heard) => RawServer.StartAsync(async http =>
    {
        heard.Add($"{(await http.Receive())?.Message}/{http.Request.Headers["grpc-previous-rpc-attempts"]}");
        await http.Grpc().Send(Raw.Frame("answer"));
        http.End(StatusCode.OK);
    });

    /// <summary>A connection whose other end accepted it and was gone before the handler has looked at it.</summary>
    private static async Task<Socket> ResetRightAway(CancellationToken stop)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndPoint!, stop);
        var accepted = await listener.AcceptAsync(stop);
        accepted.LingerState = new(enable: true, seconds: 0);
        accepted.Dispose();
        Assert.True(socket.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead));
        return socket;
    }

    private async Task Pass(double seconds)
    {
        await _time.TimerWithin(TimeSpan.FromSeconds(seconds)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(seconds, _time.Nearest!.Value.TotalSeconds, 3);
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task NoServerYet_WaitsLongerEachTimeAndIsSentOnce()
    {
        List<string> heard = [];
        await using var server = await Echo(heard);
        _refusals = 3;
        using var channel = Channel(server);
        using var call = channel.Unary("ask", Waiting);
        await Pass(1);
        await Pass(1.6);
        await Pass(2);
        Assert.Equal("answer", await call);
        Assert.Equal((4, "ask/"), (_tries, Assert.Single(heard)));
    }

    [Fact]
    public async Task ServerGoneAsSoonAsItAccepted_IsNoServerYet()
    {
        List<string> heard = [];
        await using var server = await Echo(heard);
        _resets = 2;
        using var channel = Channel(server);
        using var call = channel.Unary("ask", Waiting);
        await Pass(1);
        await Pass(1.6);
        Assert.Equal("answer", await call);
        Assert.Equal((3, "ask/"), (_tries, Assert.Single(heard)));
    }

    [Fact]
    public async Task ServerGoneAsSoonAsItAccepted_WithoutWaiting_IsUnavailable()
    {
        await using var server = await Echo([]);
        _resets = 1;
        using var channel = Channel(server);
        using var call = channel.Unary();
        Assert.Equal(StatusCode.Unavailable, (await call.ResponseAsync.StatusOf()).StatusCode);
    }

    [Fact]
    public async Task StreamOfRequests_WaitsToo()
    {
        List<string> heard = [];
        await using var server = await Echo(heard);
        _refusals = 1;
        using var channel = Channel(server);
        using var call = channel.Upload(Waiting);
        var writing = call.RequestStream.WriteAsync("ask");
        await Pass(1);
        await writing;
        await call.RequestStream.CompleteAsync();
        Assert.Equal("answer", await call);
        Assert.Equal("ask/", Assert.Single(heard));
    }

    [Fact]
    public async Task NoServerUntilTheDeadline_IsTheDeadlinesEnd()
    {
        await using var server = await Echo([]);
        _refusals = int.MaxValue;
        using var channel = Channel(server);
        using var call = channel.Unary("ask", Waiting.WithDeadline(_time.GetUtcNow().UtcDateTime.AddSeconds(1.5)));
        await Pass(1);
        await Pass(0.5);
        Assert.Equal(StatusCode.DeadlineExceeded, (await call.ResponseAsync.StatusOf()).StatusCode);
    }

    [Fact]
    public async Task NoServer_WithoutWaiting_IsUnavailableAtOnce()
    {
        await using var server = await Echo([]);
        _refusals = 1;
        using var channel = Channel(server);
        using var call = channel.Unary();
        Assert.Equal(StatusCode.Unavailable, (await call.ResponseAsync.StatusOf()).StatusCode);
        Assert.Null(_time.Nearest);
    }

    [Fact]
    public async Task ConnectionBreaksAfterSending_IsNotSentAgain()
    {
        var heard = 0;
        await using var server = await RawServer.StartAsync(async http =>
        {
            Interlocked.Increment(ref heard);
            await http.Receive();
            http.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
        });
        using var channel = Channel(server);
        using var call = channel.Unary("ask", Waiting);
        Assert.Equal(StatusCode.Unavailable, (await call.ResponseAsync.StatusOf()).StatusCode);
        Assert.Equal(1, heard);
    }
}
