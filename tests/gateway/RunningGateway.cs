using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tiltas.Gateway.Tests;

/// <summary>Some server behind the gateway that tells what reached it. It stands for no service of ours.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private static readonly byte[] Piece = [.. System.Text.Encoding.UTF8.GetBytes(":" + new string('x', 65534) + "\n")];
    private readonly WebApplication _app;

    private Upstream(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();
    public int Requests;
    public long Padded;

    /// <summary>How much stands before an event, so that whoever does not read holds up who sends.</summary>
    public int Padding { get; set; }

    public TaskCompletionSource NextEvent { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public TaskCompletionSource StreamEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<Upstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var upstream = new Upstream(builder.Build());
        upstream._app.Map("/v1/feed/stream", upstream.StreamAsync);
        upstream._app.Map("/v1/agencies/silent", (CancellationToken aborted) => Task.Delay(Timeout.Infinite, aborted));
        upstream._app.Map("/v1/feed/silent", upstream.WaitAsync);
        upstream._app.Map("/v1/agencies/held", upstream.HoldAsync);
        upstream._app.Map("/v1/agencies/reset", (HttpContext context) => context.Abort());
        upstream._app.Map("/v1/agencies/empty/{status:int}", (int status) => Results.StatusCode(status));
        upstream._app.Map("/health/ready", () => "ok");
        upstream._app.Map("/{**path}", upstream.EchoAsync);
        await upstream._app.StartAsync();
        return upstream;
    }

    public void SendEvent() => NextEvent.SetResult();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task WaitAsync(CancellationToken aborted)
    {
        Asked.TrySetResult();
        return Task.Delay(Timeout.Infinite, aborted);
    }

    private async Task<string> HoldAsync()
    {
        Asked.TrySetResult();
        await Answer.Task;
        return "done";
    }

    private async Task EchoAsync(HttpContext context)
    {
        Interlocked.Increment(ref Requests);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Response.Headers.Server = "upstream/1";
        context.Response.Headers.CacheControl = "public";
        await context.Response.WriteAsJsonAsync(new Echo(
            context.Request.Method, context.Request.Path + context.Request.QueryString, body.Length,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
    }

    private async Task StreamAsync(HttpContext context)
    {
        try
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync();
            for (var id = 1; ; id++)
            {
                await NextEvent.Task.WaitAsync(context.RequestAborted);
                NextEvent = new(TaskCreationOptions.RunContinuationsAsynchronously);
                for (var left = Padding; left > 0; left -= Piece.Length)
                {
                    await context.Response.Body.WriteAsync(Piece, context.RequestAborted);
                    Interlocked.Add(ref Padded, Piece.Length);
                }
                await context.Response.WriteAsync($"id: {id}\n\n");
                await context.Response.Body.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            StreamEnded.TrySetResult();
        }
    }
}

internal sealed record Echo(string Method, string Path, long Body, Dictionary<string, string> Headers);

/// <summary>The gateway on a port of its own, in front of an <see cref="Tests.Upstream"/>.</summary>
public sealed class RunningGateway : IAsyncLifetime
{
    private WebApplication _app = null!;

    internal ManualTime Time { get; } = new();
    internal Room Room { get; } = new(("lt-kopzi-system", "lt-kopzi", "agency"), ("registrar", "lt-mia", "registrar"));
    internal Upstream Upstream { get; private set; } = null!;
    internal HttpClient Http { get; private set; } = null!;
    internal Uri Address => new(_app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal)));
    internal Uri TlsAddress => new(_app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal)));
    internal LogLines Lines { get; } = new();
    internal ConcurrentDictionary<string, string?> Settings { get; } = new();
    internal Action<WebApplicationBuilder>? Besides { get; init; }
    internal Forge Tokens => new(Room, Time, "at+jwt", "tiltas");

    public async ValueTask InitializeAsync()
    {
        Upstream = await Upstream.StartAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders().AddProvider(Lines);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Passport:JwksFile"] = Room.JwksFile,
            ["Passport:SigningKeyFile"] = Room.KeyFile,
            ["Gateway:ClientsFile"] = Room.ClientsFile,
            ["Gateway:Directory"] = Upstream.Address,
            ["Gateway:Identification"] = Upstream.Address,
            ["Gateway:Referral"] = Upstream.Address,
            ["Gateway:Notification"] = Upstream.Address,
            ["Gateway:Inside:Directory"] = Upstream.Address,
            ["Gateway:Inside:Identification"] = Upstream.Address,
            ["Gateway:Inside:Referral"] = Upstream.Address,
            ["Gateway:Inside:Notification"] = Upstream.Address,
            ["RateLimit:PerSecond"] = "100000",
            ["RateLimit:Burst"] = "100000",
            ["RateLimit:AnonymousPerSecond"] = "100000",
            ["RateLimit:AnonymousBurst"] = "100000",
        });
        builder.Configuration.AddInMemoryCollection(Settings);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.AddGateway();
        Besides?.Invoke(builder);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.UseGateway();
        await _app.StartAsync();
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await Upstream.DisposeAsync();
        Room.Dispose();
    }

    internal Tiltas.Gateway.Clients.ClientRegistry Registry => _app.Services.GetRequiredService<Tiltas.Gateway.Clients.ClientRegistry>();

    internal CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    internal Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    internal static async Task<RunningGateway> StartAsync(params (string Key, string Value)[] settings)
    {
        var gateway = new RunningGateway();
        foreach (var (key, value) in settings) gateway.Settings[key] = value;
        await gateway.InitializeAsync();
        return gateway;
    }

    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, Action<HttpRequestMessage>? more = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        more?.Invoke(request);
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    internal async Task<Echo> EchoAsync(HttpMethod method, string path, Action<HttpRequestMessage>? more = null)
    {
        using var response = await SendAsync(method, path, Tokens.Good(), more);
        Assert.Equal(200, (int)response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<Echo>(TestContext.Current.CancellationToken))!;
    }

    internal async Task<HttpResponseMessage> AskTokenAsync(params (string, string)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        return await Http.PostAsync(new Uri("/connect/token", UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    internal async Task<string> TokenOfAsync(string client)
    {
        using var response = await AskTokenAsync(("grant_type", "client_credentials"), ("client_id", client), ("client_secret", Room.Secret));
        Assert.Equal(200, (int)response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        return json.RootElement.GetProperty("access_token").GetString()!;
    }

    internal static async Task AssertProblemAsync(HttpResponseMessage response, int status, string code)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        using var json = JsonDocument.Parse(text);
        Assert.Equal(code, json.RootElement.GetProperty("code").GetString());
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Empty(response.Headers.Server);
    }

    internal static AuthenticationHeaderValue Basic(string id, string secret) =>
        new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Uri.EscapeDataString(id) + ":" + Uri.EscapeDataString(secret))));
}

/// <summary>Keeps what was logged, as it was written.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IEnumerable<string> All => _lines;

    public ILogger CreateLogger(string categoryName) => this;
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));
    public void Dispose() { }
}
