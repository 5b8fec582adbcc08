using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client.Calls;
using Grpc.Net.Client.Retry;
using Grpc.Net.Compression;
using Tiltas.Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>
/// Calls to one address over HTTP/2. Connections are made when the first call needs one and shared by all calls; keep a channel for as long
/// as the address is used. Safe for any number of threads.
/// </summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly ConcurrentDictionary<IMethod, MethodFacts> _methods = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<ClientCall> _open = [];
    private readonly Lock _gate = new();
    private readonly HttpMessageInvoker _invoker;
    private readonly bool _disposeInvoker;
    private readonly MethodPlans _plans;
    private readonly Uri _address;
    private bool _disposed;

    private GrpcChannel(Uri address, GrpcChannelOptions options) : base(address.Authority)
    {
        if (options is { HttpClient: not null, HttpHandler: not null }) throw new ArgumentException("Give the channel an HttpClient or an HttpHandler, not both.", nameof(options));
        _address = address;
        Time = options.Time;
        Random = options.Random;
        if (options.InitialReconnectBackoff <= TimeSpan.Zero || options.MaxReconnectBackoff <= TimeSpan.Zero) throw new ArgumentException("A pause between tries to connect is above zero.", nameof(options));
        (InitialReconnectBackoff, MaxReconnectBackoff) = (options.InitialReconnectBackoff, options.MaxReconnectBackoff ?? TimeSpan.MaxValue);
        MaxSendMessageSize = options.MaxSendMessageSize;
        MaxReceiveMessageSize = options.MaxReceiveMessageSize;
        ThrowOperationCanceled = options.ThrowOperationCanceledOnCancellation;
        _plans = new(options.ServiceConfig, options.MaxRetryAttempts ?? int.MaxValue);
        var credentials = CredentialParts.Of(options.Credentials);
        var tls = address.Scheme == Uri.UriSchemeHttps;
        if (credentials.Tls is { } wanted && wanted != tls)
            throw new InvalidOperationException($"The channel's credentials want {(wanted ? "https" : "http")}, its address is {address.Scheme}.");
        MayCarryCallCredentials = tls || options.UnsafeUseInsecureChannelCallCredentials;
        CallCredentials = credentials.ForCalls;
        if (CallCredentials.Length > 0 && !MayCarryCallCredentials) throw new InvalidOperationException(NeedsTls);

        var own = options is { HttpClient: null, HttpHandler: null };
        if (!own && (credentials.OwnTlsSettings || options.KeepAliveDelay is not null))
            throw new InvalidOperationException("Certificates and keep-alive are settings of the handler; this channel was given one of its own.");
        _invoker = options.HttpClient ?? new HttpMessageInvoker(options.HttpHandler ?? OwnHandler(options, credentials, tls), own || options.DisposeHttpClient);
        _disposeInvoker = own || options.HttpHandler is not null || options.DisposeHttpClient;
    }

    internal const string NeedsTls = "Call credentials are sent over TLS only, unless the channel has UnsafeUseInsecureChannelCallCredentials.";

    internal TimeProvider Time { get; }
    internal Func<double> Random { get; }
    internal TimeSpan InitialReconnectBackoff { get; }
    internal TimeSpan MaxReconnectBackoff { get; }
    internal int? MaxSendMessageSize { get; }
    internal int? MaxReceiveMessageSize { get; }
    internal bool ThrowOperationCanceled { get; }
    internal bool MayCarryCallCredentials { get; }
    internal AsyncAuthInterceptor[] CallCredentials { get; }
    internal int OpenCalls { get { lock (_gate) return _open.Count; } }
    internal RetryThrottle? Throttle => _plans.Throttle;

    /// <summary>A channel to an absolute http or https address without a path.</summary>
    public static GrpcChannel ForAddress(string address) => ForAddress(new Uri(address), new());

    /// <summary>A channel with settings.</summary>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    /// <summary>A channel to an absolute http or https address without a path.</summary>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new());

    /// <summary>A channel with settings. <see cref="ArgumentException"/> for an address of another kind.</summary>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")) throw new ArgumentException("The address of a channel is an absolute http or https address.", nameof(address));
        return new(address, channelOptions);
    }

    /// <inheritdoc />
    public override CallInvoker CreateCallInvoker() => new ChannelInvoker(this);

    /// <summary>Ends open calls with CANCELLED and closes the connections.</summary>
    public void Dispose()
    {
        ClientCall[] open;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            open = [.. _open];
        }

        foreach (var call in open) call.End(new(StatusCode.Cancelled, "The channel was disposed."), ending: Ending.Local);
        if (_disposeInvoker) _invoker.Dispose();
    }

    /// <inheritdoc />
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    internal static ICompressionProvider? Provider(string encoding) => Tiltas.Grpc.Wire.Compression.Standard.FirstOrDefault(p => p.EncodingName == encoding);

    internal MethodFacts FactsOf(IMethod method) => _methods.TryGetValue(method, out var known) ? known : _methods.GetOrAdd(method, Facts(method));

    internal void Opened(ClientCall call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _open.Add(call);
        }
    }

    internal void Closed(ClientCall call)
    {
        lock (_gate) _open.Remove(call);
    }

    // An HttpClient would read the whole answer before it returns unless told otherwise.
    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop) => _invoker is HttpClient client
        ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop)
        : _invoker.SendAsync(request, stop);

    private MethodFacts Facts(IMethod method)
    {
        var tags = new TagList
        {
            { "rpc.system.name", "grpc" },
            { "rpc.method", method.FullName[1..] },
            { "server.address", _address.IdnHost },
            { "server.port", _address.Port },
        };
        return new(method, new Uri(_address, method.FullName), _plans.For(method), tags);
    }

    private static SocketsHttpHandler OwnHandler(GrpcChannelOptions options, CredentialParts credentials, bool tls) => new()
    {
        EnableMultipleHttp2Connections = true,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        // HTTP proxies do not carry HTTP/2 without TLS.
        UseProxy = tls,
        // A call has a span of its own, which carries the trace on; a second one for its request would say the same.
        ActivityHeadersPropagator = null,
        SslOptions = credentials.TlsSettings(),
        KeepAlivePingDelay = options.KeepAliveDelay ?? Timeout.InfiniteTimeSpan,
        KeepAlivePingTimeout = options.KeepAliveTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
    };
}
