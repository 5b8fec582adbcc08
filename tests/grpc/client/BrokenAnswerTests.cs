using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Tiltas.Grpc.Client.Tests.Kit;

namespace Tiltas.Grpc.Client.Tests;

/// <summary>Servers that answer nonsense, or fall silent.</summary>
public sealed class BrokenAnswerTests
{
    /// <summary>Whole answers with bytes changed, cut or doubled at random: each call ends with some status, and the channel goes on.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(1848)]
    public async Task MutatedAnswers_EndEachCallWithAStatus(int seed)
    {
        await using var server = await RawServer.StartAsync(async http =>
        {
            var random = new Random(int.Parse((await http.Receive())!.Value.Message, System.Globalization.CultureInfo.InvariantCulture));
            http.Grpc();
            if (random.Next(3) == 0) http.Response.Headers["grpc-encoding"] = random.Next(2) == 0 ? "gzip" : "nonsense";
            await http.Send(Mutated(random));
            if (random.Next(5) > 0) http.Response.AppendTrailer("grpc-status", random.Next(4) == 0 ? "x" : "0");
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        await Parallel.ForAsync(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            using var call = channel.Download($"{HashCode.Combine(seed, i)}");
            var (_, status) = await call.ResponseStream.ReadAll();
            Assert.True(status.StatusCode is StatusCode.OK or StatusCode.Internal or StatusCode.ResourceExhausted or StatusCode.Unknown, status.ToString());
            Assert.Equal(status, call.GetStatus());
        });
        Assert.Equal(0, channel.OpenCalls);
    }

    private static byte[] Mutated(Random random)
    {
        var bytes = Enumerable.Range(0, random.Next(1, 4)).SelectMany(_ => Raw.Frame(new string('m', random.Next(0, 300)), (byte)(random.Next(6) == 0 ? 1 : 0))).ToArray();
        for (var n = random.Next(0, 4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        if (random.Next(3) == 0) bytes = bytes[..random.Next(bytes.Length)];
        return random.Next(4) == 0 ? [.. bytes, .. bytes] : bytes;
    }

    [Theory]
    [InlineData("16", StatusCode.Unauthenticated), InlineData("2", StatusCode.Unknown), InlineData("x", StatusCode.Unknown), InlineData("0", StatusCode.Internal), InlineData(null, StatusCode.Internal)]
    public async Task HalfAMessage_ThenTheEnd_IsTheFaultThatTheEndNames(string? named, StatusCode seen)
    {
        await using var server = await RawServer.StartAsync(async http =>
        {
            http.Grpc();
            await http.Send([.. Raw.Frame("whole"), .. Raw.Frame("half of it")[..9]]);
            if (named is not null) http.Response.AppendTrailer("grpc-status", named);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Download();
        var (messages, status) = await call.ResponseStream.ReadAll();
        Assert.Equal("whole", Assert.Single(messages));
        Assert.Equal(seen, status.StatusCode);
    }

    [Fact]
    public async Task BadBytesInHeaders_ReachTheCallerAsTheyAre()
    {
        await using var server = await RawServer.StartAsync(http =>
        {
            http.Grpc().End(StatusCode.Aborted, "%E2%98", ("x-odd-bin", "!!!"), ("date", "never"));
            return Task.CompletedTask;
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        var failure = await Assert.ThrowsAsync<RpcException>(() => channel.Unary().ResponseAsync);
        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
        Assert.Null(failure.Trailers.Get("x-odd-bin"));
    }

    [Fact]
    public async Task SilentConnection_IsGivenUpByKeepAlive()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await RawServer.StartAsync(async http =>
        {
            arrived.TrySetResult();
            var gone = new TaskCompletionSource();
            using var registration = http.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        });
        using var road = new Road(new Uri(server.Address).Port);
        // The shortest delay that the handler takes is a second.
        var options = new GrpcChannelOptions().UseKeepAlive(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{road.Port}", options);
        using var call = channel.Download();
        var reading = call.ResponseStream.ReadAll();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        road.Block();
        Assert.Equal(StatusCode.Unavailable, (await reading).Status.StatusCode);
    }

    /// <summary>Carries bytes to a server until it is blocked; then it swallows them and says nothing.</summary>
    private sealed class Road : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<Socket> _ends = [];
        private volatile bool _blocked;

        public Road(int to)
        {
            _listener.Start();
            _ = CarryAsync(to);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Block() => _blocked = true;

        public void Dispose()
        {
            _listener.Dispose();
            lock (_ends) _ends.ForEach(end => end.Dispose());
        }

        private async Task CarryAsync(int to)
        {
            var near = await _listener.AcceptSocketAsync();
            var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
            lock (_ends) _ends.AddRange([near, far]);
            await far.ConnectAsync(IPAddress.Loopback, to);
            await Task.WhenAll(PumpAsync(near, far), PumpAsync(far, near));
        }

        private async Task PumpAsync(Socket from, Socket to)
        {
            var buffer = new byte[16384];
            try
            {
                while (await from.ReceiveAsync(buffer) is > 0 and var read)
                    if (!_blocked) await to.SendAsync(buffer.AsMemory(0, read));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
