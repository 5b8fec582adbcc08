using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Tiltas.Platform.Tests.Telemetry;

/// <summary>Takes in OTLP over HTTP, as any collector would, and keeps the bytes.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    private Collector(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public IEnumerable<byte[]> Traces => Bodies("/v1/traces");

    public IEnumerable<byte[]> Metrics => Bodies("/v1/metrics");

    public IEnumerable<byte[]> Logs => Bodies("/v1/logs");

    /// <summary>Settings of a service that exports here.</summary>
    public (string, string)[] Settings => [("OTEL_EXPORTER_OTLP_ENDPOINT", Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

    public static async Task<Collector> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var collector = new Collector(builder.Build());
        collector._app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            collector._received.Enqueue((context.Request.Path, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
        await collector._app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public IEnumerable<Wire> Spans() =>
        from body in Traces
        from resource in Wire.Of(body).All(1)
        from scope in resource.All(2)
        from span in scope.All(2)
        select span;

    public IEnumerable<Wire> LogRecords() =>
        from body in Logs
        from resource in Wire.Of(body).All(1)
        from scope in resource.All(2)
        from record in scope.All(2)
        select record;

    public bool Holds(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return _received.Any(message => message.Body.AsSpan().IndexOf(bytes) >= 0);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IEnumerable<byte[]> Bodies(string path) => _received.Where(message => message.Path == path).Select(message => message.Body);
}
