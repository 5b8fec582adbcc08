using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.AspNetCore.Http;
using Tiltas.Grpc.Client.Tests.Kit;

namespace Tiltas.Grpc.Client.Tests;

/// <summary>Trying again over a real connection, by a clock the test moves.</summary>
public sealed class RetryTests
{
    private readonly ManualTime _time = new();

    private GrpcChannel Channel(RawServer server, int attempts = 4, RetryThrottlingPolicy? throttle = null)
    {
        var policy = new RetryPolicy
        {
            MaxAttempts = attempts, InitialBackoff = TimeSpan.FromSeconds(1), MaxBackoff = TimeSpan.FromSeconds(10), BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable },
        };
        var options = new GrpcChannelOptions
        {
            ServiceConfig = new() { MethodConfigs = { new() { Names = { MethodName.Default }, RetryPolicy = policy } }, RetryThrottling = throttle },
            Random = () => 0.5,
        };
        return GrpcChannel.ForAddress(server.Address, options.UseTime(_time));
    }

    private static async Task<RawServer> Failing(int failures, List<string> attempts, params (string, string)[] more) => await RawServer.StartAsync(async http =>
    {
        var message = await http.Receive();
        attempts.Add($"{message?.Message}/{http.Request.Headers["grpc-previous-rpc-attempts"]}");
        if (attempts.Count <= failures)
        {
            http.Grpc().End(StatusCode.Unavailable, "later", more);
            return;
        }

        await http.Grpc().Send(Raw.Frame("answer"));
        http.End(StatusCode.OK);
    });

    private async Task Pass(double seconds)
    {
        await _time.TimerWithin(TimeSpan.FromSeconds(seconds)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(seconds, _time.Nearest!.Value.TotalSeconds, 3);
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task UnavailableTwice_ThenAnswers_AfterGrowingWaits()
    {
        List<string> attempts = [];
        await using var server = await Failing(2, attempts);
        using var channel = Channel(server);
        var call = channel.Unary("ask");
        await Pass(1);
        await Pass(2);
        Assert.Equal("answer", await call);
        Assert.Equal(["ask/", "ask/1", "ask/2"], attempts);
    }

    [Fact]
    public async Task ServerStream_IsTriedAgainToo()
    {
        List<string> attempts = [];
        await using var server = await Failing(1, attempts);
        using var channel = Channel(server);
        using var call = channel.Download("ask");
        var reading = call.ResponseStream.ReadAll();
        await Pass(1);
        Assert.Equal(["answer"], (await reading).Messages);
        Assert.Equal(2, attempts.Count);
    }

    [Fact]
    public async Task LastAttempt_GivesItsOwnStatusAndTrailers()
    {
        List<string> attempts = [];
        await using var server = await Failing(9, attempts, ("x-why", "closed"));
        using var channel = Channel(server, attempts: 2);
        var call = channel.Unary("ask");
        await Pass(1);
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal((StatusCode.Unavailable, "later", "closed"), (failure.StatusCode, failure.Status.Detail, failure.Trailers.GetValue("x-why")));
        Assert.Equal(2, attempts.Count);
    }

    [Fact]
    public async Task AfterHeaders_NothingIsTriedAgain()
    {
        var asked = 0;
        await using var server = await RawServer.StartAsync(async http =>
        {
            asked++;
            await http.Grpc().Send([]);
            http.End(StatusCode.Unavailable);
        });
        using var channel = Channel(server);
        Assert.Equal(StatusCode.Unavailable, (await channel.Unary().ResponseAsync.StatusOf()).StatusCode);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task ClientStreams_AreNeverTriedAgain()
    {
        List<string> attempts = [];
        await using var server = await Failing(1, attempts);
        using var channel = Channel(server);
        using var call = channel.Upload();
        await call.RequestStream.WriteAsync("part");
        Assert.Equal(StatusCode.Unavailable, (await call.ResponseAsync.StatusOf()).StatusCode);
        Assert.Single(attempts);
    }

    [Fact]
    public async Task Pushback_SetsTheWait_OrForbidsTheRetry()
    {
        List<string> attempts = [];
        await using (var server = await Failing(1, attempts, ("grpc-retry-pushback-ms", "7500")))
        using (var channel = Channel(server))
        {
            var call = channel.Unary("ask");
            await Pass(7.5);
            Assert.Equal("answer", await call);
        }

        attempts.Clear();
        await using var never = await Failing(1, attempts, ("grpc-retry-pushback-ms", "-1"));
        using var other = Channel(never);
        Assert.Equal(StatusCode.Unavailable, (await other.Unary().ResponseAsync.StatusOf()).StatusCode);
        Assert.Single(attempts);
    }

    [Fact]
    public async Task DeadlineDuringTheWait_EndsTheCall_AndEachAttemptSendsWhatIsLeft()
    {
        List<string> timeouts = [];
        var again = new TaskCompletionSource();
        await using var server = await RawServer.StartAsync(http =>
        {
            timeouts.Add(http.Request.Headers["grpc-timeout"]!);
            if (timeouts.Count == 2) again.SetResult();
            http.Grpc().End(StatusCode.Unavailable);
            return Task.CompletedTask;
        });
        using var channel = Channel(server);
        var call = channel.Unary(options: new(deadline: _time.GetUtcNow().UtcDateTime.AddSeconds(2.5)));
        await Pass(1);
        await again.Task.WaitAsync(TimeSpan.FromSeconds(30));
        // The second wait would last two seconds; the deadline comes first.
        await Pass(1.5);
        Assert.Equal(StatusCode.DeadlineExceeded, (await call.ResponseAsync.StatusOf()).StatusCode);
        Assert.Equal(["2500000u", "1500000u"], timeouts);
    }

    [Fact]
    public async Task CancelDuringTheWait_EndsTheCall()
    {
        List<string> attempts = [];
        await using var server = await Failing(9, attempts);
        using var channel = Channel(server);
        using var stop = new CancellationTokenSource();
        var call = channel.Unary(options: new(cancellationToken: stop.Token));
        await _time.TimerWithin(TimeSpan.FromSeconds(1));
        await stop.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await call.ResponseAsync.StatusOf()).StatusCode);
        Assert.Single(attempts);
        Assert.Null(_time.Nearest);
    }

    [Fact]
    public async Task Throttle_StopsRetriesOfTheWholeChannel()
    {
        List<string> attempts = [];
        await using var server = await Failing(99, attempts);
        using var channel = Channel(server, throttle: new() { MaxTokens = 4, TokenRatio = 1 });
        var call = channel.Unary("one");
        // One token of four is spent: three are more than half.
        await Pass(1);
        Assert.Equal(StatusCode.Unavailable, (await call.ResponseAsync.StatusOf()).StatusCode);
        Assert.Equal(StatusCode.Unavailable, (await channel.Unary("two").ResponseAsync.StatusOf()).StatusCode);
        Assert.Equal(3, attempts.Count);
    }
}
