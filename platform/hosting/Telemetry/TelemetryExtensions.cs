using System.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Tiltas.Hosting.Telemetry;

public static class TelemetryExtensions
{
    private const int WaitingLines = 4_096;

    /// <summary>
    /// Traces, metrics and logs of one service, all behind <see cref="AllowList"/>. Exports over OTLP when
    /// OTEL_EXPORTER_OTLP_ENDPOINT is set; the standard OTEL_ variables are honoured.
    /// </summary>
    public static TBuilder AddTelemetry<TBuilder>(this TBuilder builder, string serviceName) where TBuilder : IHostApplicationBuilder
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceName);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => ServiceIdentity.Of(serviceName, provider.GetRequiredService<TimeProvider>()));
        AddLines(builder);
        if (Otlp.IsOn(builder.Configuration)) Otlp.AddLogs(builder);

        DistributedContextPropagator.Current = new TraceParentOnly();
        services.Replace(ServiceDescriptor.Singleton(DistributedContextPropagator.Current));
        services.AddSingleton<IStartupFilter, HttpSpan>();
        services.AddMetrics();
        services.AddSingleton<MetricsPage>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsPage>());
        services.AddHostedService<Otlp>();
        return builder;
    }

    private static void AddLines(IHostApplicationBuilder builder)
    {
        // Lowest in rank, so that a setting from file or environment has the last word.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Warning",
                ["Logging:LogLevel:Npgsql"] = "Warning",
                ["Logging:LogLevel:Yarp"] = "Warning",
                ["Logging:LogLevel:System.Net.Http"] = "Warning",
                ["Logging:LogLevel:MassTransit"] = "Warning",
            },
        });
        // The default providers print finished messages, values and all.
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console =>
        {
            console.FormatterName = LineFormatter.FormatterName;
            console.MaxQueueLength = WaitingLines;
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        builder.Logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
    }
}
