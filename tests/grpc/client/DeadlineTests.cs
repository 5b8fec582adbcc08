using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Tiltas.Grpc.Client.Tests.Kit;

namespace Tiltas.Grpc.Client.Tests;

/// <summary>Deadlines by a clock the test moves, and cancellation.</summary>
public sealed class DeadlineTests
{
    private static Task<RawServer> SilentServer(TaskCompletionSource<HttpContext> arrived, TaskCompletionSource? aborted = null) => RawServer.StartAsync(async http =>
    {
        arrived.TrySetResult(http);
        var gone = new TaskCompletionSource();
        using var registration = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
        aborted?.TrySetResult();
    });

    [Fact]
    public async Task Deadline_IsSentAndKeptToTheMillisecond()
    {
        var (time, arrived, aborted) = (new ManualTime(), new TaskCompletionSource<HttpContext>(), new TaskCompletionSource());
        await using var server = await SilentServer(arrived, aborted);
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions().UseTime(time));
        using var call = channel.Unary(options: new(deadline: time.GetUtcNow().UtcDateTime.AddSeconds(2)));
        var http = await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("2000000u", http.Request.Headers["grpc-timeout"]);
        time.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.False(call.ResponseAsync.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(StatusCode.DeadlineExceeded, (await call.ResponseAsync.StatusOf()).StatusCode);
        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
        // The server hears of it.
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task DeadlineInThePast_SendsNothing()
    {
        var asked = 0;
        await using var server = await RawServer.StartAsync(_ => { asked++; return Task.CompletedTask; });
        using var channel = GrpcChannel.ForAddress(server.Address);
        foreach (var past in new[] { DateTime.MinValue, TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(-1) })
        {
            using var call = channel.Unary(options: new(deadline: past));
            Assert.Equal(StatusCode.DeadlineExceeded, (await call.ResponseAsync.StatusOf()).StatusCode);
            using var duplex = channel.Duplex(new(deadline: past));
            Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => duplex.RequestStream.WriteAsync("x"))).StatusCode);
            Assert.Equal(StatusCode.DeadlineExceeded, (await duplex.ResponseStream.ReadAll()).Status.StatusCode);
        }

        Assert.Equal(0, asked);
        Assert.Throws<InvalidOperationException>(() => channel.Unary(options: new(deadline: new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Local))));
    }

    [Fact]
    public async Task FarDeadline_IsCutIntoTimersAndStillHolds()
    {
        var (time, arrived) = (new ManualTime(), new TaskCompletionSource<HttpContext>());
        await using var server = await SilentServer(arrived);
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions().UseTime(time));
        using var call = channel.Unary(options: new(deadline: time.GetUtcNow().UtcDateTime.AddDays(100)));
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        foreach (var days in new[] { 40, 40, 19 })
        {
            time.Advance(TimeSpan.FromDays(days));
            Assert.False(call.ResponseAsync.IsCompleted);
        }

        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(StatusCode.DeadlineExceeded, (await call.ResponseAsync.StatusOf()).StatusCode);
    }

    [Fact]
    public async Task ServerResettingAtTheDeadline_IsTheDeadline()
    {
        var time = new ManualTime();
        // The timer never fires by itself; the server's reset comes first.
        await using var server = await RawServer.StartAsync(async http =>
        {
            await http.Receive();
            http.Reset(8);
        });
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions().UseTime(new LateTimers(time)));
        using var call = channel.Unary(options: new(deadline: time.GetUtcNow().UtcDateTime.AddSeconds(1)));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(StatusCode.DeadlineExceeded, (await call.ResponseAsync.StatusOf()).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancellation_EndsEachShape(bool throwCancelled)
    {
        var arrived = new TaskCompletionSource<HttpContext>();
        await using var server = await SilentServer(arrived);
        using var channel = GrpcChannel.ForAddress(server.Address, new() { ThrowOperationCanceledOnCancellation = throwCancelled });
        using var stop = new CancellationTokenSource();
        var options = new CallOptions(cancellationToken: stop.Token);
        using var unary = channel.Unary(options: options);
        using var download = channel.Download(options: options);
        using var upload = channel.Upload(options);
        using var duplex = channel.Duplex(options);
        var reads = new Task[] { unary.ResponseAsync, upload.ResponseAsync, download.ResponseStream.MoveNext(default), duplex.ResponseStream.MoveNext(default) };
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await stop.CancelAsync();
        foreach (var read in reads)
        {
            var failure = await Assert.ThrowsAnyAsync<Exception>(() => read.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal(throwCancelled, failure is OperationCanceledException);
            Assert.Equal(StatusCode.Cancelled, ((failure as RpcException) ?? (RpcException)failure.InnerException!).StatusCode);
        }

        Assert.Equal(StatusCode.Cancelled, duplex.GetStatus().StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => upload.RequestStream.WriteAsync("late"));
    }

    [Fact]
    public async Task MoveNextToken_DisposalAndChannel_CancelToo()
    {
        var (arrived, aborted) = (new TaskCompletionSource<HttpContext>(), new TaskCompletionSource());
        await using var server = await SilentServer(arrived, aborted);
        var channel = GrpcChannel.ForAddress(server.Address);
        using var stop = new CancellationTokenSource();
        var one = channel.Download();
        var reading = one.ResponseStream.MoveNext(stop.Token);
        await arrived.Task;
        await stop.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => reading)).StatusCode);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var two = channel.Unary();
        two.Dispose();
        Assert.Equal(StatusCode.Cancelled, (await two.ResponseAsync.StatusOf()).StatusCode);

        var three = channel.Unary();
        channel.Dispose();
        Assert.Equal(StatusCode.Cancelled, (await three.ResponseAsync.StatusOf()).StatusCode);
        Assert.Throws<ObjectDisposedException>(() => channel.Unary());
    }

    private sealed class LateTimers(ManualTime time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new ManualTime().CreateTimer(callback, state, dueTime, period);
    }
}
