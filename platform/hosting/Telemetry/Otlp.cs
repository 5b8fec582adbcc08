using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Tiltas.Hosting.Telemetry;

/// <summary>
/// The whole seam to OpenTelemetry's SDK: traces, metrics and logs over OTLP when OTEL_EXPORTER_OTLP_ENDPOINT is set.
/// All queues are bounded and drop when full; a collector that hangs or is gone costs figures, not requests.
/// </summary>
internal sealed partial class Otlp(IConfiguration configuration, ServiceIdentity identity, IServiceProvider services, ILogger<Otlp> log)
    : IHostedLifecycleService, IDisposable
{
    public const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const int FarewellMilliseconds = 2_000;
    private static readonly string[] Sources =
        ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "MassTransit", "Yarp.ReverseProxy", "Grpc.Net.Client", TiltasActivity.SourceName, "Tiltas.*"];

    private OpenTelemetrySdk? _sdk;
    private ActivityListener? _carrier;

    public static bool IsOn(IConfiguration configuration) =>
        Uri.TryCreate(configuration[EndpointKey], UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    public static void AddLogs(IHostApplicationBuilder builder)
    {
        builder.Logging.AddOpenTelemetry();
        builder.Services.AddOptions<OpenTelemetryLoggerOptions>().Configure<ServiceIdentity>((options, identity) =>
        {
            options.IncludeFormattedMessage = false;
            options.IncludeScopes = false;
            options.ParseStateValues = true;
            options.SetResourceBuilder(identity.Resource());
            options.AddProcessor(new LogAllowList());
            options.AddOtlpExporter();
        });
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!IsOn(configuration))
        {
            if (configuration[EndpointKey] is { Length: > 0 }) Log.BadEndpoint(log, EndpointKey);
            CarryTraces();
            return Task.CompletedTask;
        }
        _sdk = OpenTelemetrySdk.Create(sdk =>
        {
            sdk.Services.AddSingleton(configuration);
            sdk.WithTracing(traces => traces
                .SetResourceBuilder(identity.Resource())
                .AddSource(Sources)
                .AddProcessor(new SpanAllowList())
                .AddOtlpExporter());
            sdk.WithMetrics(metrics => metrics
                .SetResourceBuilder(identity.Resource())
                .AddMeter(MetricsPage.Meters)
                .AddView("*", new MetricStreamConfiguration { TagKeys = [.. AllowList.MetricLabels], CardinalityLimit = SeriesTable.Most })
                .AddOtlpExporter());
        });
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => _sdk is null
        ? Task.CompletedTask
        : Task.WhenAll(
            Aside(() => _sdk.TracerProvider.Shutdown(FarewellMilliseconds)),
            Aside(() => _sdk.MeterProvider.Shutdown(FarewellMilliseconds)),
            Aside(() => services.GetService<LoggerProvider>()?.Shutdown(FarewellMilliseconds)));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _carrier?.Dispose();
        _sdk?.Dispose();
    }

    // Each waits on its thread; three of the pool's would be more than a small machine has.
    private static Task Aside(Action farewell) => Task.Factory.StartNew(farewell, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // With no collector the spans still run, unrecorded, so that one trace id goes from the request to the last log line.
    private void CarryTraces()
    {
        _carrier = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "MassTransit" or TiltasActivity.SourceName
                || source.Name.StartsWith("Tiltas.", StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(_carrier);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Setting} is not an http or https address; nothing is exported")]
        public static partial void BadEndpoint(ILogger logger, string setting);
    }
}
