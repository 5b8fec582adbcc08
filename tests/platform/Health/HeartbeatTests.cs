using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tiltas.Hosting.Health;
using Tiltas.TestKit;

namespace Tiltas.Platform.Tests.Health;

public sealed class HeartbeatTests
{
    private readonly SetTime _time = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Live_LoopWithWorkStandsStill_FailsAfterAMinuteAndRecoversWhenItMoves()
    {
        await using var service = await Start();
        var loop = service.Services.GetRequiredService<Heartbeat>().Loop("outbox");
        loop.HasWork();
        _time.Pass(TimeSpan.FromSeconds(59));
        loop.HasWork();
        Assert.Equal((HttpStatusCode.OK, """{"status":"ok","checks":{"outbox":"ok"}}"""), await Ask(service, "/health/live"));
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"status":"failing","checks":{"outbox":"failing"}}"""), await Ask(service, "/health/live"));
        service.Services.GetRequiredService<Heartbeat>().Beat("outbox");
        Assert.Equal(HttpStatusCode.OK, (await Ask(service, "/health/live")).Status);
        _time.Pass(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Ask(service, "/health/live")).Status);
    }

    [Fact]
    public async Task Live_LoopWithoutWork_StaysWellForEver()
    {
        await using var service = await Start();
        var loop = service.Services.GetRequiredService<Heartbeat>().Loop("outbox");
        loop.HasWork();
        loop.Moved();
        loop.Idle();
        loop.Moved();
        _time.Pass(TimeSpan.FromDays(3));
        Assert.Equal(HttpStatusCode.OK, (await Ask(service, "/health/live")).Status);
    }

    [Fact]
    public void Loop_SeveralPiecesAtOnce_MovesWithEachAndRestsAfterTheLast()
    {
        var loop = new Heartbeat(_time).Loop("consumer");
        var first = loop.Begin();
        _time.Pass(TimeSpan.FromSeconds(40));
        var second = loop.Begin();
        Assert.Equal(TimeSpan.FromSeconds(40), loop.Waiting);
        first.Dispose();
        first.Dispose();
        Assert.Equal(TimeSpan.Zero, loop.Waiting);
        _time.Pass(TimeSpan.FromSeconds(40));
        Assert.Equal(TimeSpan.FromSeconds(40), loop.Waiting);
        second.Dispose();
        _time.Pass(TimeSpan.FromSeconds(40));
        Assert.Equal(TimeSpan.Zero, loop.Waiting);
    }

    [Fact]
    public async Task Live_DatabaseGone_IsNotTheProcessesFault()
    {
        await using var service = await Start(new Check("database", () => throw new InvalidOperationException("Host=secret")));
        Assert.Equal(HttpStatusCode.OK, (await Ask(service, "/health/live")).Status);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"status":"failing","checks":{"database":"failing"}}"""), await Ask(service, "/health/ready"));
    }

    [Fact]
    public async Task Ready_CheckNeverAnswers_IsGivenTwoSecondsWhileOthersAnswer()
    {
        var (asked, askedToo) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var service = await Start(
            new Check("bus", () =>
            {
                asked.TrySetResult();
                return new TaskCompletionSource<bool>().Task;
            }),
            new Check("database", () =>
            {
                askedToo.TrySetResult();
                return Task.FromResult(true);
            }));
        var others = _time.Timers;
        var answer = Ask(service, "/health/ready");
        await Task.WhenAll(asked.Task, askedToo.Task);
        // A check that has answered gives its timer back.
        await Eventually.True("the database has answered", () => Task.FromResult(_time.Timers == others + 1));
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.False(answer.IsCompleted);
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"status":"failing","checks":{"bus":"failing","database":"ok"}}"""), await answer);
    }

    [Fact]
    public async Task Startup_ReadyOnce_StaysTrueWhenReadinessGoes()
    {
        var ready = false;
        await using var service = await Start(new Check("database", () => Task.FromResult(ready)));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Ask(service, "/health/startup")).Status);
        ready = true;
        Assert.Equal(HttpStatusCode.OK, (await Ask(service, "/health/startup")).Status);
        ready = false;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Ask(service, "/health/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Ask(service, "/health/startup")).Status);
    }

    private async Task<RunningService> Start(params IReadyCheck[] checks) => await RunningService.Start(builder =>
    {
        builder.Services.AddSingleton<TimeProvider>(_time);
        foreach (var check in checks) builder.Services.AddSingleton(check);
    });

    private static async Task<(HttpStatusCode Status, string Body)> Ask(RunningService service, string path)
    {
        using var answer = await service.Inside.GetAsync(path, Cancelled);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private sealed class Check(string name, Func<Task<bool>> answer) : IReadyCheck
    {
        public string Name => name;

        public async ValueTask<bool> IsReady(CancellationToken cancellationToken) => await answer();
    }
}
