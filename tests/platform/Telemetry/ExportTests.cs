using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tiltas.Hosting.Telemetry;
using Tiltas.TestKit;

namespace Tiltas.Platform.Tests.Telemetry;

public sealed partial class ExportTests
{
    // Planted wherever a caller or a database could put a person's words.
    private const string Canary = "Kanarele";

    private static readonly ActivitySource Database = new("Npgsql");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_PlantedEverywhere_LeavesNoCanaryWithTheCollector()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var service = await RunningService.Start(map: app => app.MapPost("/v1/referrals/{id}", Planted), settings: collector.Settings);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/referrals/{Canary}-path?name={Canary}-query");
        request.Headers.TryAddWithoutValidation("User-Agent", Canary + "-agent");
        request.Headers.TryAddWithoutValidation("baggage", $"name={Canary}-baggage");
        request.Headers.TryAddWithoutValidation("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.TryAddWithoutValidation("tracestate", $"x={Canary}-state");
        request.Headers.TryAddWithoutValidation("X-Name", Canary + "-header");
        using var answer = await service.Api.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        using var odd = await service.Api.SendAsync(new HttpRequestMessage(new HttpMethod("KANARELE"), "/v1/none"), Cancelled);
        await service.Stop();

        Assert.NotEmpty(collector.Traces);
        Assert.NotEmpty(collector.Metrics);
        Assert.NotEmpty(collector.Logs);
        Assert.False(collector.Holds(Canary));
        Assert.False(collector.Holds("KANARELE"));

        var server = collector.Spans().Single(span => span.Number(6) == 2 && span.Text(5).StartsWith("POST", StringComparison.Ordinal));
        Assert.Equal("POST /v1/referrals/{id}", server.Text(5));
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", server.Hex(1));
        var attributes = server.Attributes(9);
        Assert.Equal("POST", attributes["http.request.method"]);
        Assert.Equal("/v1/referrals/{id}", attributes["http.route"]);
        Assert.Equal("500", attributes["http.response.status_code"]);
        Assert.Equal("http", attributes["url.scheme"]);
        Assert.Equal("1.1", attributes["network.protocol.version"]);
        Assert.Equal("System.InvalidOperationException", attributes["error.type"]);
        Assert.Equal(2ul, server.All(15).Single().Number(3));
        Assert.Empty(server.All(15).Single().Text(2));

        var query = collector.Spans().Single(span => span.Text(5) == "postgresql");
        Assert.Equal(server.Hex(1), query.Hex(1));
        Assert.Equal("referral", query.Attributes(9)["db.namespace"]);
        var happened = query.All(11).Single();
        Assert.Equal("exception", happened.Text(2));
        Assert.Equal("Npgsql.PostgresException", Assert.Single(happened.Attributes(3)).Value);

        // The export's own calls make no spans; the one outgoing call of the handler makes one.
        Assert.Single(collector.Spans(), span => span.Number(6) == 3 && span.Text(5) == "GET");
    }

    [Fact]
    public async Task Log_WithAllowedAndOtherFields_CarriesTemplateAndAllowedOnes()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var service = await RunningService.Start(settings: collector.Settings);
        var logger = service.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Trial");
        Log.Planted(logger, 7, Canary, new InvalidOperationException(Canary, new FormatException(Canary)));
        logger.Log(LogLevel.Warning, default, Canary, null, (state, _) => state);
        await service.Stop();

