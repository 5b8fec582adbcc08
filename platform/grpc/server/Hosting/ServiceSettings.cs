using System.IO.Compression;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Tiltas.Grpc.Server.Calls;
using Tiltas.Grpc.Server.Telemetry;
using Tiltas.Grpc.Wire;

namespace Tiltas.Grpc.Server.Hosting;

/// <summary>The options of all services and of one, settled, with what each of its calls needs.</summary>
internal abstract class ServiceSettings
{
    protected ServiceSettings(
        GrpcServiceOptions all, GrpcServiceOptions own, TimeProvider time, CallTimers timers, ServerTelemetry telemetry, IHostApplicationLifetime lifetime, ILogger logger)
    {
        MaxReceive = own.MaxReceiveIsSet ? own.MaxReceiveMessageSize : all.MaxReceiveMessageSize;
        MaxSend = own.MaxSendMessageSize ?? all.MaxSendMessageSize;
        Level = own.ResponseCompressionLevel ?? all.ResponseCompressionLevel;
        Interceptors = [.. all.Interceptors, .. own.Interceptors];
        foreach (var provider in all.CompressionProviders.Concat(own.CompressionProviders)) providers[provider.EncodingName] = provider;
        AcceptEncoding = string.Join(',', providers.Keys.Prepend(Compression.Identity));
        ResponseAlgorithm = own.ResponseCompressionAlgorithm ?? all.ResponseCompressionAlgorithm;
        if (ResponseAlgorithm is not null && ResponseAlgorithm != Compression.Identity && !providers.ContainsKey(ResponseAlgorithm))
            throw new InvalidOperationException($"There is no compression provider for '{ResponseAlgorithm}'.");
        StatusDetails = own.StatusDetails ?? all.StatusDetails;
        Stopping = all.EndStreamsWithServer && own.EndStreamsWithServer ? lifetime.ApplicationStopping : CancellationToken.None;
        (Time, Timers, Telemetry, Logger) = (time, timers, telemetry, logger);
    }

    private readonly Dictionary<string, ICompressionProvider> providers = new(StringComparer.Ordinal);

    public int? MaxReceive { get; }

    public int? MaxSend { get; }

    public CompressionLevel? Level { get; }

    public string? ResponseAlgorithm { get; }

    public IReadOnlyList<InterceptorRegistration> Interceptors { get; }

    public Func<Status, byte[]?>? StatusDetails { get; }

    public StringValues AcceptEncoding { get; }

    public TimeProvider Time { get; }

    public CallTimers Timers { get; }

    public ServerTelemetry Telemetry { get; }

    public CancellationToken Stopping { get; }

    public ILogger Logger { get; }

    public ICompressionProvider? Find(string name) => providers.GetValueOrDefault(name);
}

/// <summary>Those of one service.</summary>
internal sealed class ServiceSettings<TService>(
    IOptions<GrpcServiceOptions> all, IOptions<GrpcServiceOptions<TService>> own, TimeProvider time, CallTimers timers, ServerTelemetry telemetry,
    IHostApplicationLifetime lifetime, ILogger<TService> logger)
    : ServiceSettings(all.Value, own.Value, time, timers, telemetry, lifetime, logger) where TService : class;
