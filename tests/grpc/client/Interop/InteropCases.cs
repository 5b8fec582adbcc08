using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;

namespace Tiltas.Grpc.Client.Tests.Interop;

/// <summary>The cases of gRPC's public interop-test-descriptions, under their public names, through generated stubs.</summary>
internal static class InteropCases
{
    private static readonly int[] Up = [27182, 8, 1828, 45904], Down = [31415, 9, 2653, 58979];

    public static readonly IReadOnlyDictionary<string, Func<TestService.TestServiceClient, Task>> All = new Dictionary<string, Func<TestService.TestServiceClient, Task>>
    {
        ["empty_unary"] = async client => Assert.Equal(new Empty(), await client.EmptyCallAsync(new())),
        ["large_unary"] = async client => Sizes([await client.UnaryCallAsync(Large())], 314159),
        ["client_compressed_unary"] = ClientCompressedUnary,
        ["server_compressed_unary"] = async client =>
        {
            foreach (var compressed in new[] { true, false })
                Sizes([await client.UnaryCallAsync(Large(r => r.ResponseCompressed = new() { Value = compressed }))], 314159);
        },
        ["client_streaming"] = ClientStreaming,
        ["client_compressed_streaming"] = ClientCompressedStreaming,
        ["server_streaming"] = async client =>
        {
            using var call = client.StreamingOutputCall(new() { ResponseParameters = { Down.Select(size => new ResponseParameters { Size = size }) } });
            Sizes(await Whole(call.ResponseStream), Down);
        },
        ["server_compressed_streaming"] = async client =>
        {
            using var call = client.StreamingOutputCall(new()
            {
                ResponseParameters = { new ResponseParameters { Compressed = new() { Value = true }, Size = 31415 }, new ResponseParameters { Compressed = new() { Value = false }, Size = 92653 } },
            });
            Sizes(await Whole(call.ResponseStream), 31415, 92653);
        },
        ["ping_pong"] = PingPong,
        ["empty_stream"] = async client =>
        {
            using var call = client.FullDuplexCall();
            await call.RequestStream.CompleteAsync();
            Assert.Empty(await Whole(call.ResponseStream));
        },
        ["custom_metadata"] = CustomMetadata,
        ["status_code_and_message"] = async client =>
        {
            await EndsWith(StatusCode.Unknown, "test status message", () => client.UnaryCallAsync(new() { ResponseStatus = new() { Code = 2, Message = "test status message" } }).ResponseAsync);
            using var call = client.FullDuplexCall();
            await call.RequestStream.WriteAsync(new() { ResponseStatus = new() { Code = 2, Message = "test status message" } });
            await call.RequestStream.CompleteAsync();
            await EndsWith(StatusCode.Unknown, "test status message", () => Whole(call.ResponseStream));
        },
        ["special_status_message"] = client =>
        {
            const string Message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
            return EndsWith(StatusCode.Unknown, Message, () => client.UnaryCallAsync(new() { ResponseStatus = new() { Code = 2, Message = Message } }).ResponseAsync);
        },
        ["unimplemented_method"] = client => EndsWith(StatusCode.Unimplemented, null, () => client.UnimplementedCallAsync(new()).ResponseAsync),
        ["cancel_after_begin"] = async client =>
        {
            using var stop = new CancellationTokenSource();
            using var call = client.StreamingInputCall(cancellationToken: stop.Token);
            await stop.CancelAsync();
            await EndsWith(StatusCode.Cancelled, null, () => call.ResponseAsync);
            Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        },
        ["cancel_after_first_response"] = async client =>
        {
            using var stop = new CancellationTokenSource();
            using var call = client.FullDuplexCall(cancellationToken: stop.Token);
            await call.RequestStream.WriteAsync(Turn(31415, 27182));
            Assert.True(await call.ResponseStream.MoveNext(default));
            await stop.CancelAsync();
            await EndsWith(StatusCode.Cancelled, null, () => call.ResponseStream.MoveNext(default));
        },
        ["timeout_on_sleeping_server"] = async client =>
        {
            using var call = client.FullDuplexCall(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(1));
            try
            {
                await call.RequestStream.WriteAsync(new() { Payload = Zeros(27182) });
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.DeadlineExceeded or StatusCode.Cancelled)
            {
                // The millisecond was over before the message left, by this clock or by the server's; how the call ended is read below.
            }

            await EndsWith(StatusCode.DeadlineExceeded, null, () => call.ResponseStream.MoveNext(default));
        },
    };

    public static async Task UnimplementedService(UnimplementedService.UnimplementedServiceClient client) =>
        await EndsWith(StatusCode.Unimplemented, null, () => client.UnimplementedCallAsync(new()).ResponseAsync);

