using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;
using Tiltas.Grpc.Client.Tests.Kit;
using Tiltas.Grpc.Interop;

namespace Tiltas.Grpc.Client.Tests.Interop;

/// <summary>The public cases between our client and our server.</summary>
public sealed class OwnServerTests : IAsyncLifetime
{
    private InteropHost _host = null!;
    private GrpcChannel _channel = null!;

    public static TheoryData<string> Names => [.. InteropCases.All.Keys];

    public async ValueTask InitializeAsync()
    {
        _host = await InteropHost.Start(new() { Port = 0 });
        _channel = GrpcChannel.ForAddress(_host.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _host.Stop();
        await _host.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public Task Case_Passes(string name) => InteropCases.All[name](new(_channel)).WaitAsync(TimeSpan.FromSeconds(60));

    [Fact]
    public Task UnimplementedService_Passes() => InteropCases.UnimplementedService(new(_channel));

    [Fact]
    public void BlockingCall_Answers() => Assert.Equal(12345, new TestService.TestServiceClient(_channel).UnaryCall(new() { ResponseSize = 12345 }).Payload.Body.Length);

    [Fact]
    public async Task StatusDetails_Arrive()
    {
        var client = new TestService.TestServiceClient(_channel);
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryCallAsync(
            new() { ResponseStatus = new() { Code = 3, Message = "test status details" } }, new Metadata { { "x-test-status-details", "true" } }));
        var status = Google.Rpc.Status.Parser.ParseFrom(failure.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal((3, "test status details"), (status.Code, status.Message));
        Assert.Equal([BadRequest.Descriptor.FullName, ErrorInfo.Descriptor.FullName, RetryInfo.Descriptor.FullName], status.Details.Select(d => d.TypeUrl[(d.TypeUrl.LastIndexOf('/') + 1)..]).Order());
        Assert.NotEmpty(status.Details.Single(d => d.Is(BadRequest.Descriptor)).Unpack<BadRequest>().FieldViolations[0].Field);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ServerCompression_ShowsInTheFlag(bool compressed)
    {
        using var bare = new HttpMessageInvoker(new SocketsHttpHandler());
        var message = InteropCases.Large(r => r.ResponseCompressed = new() { Value = compressed }).ToByteArray();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.Address, "/grpc.testing.TestService/UnaryCall"))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(Raw.Frame(message)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "identity,gzip");
        using var response = await bare.SendAsync(request, default);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(compressed ? 1 : 0, body[0]);
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task ThousandLargeCalls_AtOnce_OnOneChannel()
    {
        var client = new TestService.TestServiceClient(_channel);
        var sizes = new int[1000];
        await Parallel.ForAsync(0, sizes.Length, new ParallelOptions { MaxDegreeOfParallelism = 200 }, async (i, _) =>
        {
            using var call = client.UnaryCallAsync(new() { ResponseSize = 314159, Payload = new() { Body = ByteString.CopyFrom(new byte[271828]) } }, cancellationToken: CancellationToken.None);
            sizes[i] = (await call).Payload.Body.Length;
        });
        Assert.All(sizes, size => Assert.Equal(314159, size));
    }
}
