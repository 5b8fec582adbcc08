using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;
using Tiltas.Grpc.Server.Calls;

namespace Tiltas.Grpc.Interop;

/// <summary>The service of gRPC's public interop-test-descriptions.</summary>
internal sealed class TestServiceHost(TimeProvider time) : TestService.TestServiceBase
{
    private const string EchoHeader = "x-grpc-test-echo-initial";
    private const string EchoTrailer = "x-grpc-test-echo-trailing-bin";
    private const string WantsDetails = "x-test-status-details";
    private const string CompressThisCall = "grpc-internal-encoding-request";

    public override Task<Empty> EmptyCall(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        Expect(request.ExpectCompressed, context);
        await Headers(context, request.ResponseCompressed);
        EndWith(request.ResponseStatus, context);
        return new() { Payload = Zeros(request.ResponseSize) };
    }

    public override async Task StreamingOutputCall(StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await Headers(context, request.ResponseParameters.FirstOrDefault(one => one.Compressed is { Value: true })?.Compressed);
        await Answer(request, responseStream, context);
        EndWith(request.ResponseStatus, context);
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context)
    {
        await Headers(context, null);
        var sum = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            Expect(requestStream.Current.ExpectCompressed, context);
            sum += requestStream.Current.Payload?.Body.Length ?? 0;
        }
        return new() { AggregatedPayloadSize = sum };
    }

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await Headers(context, null);
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            EndWith(requestStream.Current.ResponseStatus, context);
            await Answer(requestStream.Current, responseStream, context);
        }
    }

    public override async Task HalfDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await Headers(context, null);
        List<StreamingOutputCallRequest> requests = [];
        while (await requestStream.MoveNext(context.CancellationToken)) requests.Add(requestStream.Current);
        foreach (var request in requests) await Answer(request, responseStream, context);
    }

    private static Payload Zeros(int size) =>
        new() { Body = size is >= 0 and <= 16 * 1024 * 1024 ? UnsafeByteOperations.UnsafeWrap(new byte[size]) : throw new RpcException(new(StatusCode.InvalidArgument, "No such size.")) };

    private static void Expect(BoolValue? compressed, ServerCallContext context)
    {
        if (compressed is not null && compressed.Value != ((ServerCall)context).LastWasCompressed)
            throw new RpcException(new(StatusCode.InvalidArgument, "The message's compression is not the expected one."));
    }

    private static async Task Headers(ServerCallContext context, BoolValue? compressed)
    {
        var headers = new Metadata();
        if (context.RequestHeaders.GetValue(EchoHeader) is { } echo) headers.Add(EchoHeader, echo);
        if (context.RequestHeaders.GetValueBytes(EchoTrailer) is { } trailer) context.ResponseTrailers.Add(EchoTrailer, trailer);
        if (compressed is { Value: true }) headers.Add(CompressThisCall, "gzip");
        if (headers.Count > 0) await context.WriteResponseHeadersAsync(headers);
    }

    private static void EndWith(EchoStatus? status, ServerCallContext context)
    {
        if (status is null) return;
        if (context.RequestHeaders.Get(WantsDetails) is null) throw new RpcException(new((StatusCode)status.Code, status.Message));
        throw RichErrors.Create((StatusCode)status.Code, status.Message,
            RichErrors.Fields(("response_status.code", "It asks for a failure.", "ASKED_FOR")),
            RichErrors.Reason("ASKED_FOR", "grpc.testing"),
            RichErrors.RetryAfter(TimeSpan.FromSeconds(1))).ToRpcException();
    }

    private async Task Answer(StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        foreach (var wanted in request.ResponseParameters)
        {
            if (wanted.IntervalUs > 0) await Task.Delay(TimeSpan.FromMicroseconds(wanted.IntervalUs), time, context.CancellationToken);
            responseStream.WriteOptions = new(wanted.Compressed is { Value: false } ? WriteFlags.NoCompress : 0);
            await responseStream.WriteAsync(new() { Payload = Zeros(wanted.Size) });
        }
    }
}
