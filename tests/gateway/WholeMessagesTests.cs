using System.Buffers.Binary;
using System.Text;
using Microsoft.AspNetCore.Http;

using StatusCode = Grpc.Core.StatusCode;

namespace Tiltas.Gateway.Tests;

/// <summary>A stream that is ended early ends between two messages: half of one is INTERNAL to most clients, whatever status follows.</summary>
public sealed class WholeMessagesTests : IAsyncLifetime
{
    private const string Subscribe = "/tiltas.notification.v1.Notifications/Subscribe";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

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

    /// <summary>Cut in the header, before, in and at the end of the message.</summary>
    [Theory, InlineData(0), InlineData(1), InlineData(4), InlineData(5), InlineData(7), InlineData(10), InlineData(11)]
    public async Task MessageUnderWay_GatewayStops_IsFinishedFirst(int cut)
    {
        var rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = GrpcClient.Frame("second");
        _upstream.Stream = async context =>
        {
            await context.Response.Body.WriteAsync((byte[])[.. GrpcClient.Frame("first"), .. second[..cut]], context.RequestAborted);
            await rest.Task;
            await context.Response.Body.WriteAsync((byte[])[.. second[cut..], .. GrpcClient.Frame("third")], context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var stream = await _client.CallAsync(Subscribe, _gateway.Tokens.Good());
        await using var body = await stream.Content.ReadAsStreamAsync(Cancel);
        var begun = new byte[10 + cut];
        await body.ReadExactlyAsync(begun, Cancel);

        var stopped = _gateway.StopAsync();
        Assert.True(_gateway.Stopping.IsCancellationRequested);
        rest.SetResult();
        var all = new MemoryStream();
        all.Write(begun);
        await body.CopyToAsync(all, Cancel).WaitAsync(Soon, Cancel);

        string[] whole = cut is 0 or 11 ? ["first", .. cut == 11 ? ["second"] : Array.Empty<string>()] : ["first", "second"];
        Assert.Equal(whole, Messages(all.ToArray()));
        Assert.Equal(((int)StatusCode.Unavailable).ToString(System.Globalization.CultureInfo.InvariantCulture), Assert.Single(stream.TrailingHeaders.GetValues("grpc-status")));
        await stopped.WaitAsync(Soon, Cancel);
    }

    [Fact]
    public async Task MessageNeverFinished_GatewayStops_EndsAllTheSame()
    {
        _upstream.Stream = async context =>
        {
            await context.Response.Body.WriteAsync(GrpcClient.Frame("never whole").AsMemory(0, 8), context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var stream = await _client.CallAsync(Subscribe, _gateway.Tokens.Good());
        await using var body = await stream.Content.ReadAsStreamAsync(Cancel);
        await body.ReadExactlyAsync(new byte[8], Cancel);
        var stopped = _gateway.StopAsync();

        Assert.Equal(0, await body.ReadAsync(new byte[1], Cancel).AsTask().WaitAsync(Soon, Cancel));
        Assert.Equal("14", Assert.Single(stream.TrailingHeaders.GetValues("grpc-status")));
        await stopped.WaitAsync(Soon, Cancel);
    }

    /// <summary>Messages of all sizes in pieces of all sizes, as fast as the reader takes them; the client is removed somewhere in between.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public async Task MessagesWithoutPause_ClientRemoved_EndBetweenTwo(int seed)
    {
        _upstream.Stream = async context =>
        {
            var random = new Random(seed);
            for (var number = 0; ; number++)
            {
                var frame = GrpcClient.Frame($"{number} {new string('m', random.Next(4) switch { 0 => 0, 1 => 30, 2 => random.Next(70_000), _ => random.Next(2_000) })}");
                for (var at = 0; at < frame.Length;)
                {
                    var piece = Math.Min(frame.Length - at, 1 + random.Next(40_000));
                    await context.Response.Body.WriteAsync(frame.AsMemory(at, piece), context.RequestAborted);
                    at += piece;
                }
            }
        };
        using var stream = await _client.CallAsync(Subscribe, _gateway.Tokens.Good());
        await using var body = await stream.Content.ReadAsStreamAsync(Cancel);
        var all = new MemoryStream();
        var buffer = new byte[8_192];
        var removed = false;
        while (await body.ReadAsync(buffer, Cancel).AsTask().WaitAsync(2 * Soon, Cancel) is > 0 and var read)
        {
            all.Write(buffer, 0, read);
            if (removed || all.Length < seed * 100_000) continue;
            _gateway.Room.WriteClients(("registrar", "lt-mia", "registrar"));
            removed = true;
        }

        var messages = Messages(all.ToArray());
        Assert.Equal(Enumerable.Range(0, messages.Length), messages.Select(message => int.Parse(message.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal("16", Assert.Single(stream.TrailingHeaders.GetValues("grpc-status")));
    }

    /// <summary>The texts of the frames; fails on half a frame.</summary>
    private static string[] Messages(byte[] bytes)
    {
        var texts = new List<string>();
        for (var at = 0; at < bytes.Length;)
        {
            Assert.True(bytes.Length - at >= 5, "half a header at the end");
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 1));
            Assert.True(bytes.Length - at - 5 >= length, $"half a message at the end: {bytes.Length - at - 5} of {length}");
            texts.Add(Encoding.UTF8.GetString(bytes, at + 5, length));
            at += 5 + length;
        }
        return [.. texts];
    }
}
