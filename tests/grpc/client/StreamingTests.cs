using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Tiltas.Grpc.Client.Tests.Kit;

namespace Tiltas.Grpc.Client.Tests;

public sealed class StreamingTests
{
    private static Task<RawServer> EchoServer() => RawServer.StartAsync(async http =>
    {
        await http.Grpc().Send([]);
        while (await http.Receive() is { } message) await http.Send(Raw.Frame(message.Message));
        http.End(StatusCode.OK);
    });

    [Fact]
    public async Task Duplex_TakesTurns()
    {
        await using var server = await EchoServer();
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Duplex();
        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync($"turn {i}");
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal($"turn {i}", call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync("late"));
    }

    [Fact]
    public async Task HeadersReachTheServerBeforeAnyMessage()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await RawServer.StartAsync(async http =>
        {
            arrived.SetResult();
            await http.Receive();
            await http.Grpc().Send(Raw.Frame("done"));
            http.End(StatusCode.OK);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Upload();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await call.RequestStream.CompleteAsync();
        Assert.Equal("done", await call);
    }

    [Fact]
    public async Task Upload_OfManyMessages_ArrivesWholeAndInOrder()
    {
        await using var server = await RawServer.StartAsync(async http =>
        {
            var (count, bytes, ordered) = (0, 0L, true);
            while (await http.Receive() is { } message)
            {
                ordered &= message.Message.StartsWith($"{count++}:", StringComparison.Ordinal);
                bytes += message.Message.Length;
            }

            await http.Grpc().Send(Raw.Frame($"{count} {ordered} {bytes > 0}"));
            http.End(StatusCode.OK);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Upload();
        call.RequestStream.WriteOptions = new(WriteFlags.BufferHint);
        for (var i = 0; i < 3000; i++) await call.RequestStream.WriteAsync($"{i}:{new string('x', i % 2000)}");
        await call.RequestStream.CompleteAsync();
        Assert.Equal("3000 True True", await call);
    }

    [Fact]
    public async Task TwoWritesOrReadsAtOnce_AreRefused()
    {
        var go = new TaskCompletionSource();
        await using var server = await RawServer.StartAsync(async http =>
        {
            await go.Task;
            http.Grpc().End(StatusCode.OK);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Duplex();
        // Far more than the flow-control window: the first write cannot end.
        var first = call.RequestStream.WriteAsync(new string('x', 4 << 20));
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync("second"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.CompleteAsync());
        var reading = call.ResponseStream.MoveNext(default);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext(default));
        go.SetResult();
        Assert.False(await reading);
        await Assert.ThrowsAnyAsync<Exception>(() => first.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task ServerThatEndsFirst_LeavesItsMessagesAndStatusToRead()
    {
        await using var server = await RawServer.StartAsync(async http =>
        {
            await http.Receive();
            await http.Grpc().Send(Raw.Frame("one"), Raw.Frame("two"));
            http.End(StatusCode.OutOfRange, "enough");
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Duplex();
        await call.RequestStream.WriteAsync("start");
        await call.ResponseHeadersAsync;
        // Sooner or later the write meets the ended stream.
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => { while (true) await call.RequestStream.WriteAsync(new string('x', 100_000)); }).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(failure is RpcException or InvalidOperationException, failure.ToString());
        var (messages, status) = await call.ResponseStream.ReadAll();
        Assert.Equal(["one", "two"], messages);
        Assert.Equal((StatusCode.OutOfRange, "enough"), (status.StatusCode, status.Detail));
    }

    [Fact]
    public async Task Upload_EndedByTheServer_FailsTheWriteWithItsStatus()
    {
        await using var server = await RawServer.StartAsync(async http =>
        {
            await http.Receive();
            http.Grpc().End(StatusCode.ResourceExhausted, "full");
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Upload();
        var failure = await Assert.ThrowsAsync<RpcException>(async () => { while (true) await call.RequestStream.WriteAsync(new string('x', 100_000)); });
        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        Assert.Equal(StatusCode.ResourceExhausted, (await call.ResponseAsync.StatusOf()).StatusCode);
    }

    [Fact]
    public async Task MessageOverManyFrames_AndManyInOne_AreCutRight()
    {
        var sizes = new[] { 0, 1, 4090, 4091, 4096, 70_000, 300_000, 3 };
        await using var server = await RawServer.StartAsync(async http =>
        {
            await http.Receive();
            var all = sizes.SelectMany(size => Raw.Frame(new string('m', size))).ToArray();
            http.Grpc();
            for (var at = 0; at < all.Length;)
            {
                var piece = Math.Min(all.Length - at, 1 + (at % 30_011));
                await http.Send(all[at..(at + piece)]);
                at += piece;
            }

            http.End(StatusCode.OK);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Download();
        var (messages, status) = await call.ResponseStream.ReadAll();
        Assert.Equal(sizes, messages.Select(m => m.Length));
        Assert.Equal(StatusCode.OK, status.StatusCode);
    }

    [Theory]
    [InlineData(new byte[] { 2, 0, 0, 0, 0 }, StatusCode.Internal)]
    [InlineData(new byte[] { 1, 0, 0, 0, 1, 9 }, StatusCode.Internal)]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 }, StatusCode.Internal)]
    [InlineData(new byte[] { 0, 0, 0 }, StatusCode.Internal)]
    [InlineData(new byte[] { 0, 255, 255, 255, 255, 1 }, StatusCode.ResourceExhausted)]
    [InlineData(new byte[] { 0, 0, 64, 0, 1, 1 }, StatusCode.ResourceExhausted)]
    public async Task BrokenFrames_EndTheCall(byte[] sent, StatusCode expected)
    {
        await using var server = await RawServer.StartAsync(async http =>
        {
            await http.Receive();
            await http.Grpc().Send(sent);
            http.End(StatusCode.OK);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        Assert.Equal(expected, (await channel.Unary().ResponseAsync.StatusOf()).StatusCode);
        using var download = channel.Download();
        Assert.Equal(expected, (await download.ResponseStream.ReadAll()).Status.StatusCode);
    }
}
