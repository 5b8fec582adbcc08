using System.IO.Compression;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Tiltas.Grpc.Client.Tests.Kit;

namespace Tiltas.Grpc.Client.Tests;

/// <summary>Compression, limits and metadata.</summary>
public sealed class MessageTests
{
    private static byte[] Packed(string encoding, string text)
    {
        using var to = new MemoryStream();
        using (Stream packer = encoding == "gzip" ? new GZipStream(to, CompressionLevel.Fastest, true) : new ZLibStream(to, CompressionLevel.Fastest, true))
            packer.Write(Encoding.UTF8.GetBytes(text));
        return to.ToArray();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task CompressedAnswer_IsRead(string encoding)
    {
        await using var server = await RawServer.StartAsync(async http =>
        {
            Assert.Contains(encoding, http.Request.Headers["grpc-accept-encoding"].ToString(), StringComparison.Ordinal);
            http.Grpc().Response.Headers["grpc-encoding"] = encoding;
            await http.Send(Raw.Frame(Packed(encoding, new string('a', 100_000)), 1), Raw.Frame("plain"), Raw.Frame(Packed(encoding, ""), 1));
            http.End(StatusCode.OK);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Download();
        Assert.Equal([new string('a', 100_000), "plain", ""], (await call.ResponseStream.ReadAll()).Messages);
    }

    [Theory]
    [InlineData("br", StatusCode.Internal)]
    [InlineData("identity", StatusCode.Internal)]
    [InlineData(null, StatusCode.Internal)]
    public async Task CompressedInAnUnknownWay_IsInternal(string? encoding, StatusCode expected)
    {
        await using var server = await RawServer.StartAsync(async http =>
        {
            if (encoding is not null) http.Response.Headers["grpc-encoding"] = encoding;
            await http.Grpc().Send(Raw.Frame(Packed("gzip", "hello"), 1));
            http.End(StatusCode.OK);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        Assert.Equal(expected, (await channel.Unary().ResponseAsync.StatusOf()).StatusCode);
    }

    [Fact]
    public async Task Bomb_IsRefusedByItsSizeUnpacked()
    {
        var bomb = Packed("gzip", new string('b', 50_000_000));
        Assert.True(bomb.Length < 1_000_000);
        await using var server = await RawServer.StartAsync(async http =>
        {
            http.Grpc().Response.Headers["grpc-encoding"] = "gzip";
            await http.Send(Raw.Frame(bomb, 1));
            http.End(StatusCode.OK);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        Assert.Equal(StatusCode.ResourceExhausted, (await channel.Unary().ResponseAsync.StatusOf()).StatusCode);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task CompressedRequest_LeavesOutEmptyAndUnwanted(string encoding)
    {
        var seen = new List<(string Message, byte Flag)>();
        await using var server = await RawServer.StartAsync(async http =>
        {
            Assert.Equal(encoding, http.Request.Headers["grpc-encoding"]);
            Assert.False(http.Request.Headers.ContainsKey("grpc-internal-encoding-request"));
            while (await http.Receive() is { } message) seen.Add(message);
            await http.Grpc().Send(Raw.Frame("ok"));
            http.End(StatusCode.OK);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Upload(default(CallOptions).WithCompression(encoding));
        await call.RequestStream.WriteAsync(new string('c', 5000));
        await call.RequestStream.WriteAsync("");
        call.RequestStream.WriteOptions = new(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync("as it is");
        await call.RequestStream.CompleteAsync();
        Assert.Equal("ok", await call);
        Assert.Equal([1, 0, 0], seen.Select(m => (int)m.Flag));
        using var packed = new MemoryStream(Encoding.Latin1.GetBytes(seen[0].Message));
        using Stream unpacker = encoding == "gzip" ? new GZipStream(packed, CompressionMode.Decompress) : new ZLibStream(packed, CompressionMode.Decompress);
        Assert.Equal(new string('c', 5000), await new StreamReader(unpacker).ReadToEndAsync());
        Assert.Equal("as it is", seen[2].Message);
    }

    [Fact]
    public void UnknownRequestCompression_IsRefused()
    {
        using var channel = GrpcChannel.ForAddress("http://localhost:1");
        Assert.Throws<ArgumentException>(() => channel.Unary(options: default(CallOptions).WithCompression("zip")));
    }

    [Fact]
    public async Task TooLargeToSend_SendsNothing()
    {
        var asked = 0;
        await using var server = await RawServer.StartAsync(_ => { asked++; return Task.CompletedTask; });
        using var channel = GrpcChannel.ForAddress(server.Address, new() { MaxSendMessageSize = 10 });
        Assert.Equal(StatusCode.ResourceExhausted, (await channel.Unary("12345678901").ResponseAsync.StatusOf()).StatusCode);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task ReceiveLimit_HoldsExactly()
    {
        await using var server = await RawServer.StartAsync(async http =>
        {
            var size = int.Parse((await http.Receive())!.Value.Message, System.Globalization.CultureInfo.InvariantCulture);
            await http.Grpc().Send(Raw.Frame(new string('s', size)));
            http.End(StatusCode.OK);
        });
        using var limited = GrpcChannel.ForAddress(server.Address, new() { MaxReceiveMessageSize = 1000 });
        Assert.Equal(1000, (await limited.Unary("1000")).Length);
        Assert.Equal(StatusCode.ResourceExhausted, (await limited.Unary("1001").ResponseAsync.StatusOf()).StatusCode);
        using var usual = GrpcChannel.ForAddress(server.Address);
        Assert.Equal(4 << 20, (await usual.Unary($"{4 << 20}")).Length);
        Assert.Equal(StatusCode.ResourceExhausted, (await usual.Unary($"{(4 << 20) + 1}").ResponseAsync.StatusOf()).StatusCode);
        using var free = GrpcChannel.ForAddress(server.Address, new() { MaxReceiveMessageSize = null });
        Assert.Equal(20 << 20, (await free.Unary($"{20 << 20}")).Length);
    }

    [Fact]
    public async Task Metadata_GoesBothWays()
    {
        IHeaderDictionary? sent = null;
        await using var server = await RawServer.StartAsync(async http =>
        {
            sent = http.Request.Headers;
            http.Grpc().Response.Headers.Append("x-first", "1");
            http.Response.Headers.Append("x-many", "a");
            http.Response.Headers.Append("x-many", "b");
            http.Response.Headers.Append("x-raw-bin", "AQI,Aw==");
            await http.Send(Raw.Frame("ok"));
            http.End(StatusCode.OK, null, ("x-last", "z"), ("x-last-bin", "/+8"));
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Unary(options: new(headers: new() { { "X-Text", "some text" }, { "x-two", "1" }, { "x-two", "2" }, { "x-data-bin", [0, 255, 171] } }));
        var headers = await call.ResponseHeadersAsync;
        await call;
        Assert.Equal("some text", sent!["x-text"]);
        Assert.Equal("AP+r", sent["x-data-bin"]);
        Assert.Equal("1,2", sent["x-two"].ToString().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("trailers", sent.TE);
        Assert.Equal("application/grpc", sent.ContentType);
        Assert.False(sent.ContainsKey("content-length"));
        Assert.Equal("1", headers.GetValue("x-first"));
        Assert.Equal(["a", "b"], headers.GetAll("x-many").Select(e => e.Value));
        Assert.Equal([[1, 2], [3]], headers.GetAll("x-raw-bin").Select(e => e.ValueBytes));
        Assert.Null(headers.Get("content-type"));
        Assert.Equal("z", call.GetTrailers().GetValue("x-last"));
        Assert.Equal([0xff, 0xef], call.GetTrailers().GetValueBytes("x-last-bin"));
        Assert.Null(call.GetTrailers().Get("grpc-status"));
    }
}
