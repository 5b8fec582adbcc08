using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Tiltas.Grpc.Client.Tests.Kit;

namespace Tiltas.Grpc.Client.Tests;

/// <summary>Spans, measurements, trace context and interceptors. Alone, because listeners hear every channel of the process.</summary>
[Collection("alone")]
public sealed class TelemetryTests
{
    private static Task<RawServer> Echo() => RawServer.StartAsync(async http =>
    {
        var message = (await http.Receive())!.Value.Message;
        if (message == "fail")
        {
            http.Grpc().End(StatusCode.NotFound);
            return;
        }

        await http.Grpc().Send(Raw.Frame($"{http.Request.Headers.TraceParent}|{http.Request.Headers["x-order"]}"));
        http.End(StatusCode.OK);
    });

    [Fact]
    public async Task Span_IsNamedAndCarriedOn()
    {
        var stopped = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Grpc.Net.Client" or "test",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await Echo();
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var source = new ActivitySource("test");
        using var outer = source.StartActivity("outer")!;
        var answer = await channel.Unary("hello");
        Assert.Same(outer, Activity.Current);
        var span = Assert.Single(stopped);
        Assert.Equal("test.Texts/Unary", span.DisplayName);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal(outer.SpanId, span.ParentSpanId);
        Assert.Equal(span.Id, answer.Split('|')[0]);
        Assert.Equal("grpc", span.GetTagItem("rpc.system.name"));
        Assert.Equal("test.Texts/Unary", span.GetTagItem("rpc.method"));
        Assert.Equal("OK", span.GetTagItem("rpc.response.status_code"));
        Assert.Equal("localhost", span.GetTagItem("server.address"));
        Assert.Equal(new Uri(server.Address).Port, span.GetTagItem("server.port"));

        await channel.Unary("fail").ResponseAsync.StatusOf();
        var failed = stopped.Last();
        Assert.Equal(("NOT_FOUND", "NOT_FOUND", ActivityStatusCode.Error), (failed.GetTagItem("rpc.response.status_code"), failed.GetTagItem("error.type"), failed.Status));
    }

    [Fact]
    public async Task WithoutListeners_TheCallersTraceIsCarriedOn()
    {
        await using var server = await Echo();
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var outer = new Activity("outer").SetIdFormat(ActivityIdFormat.W3C).Start();
        Assert.StartsWith(outer.Id!, await channel.Unary("hello"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duration_IsMeasuredOnceACall_InSeconds()
    {
        var measured = new ConcurrentQueue<(double Value, Dictionary<string, object?> Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Name: "rpc.client.call.duration", Unit: "s", Meter.Name: "Grpc.Net.Client" }) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => measured.Enqueue((value, tags.ToArray().ToDictionary())));
        listener.Start();
        var (time, go) = (new ManualTime(), new TaskCompletionSource());
        await using var server = await RawServer.StartAsync(async http =>
        {
            await go.Task;
            await http.Grpc().Send(Raw.Frame("done"));
            http.End(StatusCode.OK);
        });
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions().UseTime(time));
        var call = channel.Unary();
        time.Advance(TimeSpan.FromSeconds(3));
        go.SetResult();
        await call;
        call.Dispose();
        var (value, tags) = Assert.Single(measured);
        Assert.Equal(3, value, 3);
        Assert.Equal(("grpc", "test.Texts/Unary", "OK", false), (tags["rpc.system.name"], tags["rpc.method"], tags["rpc.response.status_code"], tags.ContainsKey("error.type")));
    }

    [Fact]
    public async Task Interceptors_WrapEachOther_OutermostFirst()
    {
        await using var server = await Echo();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var invoker = channel.Intercept(new Order("a"), new Order("b")).Intercept(headers =>
        {
            headers.Add("x-order", "c");
            return headers;
        });
        var answer = await invoker.AsyncUnaryCall(Texts.One, null, new(headers: []), "hello");
        Assert.Equal("c,a,b", answer.Split('|')[1].Replace(" ", "", StringComparison.Ordinal));
    }

    private sealed class Order(string name) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            context.Options.Headers!.Add("x-order", name);
            return continuation(request, context);
        }
    }
}
