using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Tiltas.TestKit;

/// <summary>A span as it came over the wire, with the service that sent it.</summary>
public sealed record SpanRecord
{
    /// <summary>The process it ran in.</summary>
    public required string Service { get; init; }

    /// <summary>Which trace, in hex.</summary>
    public required string TraceId { get; init; }

    /// <summary>Its own id, in hex.</summary>
    public required string Id { get; init; }

    /// <summary>The span it is part of; empty for the first of a trace.</summary>
    public required string ParentId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>1 internal, 2 server, 3 client, 4 producer, 5 consumer.</summary>
    public required int Kind { get; init; }

    /// <summary>What it says of itself.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>The names of its events, each with the names of what they carry.</summary>
    public required IReadOnlyList<(string Name, IReadOnlyCollection<string> Attributes)> Events { get; init; }

    /// <summary>Spans elsewhere that led to it.</summary>
    public required IReadOnlyList<(string TraceId, string Id)> Links { get; init; }
}

/// <summary>Takes in OTLP over HTTP, as any collector would, and keeps the bytes.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public string Address => _app.Urls.Single();

    /// <summary>False: what comes is taken and forgotten, so that a long run does not fill the memory.</summary>
    public bool Keeps { get; set; } = true;

    /// <summary>What came for one signal.</summary>
    public IEnumerable<byte[]> Traces => Bodies("/v1/traces");

    /// <inheritdoc cref="Traces"/>
    public IEnumerable<byte[]> Metrics => Bodies("/v1/metrics");

    /// <inheritdoc cref="Traces"/>
    public IEnumerable<byte[]> Logs => Bodies("/v1/logs");

    /// <summary>Settings of a service that exports here.</summary>
    public (string Key, string Value)[] Settings => [("OTEL_EXPORTER_OTLP_ENDPOINT", Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

    /// <summary>Starts one on a free port.</summary>
    public static async Task<OtlpReceiver> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(receiver.Take);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Spans as messages of the wire.</summary>
    public IEnumerable<Wire> Spans() =>
        from body in Traces
        from resource in Wire.Of(body).All(1)
        from scope in resource.All(2)
        from span in scope.All(2)
        select span;

    /// <summary>Spans, read.</summary>
    public IEnumerable<SpanRecord> SpanRecords() =>
        from body in Traces
        from resource in Wire.Of(body).All(1)
        let service = resource.All(1).Single().Attributes(1)["service.name"]
        from scope in resource.All(2)
        from span in scope.All(2)
        select new SpanRecord
        {
            Service = service, TraceId = span.Hex(1), Id = span.Hex(2), ParentId = span.Hex(4), Name = span.Text(5), Kind = (int)span.Number(6),
            Attributes = span.Attributes(9),
            Events = [.. span.All(11).Select(one => (one.Text(2), (IReadOnlyCollection<string>)one.Attributes(3).Keys))],
            Links = [.. span.All(13).Select(one => (one.Hex(1), one.Hex(2)))],
        };

    /// <summary>Log records as messages of the wire.</summary>
    public IEnumerable<Wire> LogRecords() =>
        from body in Logs
        from resource in Wire.Of(body).All(1)
        from scope in resource.All(2)
        from record in scope.All(2)
        select record;

    /// <summary>True when any message holds this text.</summary>
    public bool Holds(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return _received.Any(message => message.Body.AsSpan().IndexOf(bytes) >= 0);
    }

    /// <summary>Lets go of all that came so far.</summary>
    public void Forget() => _received.Clear();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (Keeps) _received.Enqueue((context.Request.Path, body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    private IEnumerable<byte[]> Bodies(string path) => _received.Where(message => message.Path == path).Select(message => message.Body);
}
