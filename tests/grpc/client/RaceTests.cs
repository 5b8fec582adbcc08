using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Tiltas.Grpc.Client.Tests.Kit;

namespace Tiltas.Grpc.Client.Tests;

/// <summary>
/// Deadlines, cancellations, disposals and answers that meet at the same moment, thousands of times: each call ends exactly once, with one of
/// the outcomes its ends allow, the same wherever it is asked for, and nothing stays behind.
/// </summary>
[Collection("alone")]
public sealed class RaceTests
{
    private const int Calls = 6000;
    private const int AtOnce = 48;

    private static readonly StatusCode[] Outcomes = [StatusCode.OK, StatusCode.Cancelled, StatusCode.DeadlineExceeded];

    private static Task<RawServer> Server() => RawServer.StartAsync(async http =>
    {
        http.Grpc();
        var unary = http.Request.Path.Value!.EndsWith("Unary", StringComparison.Ordinal);
        try
        {
            if (!unary) await http.Send([]);
            while (await http.Receive() is { } message)
            {
                // A text of n asks for n turns of the scheduler before the answer.
                for (var i = 0; i < message.Message.Length % 7; i++) await Task.Yield();
                await http.Send(Raw.Frame(message.Message));
                if (unary) break;
            }

            http.End(StatusCode.OK);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client is gone.
        }
    });

    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    public async Task EveryCall_EndsOnceWithAnAllowedOutcome(int seed)
    {
        var unobserved = new ConcurrentQueue<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Enqueue(e.Exception);
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await using var server = await Server();
            using var channel = GrpcChannel.ForAddress(server.Address);
            var usual = await UsualDuration(channel);
            var seen = new ConcurrentDictionary<StatusCode, int>();
            await Parallel.ForAsync(0, Calls, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
            {
                var random = new Random(HashCode.Combine(seed, i));
                var (raced, code) = await OneCall(channel, random, usual).WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
                if (raced) seen.AddOrUpdate(code, 1, (_, n) => n + 1);
            });
            // The race is no race if one side always wins.
            Assert.All(Outcomes, code => Assert.True(seen.GetValueOrDefault(code) > Calls / 100, $"{code}: {seen.GetValueOrDefault(code)} of {Calls}"));
            Assert.Equal(0, channel.OpenCalls);
            Assert.Equal("alive", await channel.Unary("alive"));
        }
        finally
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.Empty(unobserved);
    }

    [Fact]
    public async Task ManyAbandonedCalls_LeaveNoMemory()
    {
        await using var server = await Server();
        using var channel = GrpcChannel.ForAddress(server.Address);
        await Abandon(channel, 6000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await Abandon(channel, 6000);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal(0, channel.OpenCalls);
        Assert.True(after - before < 6_000_000, $"{after - before} bytes more after 6000 calls");
    }

    // What a call lasts on this machine now; ends are aimed around it, so that either side may come first.
    private static async Task<TimeSpan> UsualDuration(GrpcChannel channel)
    {
        long total = 0;
        await Parallel.ForAsync(0, 500, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            var start = TimeProvider.System.GetTimestamp();
            await channel.Unary("warm");
            if (i >= 250) Interlocked.Add(ref total, TimeProvider.System.GetElapsedTime(start).Ticks);
        });
        return TimeSpan.FromTicks(total / 250);
    }

    private static Task Abandon(GrpcChannel channel, int count) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            using var call = channel.Duplex();
            await call.RequestStream.WriteAsync(new string('x', i % 5000), CancellationToken.None);
            if (i % 2 == 0) await call.ResponseStream.MoveNext(default);
        });

    private static async Task<(bool Raced, StatusCode Code)> OneCall(GrpcChannel channel, Random random, TimeSpan usual)
    {
        using var stop = new CancellationTokenSource();
        var around = usual * (random.NextDouble() * 3);
        // 0: the deadline of the call itself; 1, 2: the token; 3: disposal by another thread; 4: nothing.
        var how = random.Next(5);
        if (how is > 0 and < 4) stop.CancelAfter(around);
        var options = how == 0
            ? new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + around)
            : new CallOptions(cancellationToken: how is 1 or 2 ? stop.Token : default);
        var text = new string('r', random.Next(0, 3000));
        var status = random.Next(2) == 0 ? await Unary(channel, options, text, how, stop) : await Duplex(channel, options, text, how, stop);
        var ended = how switch { 0 => StatusCode.DeadlineExceeded, 4 => StatusCode.OK, _ => StatusCode.Cancelled };
        Assert.True(status.StatusCode == StatusCode.OK || status.StatusCode == ended, $"{how}: {status}");
        return (how < 4, status.StatusCode);
    }

    private static async Task<Status> Unary(GrpcChannel channel, CallOptions options, string text, int how, CancellationTokenSource stop)
    {
        using var call = channel.Unary(text, options);
        using var disposal = how == 3 ? stop.Token.UnsafeRegister(static call => ((IDisposable)call!).Dispose(), call) : default;
        Status code;
        try
        {
            Assert.Equal(text, await call);
            code = Status.DefaultSuccess;
        }
        catch (RpcException e)
        {
            code = e.Status;
        }

        Assert.Equal(code, call.GetStatus());
        return code;
    }

    private static async Task<Status> Duplex(GrpcChannel channel, CallOptions options, string text, int how, CancellationTokenSource stop)
    {
        using var call = channel.Duplex(options);
        using var disposal = how == 3 ? stop.Token.UnsafeRegister(static call => ((IDisposable)call!).Dispose(), call) : default;
        var turns = 0;
        Status code;
        try
        {
            for (; turns < 3; turns++)
            {
                await call.RequestStream.WriteAsync(text);
                Assert.True(await call.ResponseStream.MoveNext(default));
                Assert.Equal(text, call.ResponseStream.Current);
            }

            await call.RequestStream.CompleteAsync();
            Assert.False(await call.ResponseStream.MoveNext(default));
            code = Status.DefaultSuccess;
        }
        catch (RpcException e)
        {
            code = e.Status;
        }

        Assert.Equal(code, call.GetStatus());
        return code;
    }
}

/// <summary>Tests that measure time or memory run when no others do.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;
