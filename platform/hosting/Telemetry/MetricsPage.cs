using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Tiltas.Hosting.Telemetry;

/// <summary>
/// The figures of this process in Prometheus text format 0.0.4, gathered by the runtime's own listener: a scrape needs no
/// collector between.
/// </summary>
internal sealed partial class MetricsPage : IHostedLifecycleService, IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly double[] Milliseconds =
        [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000];
    private static readonly double[] Bytes = [256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];
    private static readonly double[] Plain = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

    private readonly Lock _reading = new();
    private readonly Lock _naming = new();
    private readonly SortedDictionary<string, SeriesTable> _tables = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _ownMeters;
    private readonly ServiceIdentity _identity;
    private readonly ILogger<MetricsPage> _log;

    public MetricsPage(IMeterFactory ownMeters, ServiceIdentity identity, ILogger<MetricsPage> log)
    {
        (_ownMeters, _identity, _log) = (ownMeters, identity, log);
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => ((SeriesTable)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => ((SeriesTable)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((SeriesTable)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((SeriesTable)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => ((SeriesTable)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((SeriesTable)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => ((SeriesTable)state!).Record((double)value, tags));
    }

    /// <summary>The meters heard, here and over OTLP; a star stands for any ending.</summary>
    public static string[] Meters { get; } =
        [TiltasMeter.Name, "Tiltas.*", "Grpc.Net.Client", "Microsoft.AspNetCore.*", "System.Net.Http", "System.Runtime", "Npgsql", "MassTransit", "Yarp.*"];

    public string Read()
    {
        var page = new StringBuilder(32 * 1024);
        lock (_reading)
        {
            SeriesTable[] tables;
            lock (_naming) tables = [.. _tables.Values];
            foreach (var table in tables)
                if (table.Observed) table.Clear();
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException e)
            {
                Log.NotObserved(_log, e.InnerExceptions.Count, e.InnerExceptions[0]);
            }
            page.Append("# HELP target_info The process these figures come from.\n# TYPE target_info gauge\ntarget_info{service_instance_id=\"")
                .Append(PrometheusName.Label(_identity.Instance)).Append("\",service_name=\"").Append(PrometheusName.Label(_identity.Name))
                .Append("\",service_version=\"").Append(PrometheusName.Label(_identity.Version)).Append("\"} 1\n");
            lock (_naming) tables = [.. _tables.Values];
            foreach (var table in tables) table.Write(page);
        }
        return page.ToString();
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        // Two hosts in one process each have their own factory and hear their own figures.
        if (instrument.Meter.Scope is { } scope && scope != _ownMeters) return;
        if (!Array.Exists(Meters, pattern => Heard(pattern, instrument.Meter.Name)) || KindOf(instrument) is not { } kind) return;
        var name = PrometheusName.Of(instrument, kind);
        SeriesTable? table;
        lock (_naming)
        {
            if (!_tables.TryGetValue(name, out table))
            {
                var help = string.IsNullOrWhiteSpace(instrument.Description) ? $"Instrument {instrument.Name}." : instrument.Description;
                table = new SeriesTable(name, help, kind, instrument.IsObservable, kind is MetricKind.Histogram ? BoundsOf(instrument) : []);
                _tables.Add(name, table);
            }
        }
        if (table.Kind == kind && table.Observed == instrument.IsObservable) listener.EnableMeasurementEvents(instrument, table);
        else Log.NameTaken(_log, name);
    }

    private static bool Heard(string pattern, string meter) =>
        pattern.EndsWith(".*", StringComparison.Ordinal)
            ? meter.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
            : meter == pattern;

    private static MetricKind? KindOf(Instrument instrument)
    {
        for (var type = instrument.GetType(); type is not null; type = type.BaseType)
        {
            if (!type.IsGenericType) continue;
            var shape = type.GetGenericTypeDefinition();
            if (shape == typeof(Counter<>) || shape == typeof(ObservableCounter<>)) return MetricKind.Counter;
            if (shape == typeof(UpDownCounter<>) || shape == typeof(ObservableUpDownCounter<>)) return MetricKind.UpDown;
            if (shape == typeof(Gauge<>) || shape == typeof(ObservableGauge<>)) return MetricKind.Gauge;
            if (shape == typeof(Histogram<>)) return MetricKind.Histogram;
        }
        return null;
    }

    private static double[] BoundsOf(Instrument instrument)
    {
        var advised = instrument switch
        {
            Histogram<double> h => Doubles(h),
            Histogram<long> h => Doubles(h),
            Histogram<int> h => Doubles(h),
            Histogram<float> h => Doubles(h),
            Histogram<short> h => Doubles(h),
            Histogram<byte> h => Doubles(h),
            Histogram<decimal> h => Doubles(h),
            _ => null,
        };
        return advised ?? instrument.Unit switch
        {
            "s" => [.. TiltasMeter.Seconds],
            "ms" => Milliseconds,
            "By" => Bytes,
            _ => Plain,
        };
    }

    private static double[]? Doubles<T>(Histogram<T> histogram) where T : struct, IConvertible =>
        histogram.Advice?.HistogramBucketBoundaries is { } bounds
            ? [.. bounds.Select(bound => bound.ToDouble(null)).Distinct().Order()]
            : null;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} observable instruments failed to answer")]
        public static partial void NotObserved(ILogger logger, int count, Exception first);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Metric {Metric} is defined twice with different kinds; the second is not shown")]
        public static partial void NameTaken(ILogger logger, string metric);
    }
}
