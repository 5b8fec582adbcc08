using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tiltas.Grpc.Interop;

/// <summary>Where to listen and how to serve.</summary>
public sealed record InteropSettings
{
    /// <summary>Without TLS; 0 takes a free one.</summary>
    public int? Port { get; init; }

    /// <summary>With TLS.</summary>
    public int? TlsPort { get; init; }

    /// <summary>Certificate, PEM file.</summary>
    public string? Certificate { get; init; }

    /// <summary>Its key, PEM file.</summary>
    public string? Key { get; init; }

    /// <summary>On all addresses instead of loopback.</summary>
    public bool Any { get; init; }

    /// <summary>Whether warnings go to the console and signals end it.</summary>
    public bool Console { get; init; }

    /// <summary>Further services.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>Options of all services.</summary>
    public Action<GrpcServiceOptions>? Options { get; init; }

    /// <summary>Further endpoints.</summary>
    public Action<WebApplication>? Endpoints { get; init; }
}

/// <summary>A running server of <c>grpc.testing.TestService</c>, health and reflection.</summary>
public sealed class InteropHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private InteropHost(WebApplication app) => this.app = app;

    /// <summary>Where it listens.</summary>
    public IReadOnlyCollection<string> Addresses => [.. app.Urls];

    /// <summary>The first address.</summary>
    public Uri Address => new(app.Urls.First());

    /// <summary>Its services.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Done when it was told to end.</summary>
    public Task Ended => app.WaitForShutdownAsync();

    /// <summary>Starts one.</summary>
    public static async Task<InteropHost> Start(InteropSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (settings.Console) builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        else builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            var address = settings.Any ? IPAddress.Any : IPAddress.Loopback;
            if (settings.Port is { } port) kestrel.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http2);
            if (settings.TlsPort is { } tls) kestrel.Listen(address, tls, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(X509Certificate2.CreateFromPemFile(settings.Certificate!, settings.Key));
            });
        });
        builder.Services.AddGrpc(options => settings.Options?.Invoke(options));
        builder.Services.AddGrpcHealth();
        builder.Services.AddGrpcReflection();
        settings.Services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapGrpcService<TestServiceHost>();
        app.MapGrpcHealthService();
        app.MapGrpcReflectionService();
        settings.Endpoints?.Invoke(app);
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Begins to stop; done when all calls have ended.</summary>
    public Task Stop() => app.StopAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
