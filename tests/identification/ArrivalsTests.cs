using Tiltas.Identification.Parties;
using Tiltas.TestKit;

namespace Tiltas.Identification.Tests;

public sealed class ArrivalsTests
{
    private readonly SetTime _time = new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Await_ThereAlready_DoesNotWait()
    {
        var answer = await new Arrivals(_time).Await("a", () => Task.FromResult<string?>("there"), TestContext.Current.CancellationToken);
        Assert.Equal("there", answer);
    }

    [Fact]
    public async Task Await_ArrivesHere_IsWokenWithoutTheClock()
    {
        var arrivals = new Arrivals(_time);
        string? news = null;
        var waiting = arrivals.Await("a", () => Task.FromResult(news), TestContext.Current.CancellationToken);
        await _time.Awaited();

        news = "there";
        arrivals.Arrived(["b", "a"]);

        Assert.Equal("there", await waiting);
    }

    [Fact]
    public async Task Await_ArrivesAtAnotherReplica_IsSeenAtTheNextLook()
    {
        string? news = null;
        var waiting = new Arrivals(_time).Await("a", () => Task.FromResult(news), TestContext.Current.CancellationToken);
        await _time.Awaited();

        news = "there";
        _time.Pass(Arrivals.LookAgain);

        Assert.Equal("there", await waiting);
    }

    [Fact]
    public async Task Await_NeverArrives_EndsAfterTwoSecondsAndNotBefore()
    {
        var looks = 0;
        var waiting = new Arrivals(_time).Await("a", () => { looks++; return Task.FromResult<string?>(null); }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 8; i++)
        {
            await _time.Awaited();
            Assert.False(waiting.IsCompleted);
            _time.Pass(Arrivals.LookAgain);
        }

        Assert.Null(await waiting);
        Assert.Equal(10, looks);
    }

    [Fact]
    public async Task Await_CallerGone_Ends()
    {
        using var gone = new CancellationTokenSource();
        var waiting = new Arrivals(_time).Await("a", () => Task.FromResult<string?>(null), gone.Token);
        await _time.Awaited();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
