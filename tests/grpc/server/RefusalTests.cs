using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;
using Tiltas.Grpc.Interop;
using Tiltas.Grpc.Tests.Kit;

namespace Tiltas.Grpc.Tests;

/// <summary>What a caller does wrong is answered as the caller's fault.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private const int Limit = 10_000;
    private InteropHost host = null!;
    private RawCaller caller = null!;

    public async ValueTask InitializeAsync()
    {
        host = await InteropHost.Start(new()
        {
            Port = 0, Options = options => (options.MaxReceiveMessageSize, options.MaxSendMessageSize) = (Limit, Limit),
        });
        caller = new(host.Address);
    }

    public async ValueTask DisposeAsync()
    {
        caller.Dispose();
        await host.DisposeAsync();
    }

    public static TheoryData<string, byte[]> BrokenBodies => new()
    {
        { "nothing", [] },
        { "half a header", [0, 0, 0] },
        { "half a message", [0, 0, 0, 0, 9, 1, 2] },
        { "flag 2", [2, 0, 0, 0, 0] },
        { "flag 1 without an encoding", [1, 0, 0, 0, 0] },
        { "two messages", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        { "a message and a byte", [0, 0, 0, 0, 0, 0] },
        { "no protobuf", [0, 0, 0, 0, 3, 255, 255, 255] },
        { "101 messages in one another", RawCaller.Frame(Nested(101)) },
    };

    [Theory]
    [MemberData(nameof(BrokenBodies))]
    public async Task BrokenBody_IsAnInvalidArgument(string what, byte[] body)
    {
        var answer = await caller.Post(RawCaller.Unary, body);
        Assert.True(answer.Status == StatusCode.InvalidArgument, $"{what}: {answer}");
        Assert.True(answer.TrailersOnly);
        Assert.Equal(200, answer.Http);
    }

    [Theory]
    [InlineData("half a message", new byte[] { 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("flag 9", new byte[] { 0, 0, 0, 0, 0, 9 })]
    [InlineData("no protobuf", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 255 })]
    public async Task BrokenStream_IsAnInvalidArgument(string what, byte[] body)
    {
        foreach (var path in new[] { RawCaller.Upload, RawCaller.Duplex })
        {
            var answer = await caller.Post(path, body);
            Assert.True(answer.Status == StatusCode.InvalidArgument, $"{what}: {answer}");
        }
    }

    [Fact]
    public async Task LongMessage_IsRefusedBeforeItComes()
    {
        Assert.Equal(StatusCode.ResourceExhausted, (await caller.Post(RawCaller.Unary, [0, 255, 255, 255, 255])).Status);
        Assert.Equal(StatusCode.ResourceExhausted, (await caller.Post(RawCaller.Unary, RawCaller.Frame(new SimpleRequest { Payload = new() { Body = ByteString.CopyFrom(new byte[Limit]) } }))).Status);
        Assert.Equal(StatusCode.OK, (await caller.Post(RawCaller.Unary, RawCaller.Frame(new SimpleRequest { Payload = new() { Body = ByteString.CopyFrom(new byte[Limit - 10]) } }))).Status);
    }

    [Fact]
    public async Task SmallMessageThatGrows_IsRefused()
    {
        foreach (var encoding in new[] { "gzip", "deflate" })
        {
            var bomb = RawCaller.Frame(Packed(new SimpleRequest { Payload = new() { Body = ByteString.CopyFrom(new byte[1_000_000]) } }.ToByteArray(), encoding), flag: 1);
            Assert.True(bomb.Length < Limit);
            Assert.Equal(StatusCode.ResourceExhausted, (await caller.Post(RawCaller.Unary, bomb, ("grpc-encoding", encoding))).Status);
            var fine = RawCaller.Frame(Packed(new SimpleRequest { ResponseSize = 7 }.ToByteArray(), encoding), flag: 1);
            Assert.Equal(7, (await caller.Post(RawCaller.Unary, fine, ("grpc-encoding", encoding))).Single(SimpleResponse.Parser).Payload.Body.Length);
        }
    }

    [Fact]
    public async Task LongResponse_IsRefused() =>
        Assert.Equal(StatusCode.ResourceExhausted, (await caller.Post(RawCaller.Unary, RawCaller.Frame(new SimpleRequest { ResponseSize = Limit }))).Status);

    [Fact]
    public async Task UnknownCompression_IsUnimplemented_AndTheKnownAreListed()
    {
        var answer = await caller.Post(RawCaller.Empty, RawCaller.Frame([], flag: 1), ("grpc-encoding", "brotli"));
        Assert.Equal(StatusCode.Unimplemented, answer.Status);
        Assert.Equal("identity,gzip,deflate", answer.Headers["grpc-accept-encoding"]);
    }

    [Theory]
    [InlineData("0S", StatusCode.DeadlineExceeded)]
    [InlineData("-1S", StatusCode.InvalidArgument)]
    [InlineData("soon", StatusCode.InvalidArgument)]
    [InlineData("123456789S", StatusCode.InvalidArgument)]
    [InlineData("99999999H", StatusCode.OK)]
    public async Task Deadlines_AreReadStrictly(string timeout, StatusCode status) =>
        Assert.Equal(status, (await caller.Post(RawCaller.Empty, RawCaller.Frame([]), ("grpc-timeout", timeout))).Status);

    [Theory]
    [InlineData("application/grpc", 200)]
    [InlineData("application/grpc+proto", 200)]
    [InlineData("application/grpc; charset=utf-8", 200)]
    [InlineData("application/grpc+proto;a=b", 200)]
    [InlineData("application/grpc ; a=b", 200)]
    [InlineData("APPLICATION/GRPC", 200)]
    [InlineData("application/grpc+json", 415)]
    [InlineData("application/grpcx", 415)]
    [InlineData("application/json", 415)]
    public async Task ContentTypes_AreProtobufOrRefused(string contentType, int http) =>
        Assert.Equal(http, (await caller.Post(RawCaller.Empty, RawCaller.Frame([]), ("content-type", contentType))).Http);

    [Theory]
    [InlineData("/grpc.testing.TestService/emptycall")]
    [InlineData("/GRPC.testing.TestService/EmptyCall")]
    [InlineData("/grpc.testing.TestService/EmptyCall/")]
    public async Task MethodNotToTheLetter_IsUnimplemented(string path)
    {
        var answer = await caller.Post(path, RawCaller.Frame([]));
        Assert.Equal((StatusCode.Unimplemented, true), (answer.Status, answer.TrailersOnly));
    }

    [Theory]
    [InlineData("/grpc.testing.TestService/NoSuchMethod")]
    [InlineData("/no.such.Service/Method")]
    [InlineData("/")]
    [InlineData("/a/b/c")]
    public async Task UnknownMethod_IsUnimplemented(string path)
    {
        var answer = await caller.Post(path, RawCaller.Frame([]));
        Assert.Equal((StatusCode.Unimplemented, true), (answer.Status, answer.TrailersOnly));
        Assert.Equal(404, (await caller.Post(path, [], ("content-type", "text/plain"))).Http);
    }

    [Fact]
    public async Task BinaryHeaderThatIsNoBase64_IsAnInvalidArgument() =>
        Assert.Equal(StatusCode.InvalidArgument, (await caller.Post(RawCaller.Unary, RawCaller.Frame([]), ("x-some-bin", "A"))).Status);

    [Fact]
    public async Task HeaderThatIsNoText_IsAnInvalidArgument_AndTheConnectionLives()
    {
        Assert.Equal(StatusCode.InvalidArgument, (await caller.Post(RawCaller.Unary, RawCaller.Frame([]), ("x-some", "\u00ff\u00fe"))).Status);
        Assert.Equal(StatusCode.OK, (await caller.Post(RawCaller.Empty, RawCaller.Frame([]), ("x-some", "\u00ff\u00fe"))).Status);
    }

    private static byte[] Nested(int depth)
    {
        // Unknown groups count as depth too, and no known field nests in itself.
        return [.. Enumerable.Repeat((byte)0x7B, depth), .. Enumerable.Repeat((byte)0x7C, depth)];
    }

    private static byte[] Packed(byte[] bytes, string encoding)
    {
        using var to = new MemoryStream();
        using (Stream stream = encoding == "gzip" ? new GZipStream(to, CompressionLevel.Optimal) : new ZLibStream(to, CompressionLevel.Optimal)) stream.Write(bytes);
        return to.ToArray();
    }
}
