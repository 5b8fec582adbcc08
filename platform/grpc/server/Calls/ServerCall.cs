using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Grpc.Net.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Tiltas.Grpc.Server.Hosting;
using Tiltas.Grpc.Server.Telemetry;
using Tiltas.Grpc.Wire;

namespace Tiltas.Grpc.Server.Calls;

/// <summary>One call: its context, its deadline, its end. Messages: <see cref="RequestReader"/>, <see cref="ResponseStream{T}"/>.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has neither timer nor wait handle: there is nothing to dispose of.")]
internal sealed partial class ServerCall : ServerCallContext
{
    private readonly IMethod method;
    private readonly long startedAt;
    private readonly Activity? activity;
    private TimeSpan? timeout;
    private Metadata? requestHeaders;
    private Metadata? responseTrailers;
    private AuthContext? authContext;
    private Dictionary<object, object>? userState;
    private Status status;

    /// <summary>With the method's full name without its leading slash.</summary>
    public ServerCall(HttpContext http, ServiceSettings settings, IMethod method, string name)
    {
        (Http, Settings, this.method, TelemetryName) = (http, settings, method, name);
        startedAt = settings.Time.GetTimestamp();
        activity = ServerTelemetry.Start(name);
    }

    public HttpContext Http { get; }

    public ServiceSettings Settings { get; }

    /// <summary>How the caller compresses.</summary>
    public ICompressionProvider? RequestCompression { get; private set; }

    private bool IsStream => method.Type != MethodType.Unary;

    private string TelemetryName { get; }

    /// <summary>Reads what the headers say of the call as such; false: the call ends here with the status that is set.</summary>
    public bool Begin()
    {
        var headers = Http.Request.Headers;
        var given = headers.GrpcTimeout;
        if (given.Count > 0)
        {
            if (given.Count != 1 || !GrpcTimeout.TryParse(given[0], out var allowed)) return Refused(StatusCode.InvalidArgument, "The header grpc-timeout cannot be read.");
            timeout = allowed;
            if (allowed == TimeSpan.Zero) return Refused(StatusCode.DeadlineExceeded, "There was no time left.");
        }
        var encoding = headers.GrpcEncoding;
        if (encoding.Count > 0 && encoding != Compression.Identity)
        {
            RequestCompression = Settings.Find(encoding.ToString());
            if (RequestCompression is null)
            {
                Http.Response.Headers.GrpcAcceptEncoding = Settings.AcceptEncoding;
                return Refused(StatusCode.Unimplemented, "This compression is not known here; the header grpc-accept-encoding lists those that are.");
            }
        }
        if (!IsStream) return true;
        if (Http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        if (Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        return true;
    }

    /// <summary>For the caller of whoever began the call, whose current activity it must not stay.</summary>
    public void LeaveActivity()
    {
        if (activity is not null) Activity.Current = activity.Parent;
    }

    protected override string MethodCore => method.FullName;

    protected override string HostCore => Http.Request.Host.Value ?? "";

    protected override string PeerCore => Peers.Address(Http.Connection);

    protected override DateTime DeadlineCore => timeout is { } allowed && ToDeadline(allowed) is { } deadline ? deadline : DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => requestHeaders ??= Headers.Read(Http.Request.Headers);

    protected override Metadata ResponseTrailersCore => responseTrailers ??= [];

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => authContext ??= Peers.Proof(Http.Connection.ClientCertificate);

    protected override IDictionary<object, object> UserStateCore => userState ??= [];

    protected override Status StatusCore
    {
        get => status;
        set => status = value;
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options)
    {
        options ??= ContextPropagationOptions.Default;
        return new InheritedContext(
            options.IsPropagateDeadline && timeout is not null ? Deadline : null, options.IsPropagateCancellation ? CancellationToken : CancellationToken.None);
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        lock (gate)
        {
            ThrowIfOver();
            if (Http.Response.HasStarted) throw new InvalidOperationException("The response headers are sent already.");
            Prepare(responseHeaders);
            Headers.Write(Http.Response.Headers, responseHeaders);
            return starting = StartAndFlush();
        }
    }

    private async Task StartAndFlush()
    {
        await Http.Response.StartAsync();
        await Http.Response.BodyWriter.FlushAsync();
    }

    private DateTime? ToDeadline(TimeSpan allowed)
    {
        var now = Settings.Time.GetUtcNow().UtcDateTime;
        var left = allowed - Settings.Time.GetElapsedTime(startedAt);
        return left < DateTime.MaxValue - now ? now + left : null;
    }

    private bool Refused(StatusCode code, string sentence)
    {
        status = new(code, sentence);
        return false;
    }
}
