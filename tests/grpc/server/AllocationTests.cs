using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Tiltas.Grpc.Interop;
using Tiltas.Grpc.Tests.Kit;

namespace Tiltas.Grpc.Tests;

/// <summary>What a message of a stream costs in memory besides itself, on a real connection: what a long stream allocates more than a short one.</summary>
public sealed class AllocationTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Few = 5_000;
    private const int Many = 105_000;

    // The smallest object there is; what is allocated once for many messages, as a wait for room, is less of each.
    private const double Least = 24;

    private InteropHost _host = null!;
    private HttpMessageInvoker _http = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await InteropHost.Start(new()
        {
            Port = 0,
            Services = services => services.AddSingleton<Repeat>(),
            Options = options => options.Interceptors.Add<Repeat>(),
        });
        _http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null });
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task ResponseStream_AllocatesNothingForAMessage()
    {
        var length = RawCaller.Frame(Repeat.Response).Length;
        var cost = await CostOfOne(async count =>
        {
            var received = await Exchange(RawCaller.Download, new ByteArrayContent(RawCaller.Frame([])), count);
            Assert.Equal((long)length * count, received);
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"response: {cost:F2} bytes"));
        Assert.InRange(cost, -Least, Least);
    }

    [Fact]
    public async Task RequestStream_AllocatesTheMessageAndNothingElse()
    {
        var request = new StreamingInputCallRequest { Payload = new() { Body = ByteString.CopyFrom(new byte[40]) } };
        var (bytes, own) = (request.ToByteArray(), 0L);
        for (var round = 0; round < 100; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _ = StreamingInputCallRequest.Parser.ParseFrom(bytes.AsSpan());
            own = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        var cost = await CostOfOne(async count => Assert.True(await Exchange(RawCaller.Upload, new Frames(RawCaller.Frame(bytes), count), count) > 0));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"request: {cost:F2} bytes, the message {own}"));
        Assert.InRange(cost, own - Least, own + Least);
    }

    private static async Task<double> CostOfOne(Func<int, Task> stream)
    {
        await stream(Many);
        var costs = new List<double>();
        for (var round = 0; round < 5; round++) costs.Add((await Allocated(() => stream(Many)) - await Allocated(() => stream(Few))) / (double)(Many - Few));
        return costs.Min();
    }

    private static async Task<long> Allocated(Func<Task> work)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await work();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private async Task<long> Exchange(string path, HttpContent content, int count)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.Address, path)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content };
        request.Headers.Add("x-count", count.ToString(CultureInfo.InvariantCulture));
        using var response = await _http.SendAsync(request, CancellationToken.None);
        await using var body = await response.Content.ReadAsStreamAsync();
        var (buffer, received) = (new byte[64 * 1024], 0L);
        while (await body.ReadAsync(buffer) is > 0 and var read) received += read;
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
        return received;
    }

    /// <summary>One message many times over, as many of them in a write as it takes to fill one.</summary>
    private sealed class Frames(byte[] frame, int count) : HttpContent
    {
        private const int Most = 1000;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var many = Enumerable.Repeat(frame, Most).SelectMany(bytes => bytes).ToArray();
            for (var rest = count; rest > 0; rest -= Most) await stream.WriteAsync(many.AsMemory(0, Math.Min(rest, Most) * frame.Length));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Answers with the same message as often as the header says, and reads as many as come.</summary>
    private sealed class Repeat : Interceptor
    {
        public static StreamingOutputCallResponse Response { get; } = new() { Payload = new() { Body = ByteString.CopyFrom(new byte[40]) } };

        public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            for (var rest = Count(context); rest > 0; rest--) await responseStream.WriteAsync((TResponse)(object)Response);
        }

        public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            var came = 0;
            while (await requestStream.MoveNext(context.CancellationToken)) came++;
            return came == Count(context) ? (TResponse)(object)new StreamingInputCallResponse { AggregatedPayloadSize = came } : throw new RpcException(new(StatusCode.DataLoss, "Not all came."));
        }

        private static int Count(ServerCallContext context) => int.Parse(context.RequestHeaders.GetValue("x-count")!, CultureInfo.InvariantCulture);
    }
}
