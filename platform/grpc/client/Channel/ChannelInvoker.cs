using Grpc.Core;
using Grpc.Net.Client.Calls;

namespace Grpc.Net.Client;

/// <summary>Starts calls on a channel. Each call keeps its own state; this has none.</summary>
internal sealed class ChannelInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = AsyncUnaryCall(method, host, options, request);
        return call.ResponseAsync.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, host, options);
        var response = call.StartSingleResponse(call.Serialize(request));
        return new(response, HeadersOf, StatusOf, TrailersOf, Dispose, call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, host, options);
        var responses = call.StartResponseStream(call.Serialize(request));
        return new(responses, HeadersOf, StatusOf, TrailersOf, Dispose, call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, host, options);
        var content = new MessageStream();
        var response = call.StartSingleResponse(content);
        return new(new RequestWriter<TRequest, TResponse>(call, content), response, HeadersOf, StatusOf, TrailersOf, Dispose, call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, host, options);
        var content = new MessageStream();
        var responses = call.StartResponseStream(content);
        return new(new RequestWriter<TRequest, TResponse>(call, content), responses, HeadersOf, StatusOf, TrailersOf, Dispose, call);
    }

    private static readonly Func<object, Task<Metadata>> HeadersOf = static call => ((ClientCall)call).ResponseHeaders;
    private static readonly Func<object, Status> StatusOf = static call => ((ClientCall)call).Ended("status").Status;
    private static readonly Func<object, Metadata> TrailersOf = static call => ((ClientCall)call).Ended("trailers").Trailers;
    private static readonly Action<object> Dispose = static call => ((ClientCall)call).Dispose();
}
