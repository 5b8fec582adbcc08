using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>A call with many requests and one response; awaiting it gives the response.</summary>
public sealed class AsyncClientStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly IClientStreamWriter<TRequest> requests;
    private readonly Task<TResponse> response;
    private readonly CallParts parts;

    /// <summary>From its parts.</summary>
    public AsyncClientStreamingCall(
        IClientStreamWriter<TRequest> requestStream, Task<TResponse> responseAsync, Task<Metadata> responseHeadersAsync, Func<Status> getStatusFunc, Func<Metadata> getTrailersFunc, Action disposeAction) =>
        (requests, response, parts) = (requestStream, responseAsync, CallParts.Of(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction));

    /// <summary>From its parts, which share a state.</summary>
    public AsyncClientStreamingCall(
        IClientStreamWriter<TRequest> requestStream, Task<TResponse> responseAsync, Func<object, Task<Metadata>> responseHeadersAsync, Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc, Action<object> disposeAction, object state) =>
        (requests, response, parts) = (requestStream, responseAsync, new(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state));

    /// <summary>Where requests are written.</summary>
    public IClientStreamWriter<TRequest> RequestStream => requests;

    /// <summary>The response. <see cref="RpcException"/> when the call fails.</summary>
    public Task<TResponse> ResponseAsync => response;

    /// <summary>Awaits the response.</summary>
    public TaskAwaiter<TResponse> GetAwaiter() => response.GetAwaiter();

    /// <summary>Awaits the response.</summary>
    public ConfiguredTaskAwaitable<TResponse> ConfigureAwait(bool continueOnCapturedContext) => response.ConfigureAwait(continueOnCapturedContext);

    /// <summary>The response headers, once they are there.</summary>
    public Task<Metadata> ResponseHeadersAsync => parts.Headers;

    /// <summary>How it ended; only after the end.</summary>
    public Status GetStatus() => parts.Status;

    /// <summary>Metadata sent with the status; only after the end.</summary>
    public Metadata GetTrailers() => parts.Trailers;

    /// <summary>Gives the call up if it has not ended, and frees what it holds.</summary>
    public void Dispose() => parts.Dispose();
}