        Assert.False(collector.Holds(Canary));
        var record = collector.LogRecords().Single(one => one.All(5).Single().Text(1) == "Took {Count} from {Name}");
        var attributes = record.Attributes(6);
        Assert.Equal("7", attributes["Count"]);
        Assert.DoesNotContain("Name", attributes.Keys);
        Assert.Equal("System.InvalidOperationException <- System.FormatException", attributes["exception.type"]);
        Assert.Single(collector.LogRecords(), one => one.All(5).Single().Text(1) == "∅");
    }

    [Fact]
    public async Task Resource_OfEverySignal_NamesServiceVersionAndInstance()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var service = await RunningService.Start(map: app => app.MapGet("/v1/x", () => "x"), settings: collector.Settings);
        await service.Api.GetStringAsync("/v1/x", Cancelled);
        Log.Planted(service.Services.GetRequiredService<ILogger<ExportTests>>(), 1, "", new FormatException());
        await service.Stop();

        foreach (var signal in (IEnumerable<byte[]>[])[collector.Traces, collector.Metrics, collector.Logs])
        {
            var resource = Wire.Of(signal.First()).All(1).First().All(1).Single().Attributes(1);
            Assert.Equal("trial", resource["service.name"]);
            Assert.NotEmpty(resource["service.version"]);
            Assert.Equal(7, Guid.Parse(resource["service.instance.id"]).Version);
        }
    }

    [Fact]
    public async Task Sampler_TurnedOffByVariable_SendsNoSpans()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var service = await RunningService.Start(
            map: app => app.MapGet("/v1/x", () => "x"), settings: [.. collector.Settings, ("OTEL_TRACES_SAMPLER", "always_off")]);
        await service.Api.GetStringAsync("/v1/x", Cancelled);
        await service.Stop();

        Assert.Empty(collector.Spans());
        Assert.NotEmpty(collector.Metrics);
    }

    [Fact]
    public async Task InsidePort_Scraped_MakesNoSpanAndNoRequestFigure()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var service = await RunningService.Start(settings: collector.Settings);
        await service.Inside.GetStringAsync("/health/live", Cancelled);
        var page = await service.Inside.GetStringAsync("/metrics", Cancelled);
        await service.Stop();

        Assert.DoesNotContain(collector.Spans(), span => span.Number(6) == 2);
        Assert.DoesNotContain("http_server_request_duration_seconds_count", page);
    }

    [Fact]
    public async Task Collector_ThatTakesAndNeverAnswers_HoldsUpNeitherRequestsNorStop()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var service = await RunningService.Start(
            map: app => app.MapGet("/v1/x", () => "x"),
            settings:
            [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{silent.LocalEndpoint}"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                ("OTEL_BSP_SCHEDULE_DELAY", "1"),
            ]);
        using var taken = silent.AcceptTcpClientAsync(Cancelled).AsTask();
        // Far more than the queue of 2 048 spans holds.
        for (var i = 0; i < 3_000; i++) Assert.Equal("x", await service.Api.GetStringAsync("/v1/x", Cancelled));
        using var connection = await taken;
        await service.Stop().WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not an address")]
    public async Task Endpoint_AbsentOrWrong_StillCarriesTheTrace(string endpoint)
    {
        await using var service = await RunningService.Start(
            map: app => app.MapGet("/v1/x", () =>
            {
                using var span = TiltasActivity.Start("work");
                return TiltasActivity.TraceParent;
            }),
            settings: [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/x");
        request.Headers.TryAddWithoutValidation("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var answer = await service.Api.SendAsync(request, Cancelled);
        var parent = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("0af7651916cd43dd8448eb211c80319c", parent);
        using var resumed = TiltasActivity.Resume("later", parent);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", resumed?.TraceId.ToHexString());
    }

    private static async Task<IResult> Planted(string id, HttpContext context, ILogger<ExportTests> logger)
    {
        Assert.Empty(Activity.Current!.Baggage);
        Activity.Current.SetTag("enduser.id", id).SetTag("url.query", context.Request.QueryString.Value).SetTag("client.address", Canary);
        using (var query = Database.StartActivity("SELECT " + Canary, ActivityKind.Client)!)
        {
            query.SetTag("db.namespace", "referral").SetTag("db.query.text", $"SELECT '{Canary}'").SetTag("db.query.parameter.0", Canary);
            query.AddTag("db.statement", Canary).AddTag("db.statement", Canary);
            query.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection
            {
                ["exception.type"] = "Npgsql.PostgresException",
                ["exception.message"] = $"Key (name)=({Canary}) already exists",
                ["exception.stacktrace"] = Canary,
            }));
            query.SetStatus(ActivityStatusCode.Error, Canary);
        }
        using (var own = TiltasActivity.Start("find?name=" + Canary)!) own.SetTag("name", Canary).AddException(new FormatException(Canary));
        using var client = new HttpClient();
        var self = $"http://127.0.0.1:{context.Connection.LocalPort}/v1/none/{Canary}?q={Canary}";
        using var _ = await client.GetAsync(new Uri(self), context.RequestAborted);
        Log.Planted(logger, 1, Canary, new InvalidOperationException(Canary));
        throw new InvalidOperationException(Canary);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Took {Count} from {Name}")]
        public static partial void Planted(ILogger logger, int count, string name, Exception exception);
    }
}
