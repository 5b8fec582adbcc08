using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Tiltas.Grpc.Client.Tests.Kit;

namespace Tiltas.Grpc.Client.Tests;

public sealed class StatusTests
{
    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(302, StatusCode.Unknown)]
    [InlineData(200, StatusCode.Unknown)]
    public async Task AnswerWithoutGrpc_MapsHttpStatus(int http, StatusCode expected)
    {
        await using var server = await RawServer.StartAsync(context =>
        {
            context.Response.StatusCode = http;
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<html></html>");
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        Assert.Equal(expected, (await channel.Unary().ResponseAsync.StatusOf()).StatusCode);
        using var download = channel.Download();
        Assert.Equal(expected, (await download.ResponseStream.ReadAll()).Status.StatusCode);
    }

    [Theory]
    [InlineData(0, StatusCode.Internal)]
    [InlineData(1, StatusCode.Internal)]
    [InlineData(2, StatusCode.Internal)]
    [InlineData(3, StatusCode.Internal)]
    [InlineData(4, StatusCode.Internal)]
    [InlineData(6, StatusCode.Internal)]
    [InlineData(8, StatusCode.Cancelled)]
    [InlineData(9, StatusCode.Internal)]
    [InlineData(10, StatusCode.Internal)]
    [InlineData(11, StatusCode.ResourceExhausted)]
    [InlineData(12, StatusCode.PermissionDenied)]
    public async Task Reset_MapsErrorCode(int code, StatusCode expected)
    {
        foreach (var begun in new[] { false, true })
        {
            await using var server = await RawServer.StartAsync(async http =>
            {
                await http.Receive();
                if (begun) await http.Grpc().Send(Raw.Frame("first"));
                http.Reset(code);
            });
            using var channel = GrpcChannel.ForAddress(server.Address);
            using var download = channel.Download();
            var (messages, status) = await download.ResponseStream.ReadAll();
            Assert.Equal(expected, status.StatusCode);
            // A reset may overtake messages that were not read yet; it never invents any.
            Assert.True(messages.Count <= (begun ? 1 : 0));
            Assert.Equal(status.StatusCode, download.GetStatus().StatusCode);
        }
    }

    [Fact]
    public async Task RefusedStream_IsUnavailable()
    {
        await using var server = await RawServer.StartAsync(http => { http.Reset(7); return Task.CompletedTask; });
        using var channel = GrpcChannel.ForAddress(server.Address);
        Assert.Equal(StatusCode.Unavailable, (await channel.Unary().ResponseAsync.StatusOf()).StatusCode);
    }

    [Fact]
    public async Task NobodyListens_IsUnavailable()
    {
        string address;
        await using (var server = await RawServer.StartAsync(_ => Task.CompletedTask)) address = server.Address;
        using var channel = GrpcChannel.ForAddress(address);
        Assert.Equal(StatusCode.Unavailable, (await channel.Unary().ResponseAsync.StatusOf()).StatusCode);
        using var call = channel.Duplex();
        var failed = await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync("x"));
        Assert.Equal(StatusCode.Unavailable, failed.StatusCode);
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseHeadersAsync);
    }

    [Theory]
    [InlineData("5", StatusCode.NotFound)]
    [InlineData("99", StatusCode.Unknown)]
    [InlineData("-1", StatusCode.Unknown)]
    [InlineData("five", StatusCode.Unknown)]
    public async Task StatusHeader_IsReadStrictly(string sent, StatusCode expected)
    {
        foreach (var only in new[] { true, false })
        {
            await using var server = await RawServer.StartAsync(async http =>
            {
                await http.Receive();
                if (only)
                {
                    http.Grpc().Response.Headers["grpc-status"] = sent;
                    return;
                }

                await http.Grpc().Send(Raw.Frame("hello"));
                http.Response.AppendTrailer("grpc-status", sent);
            });
            using var channel = GrpcChannel.ForAddress(server.Address);
            Assert.Equal(expected, (await channel.Unary().ResponseAsync.StatusOf()).StatusCode);
        }
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a%20b%25", "a b%")]
    [InlineData("%E2%98%BA %F0%9F%98%88", "☺ 😈")]
    [InlineData("50% of %zz", "50% of %zz")]
    public async Task Message_IsPercentDecoded(string sent, string expected)
    {
        await using var server = await RawServer.StartAsync(http => { http.Grpc().End(StatusCode.Aborted, sent); return Task.CompletedTask; });
        using var channel = GrpcChannel.ForAddress(server.Address);
        var status = await channel.Unary().ResponseAsync.StatusOf();
        Assert.Equal((StatusCode.Aborted, expected), (status.StatusCode, status.Detail));
    }

    [Fact]
    public async Task TrailersOnly_GivesHeadersAndTrailers()
    {
        await using var server = await RawServer.StartAsync(http =>
        {
            http.Grpc().End(StatusCode.FailedPrecondition, "not now", ("x-why", "closed"), ("grpc-status-details-bin", Convert.ToBase64String([1, 2, 3]).TrimEnd('=')));
            return Task.CompletedTask;
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Unary();
        var failed = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal("closed", failed.Trailers.GetValue("x-why"));
        Assert.Equal([1, 2, 3], failed.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Null(failed.Trailers.Get("grpc-status"));
        Assert.Equal("closed", (await call.ResponseHeadersAsync).GetValue("x-why"));
        Assert.Equal("closed", call.GetTrailers().GetValue("x-why"));
    }

    [Fact]
    public async Task Success_WithoutMessageOrWithTwo_IsInternal()
    {
        foreach (var count in new[] { -1, 0, 2 })
        {
            await using var server = await RawServer.StartAsync(async http =>
            {
                http.Grpc();
                if (count >= 0) await http.Send([.. Enumerable.Repeat(Raw.Frame("hello"), count), []]);
                http.End(StatusCode.OK);
            });
            using var channel = GrpcChannel.ForAddress(server.Address);
            Assert.Equal(StatusCode.Internal, (await channel.Unary().ResponseAsync.StatusOf()).StatusCode);
        }
    }

    [Fact]
    public async Task EndWithoutStatus_IsUnknown()
    {
        await using var server = await RawServer.StartAsync(http => http.Grpc().Send(Raw.Frame("hello")));
        using var channel = GrpcChannel.ForAddress(server.Address);
        Assert.Equal(StatusCode.Unknown, (await channel.Unary().ResponseAsync.StatusOf()).StatusCode);
    }

    [Fact]
    public async Task StatusBeforeTheEnd_Throws()
    {
        var go = new TaskCompletionSource();
        await using var server = await RawServer.StartAsync(async http =>
        {
            await go.Task;
            await http.Grpc().Send(Raw.Frame("hello"));
            http.End(StatusCode.OK);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.Unary();
        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
        go.SetResult();
        Assert.Equal("hello", await call);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }
}
