namespace Grpc.Core;

/// <summary>A call with one request and many responses.</summary>
public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
{
    private readonly IAsyncStreamReader<TResponse> responses;
    private readonly CallParts parts;

    /// <summary>From its parts.</summary>
    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream, Task<Metadata> responseHeadersAsync, Func<Status> getStatusFunc, Func<Metadata> getTrailersFunc, Action disposeAction) =>
        (responses, parts) = (responseStream, CallParts.Of(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction));

    /// <summary>From its parts, which share a state.</summary>
    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream, Func<object, Task<Metadata>> responseHeadersAsync, Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc, Action<object> disposeAction, object state) =>
        (responses, parts) = (responseStream, new(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state));

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
