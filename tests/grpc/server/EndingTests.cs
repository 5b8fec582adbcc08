using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tiltas.Grpc.Interop;
using Tiltas.Grpc.Tests.Kit;
using Tiltas.TestKit;

namespace Tiltas.Grpc.Tests;

/// <summary>Who ends a call, and that exactly one does.</summary>
public sealed class EndingTests : IAsyncLifetime
{
    private const long Http2Cancel = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Script script = new();
    private readonly Lines lines = new();
    private InteropHost host = null!;
    private RawCaller caller = null!;

    public async ValueTask InitializeAsync()
    {
        host = await Start();
        caller = new(host.Address);
    }

    private Task<InteropHost> Start(TimeProvider? time = null) => InteropHost.Start(new()
    {
        Port = 0,
        Services = services =>
        {
            services.AddSingleton(script).AddLogging(logging => logging.AddProvider(lines));
            if (time is not null) services.AddSingleton(time);
        },
        Options = options => options.Interceptors.Add<Script>(),
    });

    public async ValueTask DisposeAsync()
    {
        script.Released.TrySetResult();
        caller.Dispose();
        await host.DisposeAsync();
    }

    private static byte[] Nothing => RawCaller.Frame([]);

    [Theory]
    [InlineData(RawCaller.Unary)]
    [InlineData(RawCaller.Download)]
    public async Task Deadline_CancelsTheToken_AndEndsTheCall(string path)
    {
        var answer = await caller.Post(path, Nothing, ("x-do", "wait"), ("grpc-timeout", "50m"));
        Assert.Equal(StatusCode.DeadlineExceeded, answer.Status);
        await Until(() => script.Seen.Contains("cancelled"));
        Assert.Empty(lines.Written);
    }

    [Theory]
    [InlineData(RawCaller.Unary)]
    [InlineData(RawCaller.Download)]
    public async Task Deadline_EndsTheCall_OfAMethodThatDoesNotListen(string path)
    {
        var answer = await caller.Post(path, Nothing, ("x-do", "hold"), ("grpc-timeout", "50m")).WaitAsync(Patience);
        Assert.Equal(StatusCode.DeadlineExceeded, answer.Status);
        Assert.Equal(path == RawCaller.Unary, answer.TrailersOnly);
        script.Released.SetResult();
        await Until(() => script.Seen.Contains(path == RawCaller.Unary ? "after" : "refused write"));
        Assert.Contains("released, cancelled", script.Seen);
        Assert.Equal(StatusCode.OK, (await caller.Post(RawCaller.Empty, Nothing)).Status);
        Assert.Empty(lines.Written);
    }

    [Fact]
    public async Task Deadline_EndsTheCall_WhoseRequestNeverComes()
    {
        using var stop = new CancellationTokenSource(Patience);
        using var silence = new SilentContent();
        var answer = await caller.Post(RawCaller.Unary, silence, stop.Token, ("grpc-timeout", "100m"));
        Assert.Equal(StatusCode.DeadlineExceeded, answer.Status);
    }

    [Fact]
    public async Task Deadline_ResetsACall_WhoseCallerTakesNothing()
    {
        var time = new SetTime();
        await using var slow = await Start(time);
        using var idle = new RawCaller(slow.Address);
        using var stop = new CancellationTokenSource(Patience);
        using var flood = await idle.Begin(RawCaller.Download, new ByteArrayContent(Nothing), stop.Token, ("x-do", "flood"), ("grpc-timeout", "10S"));
        await script.Blocked.Task.WaitAsync(Patience);
        Assert.Empty(script.Seen);

        time.Pass(TimeSpan.FromSeconds(10));

        await Until(() => script.Seen.Contains("flood over, cancelled"));
        var reset = await Assert.ThrowsAsync<HttpProtocolException>(async () => await (await flood.Content.ReadAsStreamAsync(stop.Token)).CopyToAsync(Stream.Null, stop.Token));
        Assert.Equal(Http2Cancel, reset.ErrorCode);
        Assert.Equal(StatusCode.OK, (await idle.Post(RawCaller.Empty, Nothing)).Status);
        // Only the call was ended, not the connection.
        Assert.Single(script.Peers);
        Assert.Empty(lines.Written);
    }

