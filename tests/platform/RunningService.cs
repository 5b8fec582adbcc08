using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Tiltas.Hosting.Health;
using Tiltas.Hosting.Telemetry;

namespace Tiltas.Platform.Tests;

/// <summary>A small service with both ports open, built the way the real ones are.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningService(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        Api = new HttpClient { BaseAddress = new Uri(addresses[0]) };
        Inside = new HttpClient { BaseAddress = new Uri(addresses[1]) };
        Grpc = addresses is [_, _, var grpc] ? new Uri(grpc) : null;
    }

    public HttpClient Api { get; }

    public HttpClient Inside { get; }

    /// <summary>Where <c>Listen:Grpc</c> is, when it is set.</summary>
    public Uri? Grpc { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<RunningService> Start(
        Action<WebApplicationBuilder>? prepare = null, Action<WebApplication>? map = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(
            settings.Append(("Listen:Api", "http://127.0.0.1:0")).Append(("Listen:Inside", "http://127.0.0.1:0"))
                .Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2)));
        builder.AddTelemetry("trial").AddInsidePort();
        prepare?.Invoke(builder);
        var app = builder.Build();
        app.UseRouting();
        map?.Invoke(app);
        app.MapInsidePort();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningService(app);
    }

    public Task Stop() => _app.StopAsync(TestContext.Current.CancellationToken);

    [SuppressMessage("Usage", "CA1816", Justification = "Nothing here has a finalizer.")]
    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        Inside.Dispose();
        await _app.DisposeAsync();
    }
}
