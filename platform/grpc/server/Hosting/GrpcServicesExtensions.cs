using System.Text;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tiltas.Grpc.Server.Calls;
using Tiltas.Grpc.Server.Hosting;
using Tiltas.Grpc.Server.Telemetry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Goes on configuring what <c>AddGrpc</c> began.</summary>
public interface IGrpcServerBuilder
{
    /// <summary>The services.</summary>
    IServiceCollection Services { get; }
}

/// <summary>Adds gRPC.</summary>
public static class GrpcServicesExtensions
{
    /// <summary>Adds what serving gRPC needs.</summary>
    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services, Action<GrpcServiceOptions>? configureOptions = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRouting();
        services.AddOptions();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ServerTelemetry>();
        services.TryAddSingleton<CallTimers>();
        services.TryAddSingleton<MappedServices>();
        services.TryAddSingleton(typeof(ServiceSettings<>));
        // Decoded as UTF-8, one header that is none would end the connection with all its other calls.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1);
        if (configureOptions is not null) services.Configure(configureOptions);
        return new Builder(services);
    }

    /// <summary>Options of one service.</summary>
    public static IGrpcServerBuilder AddServiceOptions<TService>(this IGrpcServerBuilder builder, Action<GrpcServiceOptions<TService>> configure) where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }

    private sealed record Builder(IServiceCollection Services) : IGrpcServerBuilder;
}
