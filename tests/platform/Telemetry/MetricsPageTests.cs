using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tiltas.Hosting.Telemetry;
using Tiltas.TestKit;

namespace Tiltas.Platform.Tests.Telemetry;

public sealed class MetricsPageTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instruments_OfEveryKind_ReadAsTheConventionNamesThem()
    {
        await using var service = await RunningService.Start();
        var meter = MeterOf(service);
        meter.CreateCounter<long>("tiltas.trial.sent", "{message}", "Messages sent.").Add(3, Tag("tiltas.queue", "a"));
        meter.CreateCounter<double>("tiltas.trial.wait.total", "s", "Time waited.").Add(1.5);
        meter.CreateUpDownCounter<int>("tiltas.trial.open", null, "Open now.").Add(-2);
        meter.CreateGauge<double>("tiltas.trial.used", "1", "Share in use.").Record(0.25);
        meter.CreateObservableGauge("tiltas.trial.age", () => 4.5, "s", "Age of the oldest.");
        meter.CreateObservableCounter("tiltas.trial.read", () => new Measurement<long>[] { new(5, Tag("name", "x")), new(6, Tag("name", "y")) }, "By", "Bytes read.");
        meter.CreateHistogram<long>("tiltas.trial.rate", "By/s", "Rate.").Record(5_000);
        var page = await Page(service);
        await Page(service);

        Assert.Equal(3, page["tiltas_trial_sent_total{tiltas_queue=\"a\"}"]);
        Assert.Equal(1.5, page["tiltas_trial_wait_seconds_total"]);
        Assert.Equal(-2, page["tiltas_trial_open"]);
        Assert.Equal(0.25, page["tiltas_trial_used_ratio"]);
        Assert.Equal(4.5, page["tiltas_trial_age_seconds"]);
        // Two series that differ only in a label that may not leave are one series.
        Assert.Equal(11, page["tiltas_trial_read_bytes_total"]);
        Assert.Equal(5_000, page["tiltas_trial_rate_bytes_per_second_sum"]);
        Assert.Equal(["counter", "gauge", "histogram"],
            new[] { "tiltas_trial_sent_total", "tiltas_trial_open", "tiltas_trial_rate_bytes_per_second" }.Select(name => page.Types[name]));
        Assert.Equal(11, (await Page(service))["tiltas_trial_read_bytes_total"]);
        Assert.Contains(page.Samples, sample => sample.Key.StartsWith("target_info{service_instance_id=", StringComparison.Ordinal) && sample.Value == 1);
    }

    [Fact]
    public async Task Histogram_RecordedFromManyThreads_AddsUp()
    {
        await using var service = await RunningService.Start();
        var histogram = MeterOf(service).CreateHistogram("tiltas.trial.took", "s", "Time taken.",
            tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2] });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++) histogram.Record(i % 4 * 0.75, Tag("tiltas.outcome", "done"));
        }, Cancelled)));
        histogram.Record(double.NaN, Tag("tiltas.outcome", "done"));
        var page = await Page(service);

        Assert.Equal(10_000, page["tiltas_trial_took_seconds_bucket{tiltas_outcome=\"done\",le=\"0.5\"}"]);
        Assert.Equal(20_000, page["tiltas_trial_took_seconds_bucket{tiltas_outcome=\"done\",le=\"1\"}"]);
        Assert.Equal(30_000, page["tiltas_trial_took_seconds_bucket{tiltas_outcome=\"done\",le=\"2\"}"]);
        Assert.Equal(40_000, page["tiltas_trial_took_seconds_bucket{tiltas_outcome=\"done\",le=\"+Inf\"}"]);
        Assert.Equal(40_000, page["tiltas_trial_took_seconds_count{tiltas_outcome=\"done\"}"]);
        Assert.Equal(45_000, page["tiltas_trial_took_seconds_sum{tiltas_outcome=\"done\"}"]);
    }

    [Fact]
    public async Task Labels_PastTheLimit_FallTogetherAndNothingIsLost()
    {
        await using var service = await RunningService.Start();
        var counter = MeterOf(service).CreateCounter<long>("tiltas.trial.many", null, "Many.");
        for (var i = 0; i < 5_000; i++)
        {
            counter.Add(1, Tag("tiltas.queue", $"q{i}"));
            counter.Add(1, Tag("tiltas.queue", $"q{i}"), Tag("name", $"n{i}"));
        }
        var mine = (await Page(service)).Samples.Where(sample => sample.Key.StartsWith("tiltas_trial_many", StringComparison.Ordinal)).ToList();

        Assert.Equal(2_000, mine.Count);
        Assert.Equal(10_000, mine.Sum(sample => sample.Value));
        Assert.Equal(2 * (5_000 - 1_999), mine.Single(sample => sample.Key == "tiltas_trial_many_total{otel_metric_overflow=\"true\"}").Value);
    }

    [Fact]
    public async Task Tags_InAnotherOrderOrHardToPrint_FindTheSameSeries()
    {
        await using var service = await RunningService.Start();
        var counter = MeterOf(service).CreateCounter<long>("tiltas.trial.order", null, "A \\ back\nslash.");
        counter.Add(1, Tag("tiltas.queue", "a\"b\\c\nd"), Tag("tiltas.code", 7));
        counter.Add(1, Tag("tiltas.code", 7), Tag("tiltas.queue", "a\"b\\c\nd"));
        var page = await Page(service);

        Assert.Equal(2, page["tiltas_trial_order_total{tiltas_code=\"7\",tiltas_queue=\"a\\\"b\\\\c d\"}"]);
        Assert.Equal("A \\\\ back\\nslash.", page.Helps["tiltas_trial_order_total"]);
    }

    [Fact]
    public async Task Recording_WithKnownTags_AllocatesNothing()
    {
        await using var service = await RunningService.Start();
        var meter = MeterOf(service);
        var counter = meter.CreateCounter<long>("tiltas.trial.cheap", null, "Cheap.");
        var histogram = meter.CreateHistogram<double>("tiltas.trial.cheap.took", "s", "Cheap.");
        var before = 0L;
        for (var i = 0; i < 20_000; i++)
        {
            if (i == 10_000) before = GC.GetAllocatedBytesForCurrentThread();
            counter.Add(1, Tag("tiltas.queue", "a"), Tag("tiltas.outcome", "done"));
            histogram.Record(0.1, Tag("tiltas.queue", "a"));
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(20_000, (await Page(service))["tiltas_trial_cheap_total{tiltas_outcome=\"done\",tiltas_queue=\"a\"}"]);
    }

    [Fact]
    public async Task Meters_NotOnTheList_AreNotHeard()
    {
        await using var service = await RunningService.Start(map: app => app.MapGet("/v1/x/{id}", (string id) => id));
        using var other = new Meter("Other");
        other.CreateCounter<int>("other.figure").Add(1);
        await service.Api.GetStringAsync("/v1/x/Kanarele?name=Kanarele", Cancelled);
        // The figure of a request is written after its answer has gone out.
        Exposition page;
        do page = await Page(service);
        while (!page.Types.ContainsKey("http_server_request_duration_seconds"));

        Assert.DoesNotContain(page.Samples, sample => sample.Key.Contains("other_figure") || sample.Key.Contains("Kanarele"));
        Assert.Contains(page.Samples, sample => sample.Key.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal)
            && sample.Key.Contains("http_route=\"/v1/x/{id}\""));
        Assert.Contains(page.Samples, sample => sample.Key.StartsWith("dotnet_gc_collections_total{", StringComparison.Ordinal));
        Assert.Contains(page.Types, type => type is { Key: "kestrel_active_connections", Value: "gauge" });
    }

    [Fact]
    public void LabelNames_WrittenForPrometheus_StayApart()
    {
        var written = AllowList.MetricLabels.Select(label => label.Replace('.', '_')).ToList();
        Assert.Equal(written.Count, written.Distinct().Count());
    }

    [Fact]
    public async Task Page_CheckedByPromtool_IsWellFormed()
    {
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(promtool is not null, "promtool is not on PATH");
        await using var service = await RunningService.Start(map: app => app.MapGet("/v1/x", () => "x"));
        MeterOf(service).CreateHistogram<double>("tiltas.trial.took", "s", "Time taken.").Record(1, Tag("tiltas.queue", "\"\\\n"));
        await service.Api.GetStringAsync("/v1/x", Cancelled);
        var text = await service.Inside.GetStringAsync("/metrics", Cancelled);

        using var check = Process.Start(new ProcessStartInfo(promtool!, ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await check.StandardInput.WriteAsync(text);
        check.StandardInput.Close();
        var said = await check.StandardError.ReadToEndAsync(Cancelled) + await check.StandardOutput.ReadToEndAsync(Cancelled);
        await check.WaitForExitAsync(Cancelled);
        // 3 is a remark on style; the runtime's own names draw some, ours must not.
        Assert.True(check.ExitCode is 0 or 3, said);
        Assert.DoesNotContain("tiltas", said);
    }

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);

    private static Meter MeterOf(RunningService service) =>
        service.Services.GetRequiredService<IMeterFactory>().Create(new MeterOptions("Tiltas.Trial"));

    private static async Task<Exposition> Page(RunningService service)
    {
        using var answer = await service.Inside.GetAsync("/metrics", Cancelled);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        return Exposition.Parse(await answer.Content.ReadAsStringAsync(Cancelled));
    }
}