    [Fact]
    public async Task CallerThatGoesAway_CancelsTheToken()
    {
        using var stop = new CancellationTokenSource();
        var call = caller.Post(RawCaller.Unary, new ByteArrayContent(Nothing), stop.Token, ("x-do", "wait"));
        await script.Began.Task.WaitAsync(Patience);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Until(() => script.Seen.Contains("cancelled"));
        Assert.Empty(lines.Written);
    }

    [Fact]
    public async Task StoppingServer_EndsStreams_AndLetsUnaryCallsFinish()
    {
        var stream = caller.Post(RawCaller.Download, Nothing, ("x-do", "wait"));
        await script.Began.Task.WaitAsync(Patience);
        var unary = caller.Post(RawCaller.Unary, Nothing, ("x-do", "hold"), ("grpc-timeout", "20S"));
        using var upload = new SilentContent();
        using var stop = new CancellationTokenSource(Patience);
        var client = caller.Post(RawCaller.Upload, upload, stop.Token);
        await upload.Asked.Task.WaitAsync(Patience);
        var stopping = host.Stop();
        Assert.Equal(StatusCode.Unavailable, (await stream.WaitAsync(Patience)).Status);
        Assert.Equal(StatusCode.Unavailable, (await client.WaitAsync(Patience)).Status);
        Assert.False(unary.IsCompleted);
        script.Released.SetResult();
        Assert.Equal(StatusCode.OK, (await unary.WaitAsync(Patience)).Status);
        await stopping.WaitAsync(Patience);
    }

    [Theory]
    [InlineData(RawCaller.Unary, "throw")]
    [InlineData(RawCaller.Unary, "null")]
    [InlineData(RawCaller.Download, "throw-late")]
    public async Task MethodThatFails_IsUnknown_TellsNothing_AndIsLoggedOnce(string path, string what)
    {
        var answer = await caller.Post(path, Nothing, ("x-do", what));
        Assert.Equal(StatusCode.Unknown, answer.Status);
        Assert.DoesNotContain("secret", answer.Message);
        Assert.Single(lines.Written);
        Assert.Equal(path != RawCaller.Unary, answer.Trailers.ContainsKey("grpc-status"));
    }

    [Fact]
    public async Task Status_SetByTheMethod_GoesOutWithItsTrailers()
    {
        var answer = await caller.Post(RawCaller.Unary, Nothing, ("x-do", "status"));
        Assert.Equal((StatusCode.AlreadyExists, "there is one", true), (answer.Status, answer.Message, answer.TrailersOnly));
        Assert.Equal("some", answer.Headers["x-text"]);
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task Headers_WrittenEarly_ComeOnce()
    {
        var answer = await caller.Post(RawCaller.Unary, Nothing, ("x-do", "headers"));
        Assert.Equal((StatusCode.OK, "1", false), (answer.Status, answer.Headers["x-early"], answer.TrailersOnly));
    }

    [Fact]
    public async Task Deadline_IsKnownToTheMethod()
    {
        Assert.Equal("none", (await caller.Post(RawCaller.Unary, Nothing, ("x-do", "deadline"))).Trailers["x-left"]);
        Assert.Equal("some", (await caller.Post(RawCaller.Unary, Nothing, ("x-do", "deadline"), ("grpc-timeout", "5S"))).Trailers["x-left"]);
    }

    private static async Task Until(Func<bool> condition)
    {
        using var stop = new CancellationTokenSource(Patience);
        while (!condition()) await Task.Delay(5, stop.Token);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Written.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }

    /// <summary>A body that never comes.</summary>
    private sealed class SilentContent : HttpContent
    {
        private readonly TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // Like every gRPC client's requests they end with the call.
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.FlushAsync(cancellationToken);
            Asked.TrySetResult();
            await never.Task.WaitAsync(cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override void Dispose(bool disposing)
        {
            never.TrySetCanceled();
            base.Dispose(disposing);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
