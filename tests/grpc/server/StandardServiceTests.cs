using System.Diagnostics;
using System.Diagnostics.Metrics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1;
using Grpc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Tiltas.Grpc.Interop;
using Serving = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Tiltas.Grpc.Tests;

/// <summary>Health, reflection, spans and durations.</summary>
public sealed class StandardServiceTests : IAsyncLifetime
{
    private InteropHost host = null!;
    private GrpcChannel channel = null!;

    public async ValueTask InitializeAsync()
    {
        host = await InteropHost.Start(new() { Port = 0 });
        channel = GrpcChannel.ForAddress(host.Address);
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Health_TellsWhatItWasTold()
    {
        var client = new Health.HealthClient(channel);
        var statuses = host.Services.GetRequiredService<HealthStatuses>();
        Assert.Equal(Serving.Serving, (await client.CheckAsync(new())).Status);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () => await client.CheckAsync(new() { Service = "some" }));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var watch = client.Watch(new() { Service = "some" }, cancellationToken: stop.Token);
        foreach (var (set, wanted) in new (bool?, Serving)[] { (null, Serving.ServiceUnknown), (true, Serving.Serving), (false, Serving.NotServing) })
        {
            if (set is { } serving) statuses.Set("some", serving);
            Assert.True(await watch.ResponseStream.MoveNext(stop.Token));
            Assert.Equal(wanted, watch.ResponseStream.Current.Status);
        }
        Assert.Equal(Serving.NotServing, (await client.CheckAsync(new() { Service = "some" })).Status);
    }

    [Fact]
    public async Task Reflection_GivesFilesFromWhichTheServiceCanBeRebuilt()
    {
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        async Task<ServerReflectionResponse> Ask(ServerReflectionRequest request)
        {
            await call.RequestStream.WriteAsync(request);
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            return call.ResponseStream.Current;
        }
        var services = (await Ask(new() { ListServices = "" })).ListServicesResponse.Service.Select(service => service.Name);
        Assert.Equal(["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "grpc.testing.TestService"], services);
        List<ByteString> known = [];
        foreach (var symbol in new[] { "grpc.testing.TestService", "grpc.testing.TestService.UnaryCall", "grpc.testing.Payload", "grpc.testing.Payload.body", "grpc.testing.PayloadType" })
        {
            var files = (await Ask(new() { FileContainingSymbol = symbol })).FileDescriptorResponse.FileDescriptorProto;
            // What was sent before is not sent again, but for the file that is asked for.
            Assert.Equal(known.Count == 0 ? 3 : 1, files.Count);
            if (known.Count == 0) known.AddRange(files.Reverse());
            var rebuilt = FileDescriptor.BuildFromByteStrings(known);
            Assert.Equal(symbol.StartsWith("grpc.testing.TestService", StringComparison.Ordinal) ? "grpc/testing/test.proto" : "grpc/testing/messages.proto",
                FileDescriptorProto.Parser.ParseFrom(files[0]).Name);
            Assert.Equal(3, rebuilt.Count);
        }
        Assert.Single((await Ask(new() { FileByFilename = "grpc/testing/empty.proto" })).FileDescriptorResponse.FileDescriptorProto);
        Assert.Equal((int)StatusCode.NotFound, (await Ask(new() { FileContainingSymbol = "no.such.Name" })).ErrorResponse.ErrorCode);
        Assert.Equal((int)StatusCode.InvalidArgument, (await Ask(new())).ErrorResponse.ErrorCode);
    }

    [Theory]
    [InlineData("", 1001)]
    [InlineData("grpc.testing.Payload", 1000)]
    public async Task Reflection_AskedWithoutEnd_Ends(string symbol, int atMost)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: stop.Token);
        var asked = 0;
        long received = 0;
        var end = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                asked++;
                await call.RequestStream.WriteAsync(symbol.Length == 0 ? new() { ListServices = "" } : new() { FileContainingSymbol = symbol }, stop.Token);
                if (!await call.ResponseStream.MoveNext(stop.Token)) return;
                received += call.ResponseStream.Current.CalculateSize();
            }
        });
        Assert.Equal(StatusCode.ResourceExhausted, end.StatusCode);
        Assert.InRange(asked, 2, atMost);
        Assert.InRange(received, 1, 2 << 20);
    }

    [Fact]
    public async Task Reflection_AnswersItsOlderVersionAlike()
    {
        using var call = new global::Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new() { FileContainingSymbol = "grpc.testing.TestService" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(3, call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto.Count);
    }

    [Fact]
    public async Task EachCall_HasASpanAndADuration_WithTheNamesOfTheConvention()
    {
        List<(string Method, string Code)> spans = [], durations = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Tiltas.Grpc.Server",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (spans) spans.Add((activity.DisplayName, (string)activity.GetTagItem("rpc.response.status_code")!));
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var meters = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Name == "rpc.server.call.duration") self.EnableMeasurementEvents(instrument); } };
        meters.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var named = tags.ToArray().ToDictionary(tag => tag.Key, tag => (string)tag.Value!);
            Assert.Equal("grpc", named["rpc.system.name"]);
            lock (durations) durations.Add((named["rpc.method"], named["rpc.response.status_code"]));
        });
        meters.Start();
        var client = new TestService.TestServiceClient(channel);
        await client.EmptyCallAsync(new());
        await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryCallAsync(new() { ResponseStatus = new() { Code = (int)StatusCode.NotFound } }));
        (string, string)[] wanted = [("grpc.testing.TestService/EmptyCall", "OK"), ("grpc.testing.TestService/UnaryCall", "NOT_FOUND")];
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (durations.Count < 2 || spans.Count < 2) await Task.Delay(5, stop.Token);
        Assert.Equal(wanted, spans);
        Assert.Equal(wanted, durations);
    }
}
