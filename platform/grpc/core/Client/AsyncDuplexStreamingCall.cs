namespace Grpc.Core;

/// <summary>A call with many requests and many responses.</summary>
public sealed class AsyncDuplexStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly IClientStreamWriter<TRequest> requests;
    private readonly IAsyncStreamReader<TResponse> responses;
    private readonly CallParts parts;

    /// <summary>From its parts.</summary>
    public AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream, IAsyncStreamReader<TResponse> responseStream, Task<Metadata> responseHeadersAsync, Func<Status> getStatusFunc, Func<Metadata> getTrailersFunc, Action disposeAction) =>
        (requests, responses, parts) = (requestStream, responseStream, CallParts.Of(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction));

    /// <summary>From its parts, which share a state.</summary>
    public AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream, IAsyncStreamReader<TResponse> responseStream, Func<object, Task<Metadata>> responseHeadersAsync, Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc, Action<object> disposeAction, object state) =>
        (requests, responses, parts) = (requestStream, responseStream, new(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state));

    /// <summary>Where requests are written.</summary>
    public IClientStreamWriter<TRequest> RequestStream => requests;

    /// <summary>Where responses are read.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream => responses;

    /// <summary>The response headers, once they are there.</summary>
    public Task<Metadata> ResponseHeadersAsync => parts.Headers;

    /// <summary>How it ended; only after the end.</summary>
    public Status GetStatus() => parts.Status;

    /// <summary>Metadata sent with the status; only after the end.</summary>
    public Metadata GetTrailers() => parts.Trailers;

    /// <summary>Gives the call up if it has not ended, and frees what it holds.</summary>
    public void Dispose() => parts.Dispose();
}