    public static SimpleRequest Large(Action<SimpleRequest>? with = null)
    {
        var request = new SimpleRequest { ResponseSize = 314159, Payload = Zeros(271828) };
        with?.Invoke(request);
        return request;
    }

    private static async Task ClientCompressedUnary(TestService.TestServiceClient client)
    {
        var expects = Large(r => r.ExpectCompressed = new() { Value = true });
        await EndsWith(StatusCode.InvalidArgument, null, () => client.UnaryCallAsync(expects).ResponseAsync);
        foreach (var encoding in new[] { "gzip", "deflate" })
            Sizes([await client.UnaryCallAsync(expects, default(CallOptions).WithCompression(encoding))], 314159);
        Sizes([await client.UnaryCallAsync(Large(r => r.ExpectCompressed = new() { Value = false }))], 314159);
    }

    private static async Task ClientStreaming(TestService.TestServiceClient client)
    {
        using var call = client.StreamingInputCall();
        foreach (var size in Up) await call.RequestStream.WriteAsync(new() { Payload = Zeros(size) });
        await call.RequestStream.CompleteAsync();
        Assert.Equal(74922, (await call).AggregatedPayloadSize);
    }

    private static async Task ClientCompressedStreaming(TestService.TestServiceClient client)
    {
        static StreamingInputCallRequest Part(bool compressed, int size) => new() { ExpectCompressed = new() { Value = compressed }, Payload = Zeros(size) };
        using var probe = client.StreamingInputCall();
        await probe.RequestStream.WriteAsync(Part(true, 27182));
        await EndsWith(StatusCode.InvalidArgument, null, () => probe.ResponseAsync);

        using var call = client.StreamingInputCall(default(CallOptions).WithCompression("gzip"));
        await call.RequestStream.WriteAsync(Part(true, 27182));
        call.RequestStream.WriteOptions = new(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(Part(false, 45904));
        await call.RequestStream.CompleteAsync();
        Assert.Equal(73086, (await call).AggregatedPayloadSize);
    }

    private static async Task PingPong(TestService.TestServiceClient client)
    {
        using var call = client.FullDuplexCall();
        for (var turn = 0; turn < Up.Length; turn++)
        {
            await call.RequestStream.WriteAsync(Turn(Down[turn], Up[turn]));
            Assert.True(await call.ResponseStream.MoveNext(default));
            Sizes([call.ResponseStream.Current], Down[turn]);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private static async Task CustomMetadata(TestService.TestServiceClient client)
    {
        var metadata = new Metadata { { "x-grpc-test-echo-initial", "test_initial_metadata_value" }, { "x-grpc-test-echo-trailing-bin", [0xab, 0xab, 0xab] } };
        using var unary = client.UnaryCallAsync(Large(), metadata);
        Sizes([await unary], 314159);
        Echoes(await unary.ResponseHeadersAsync, unary.GetTrailers());

        using var duplex = client.FullDuplexCall(metadata);
        await duplex.RequestStream.WriteAsync(Turn(314159, 271828));
        await duplex.RequestStream.CompleteAsync();
        Sizes(await Whole(duplex.ResponseStream), 314159);
        Echoes(await duplex.ResponseHeadersAsync, duplex.GetTrailers());
    }

    private static void Echoes(Metadata headers, Metadata trailers)
    {
        Assert.Equal("test_initial_metadata_value", headers.GetValue("x-grpc-test-echo-initial"));
        Assert.Equal([0xab, 0xab, 0xab], trailers.GetValueBytes("x-grpc-test-echo-trailing-bin"));
    }

    private static StreamingOutputCallRequest Turn(int down, int up) => new() { ResponseParameters = { new ResponseParameters { Size = down } }, Payload = Zeros(up) };

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };

    private static void Sizes(IEnumerable<SimpleResponse> answers, params int[] sizes) => Sizes(answers.Select(a => a.Payload), sizes);

    private static void Sizes(IEnumerable<StreamingOutputCallResponse> answers, params int[] sizes) => Sizes(answers.Select(a => a.Payload), sizes);

    private static void Sizes(IEnumerable<Payload> payloads, int[] sizes)
    {
        var all = payloads.ToList();
        Assert.Equal(sizes, all.Select(p => p.Body.Length));
        Assert.All(all, p => Assert.False(p.Body.Span.ContainsAnyExcept((byte)0)));
    }

    private static async Task<List<StreamingOutputCallResponse>> Whole(IAsyncStreamReader<StreamingOutputCallResponse> stream)
    {
        var all = new List<StreamingOutputCallResponse>();
        await foreach (var one in stream.ReadAllAsync()) all.Add(one);
        return all;
    }

    private static async Task EndsWith(StatusCode code, string? message, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, failure.StatusCode);
        if (message is not null) Assert.Equal(message, failure.Status.Detail);
    }
}
