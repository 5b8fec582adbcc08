using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Tiltas.Grpc.Wire;

namespace Tiltas.Grpc.Server.Calls;

/// <summary>Who ended a call.</summary>
internal enum CallEnd
{
    /// <summary>Nobody yet.</summary>
    None,

    /// <summary>The method.</summary>
    Method,

    /// <summary>Time.</summary>
    Deadline,

    /// <summary>The caller, or the connection.</summary>
    Caller,

    /// <summary>The server, which stops.</summary>
    Stopping,
}

/// <summary>
/// Exactly one party ends a call: the method that returns, the deadline, the caller, the stopping server. Until then the method alone writes
/// to the response, under the gate; whoever ends the call first owns the response from then on.
/// </summary>
internal sealed partial class ServerCall
{
    private const int Cancel = 8;

    private readonly Lock gate = new();
    private CallEnd end;
    private Task? starting;
    private Task? ending;
    private bool blocked;
    private bool armed;
    private CallTimer? timer;
    private CancellationTokenSource? source;
    private CancellationTokenRegistration abort;
    private CancellationTokenRegistration stopping;

    /// <summary>Until the deadline, if there is one.</summary>
    public TimeSpan TimeLeft => timeout is { } allowed ? allowed - Settings.Time.GetElapsedTime(startedAt) : TimeSpan.MaxValue;

    private bool IsLate => TimeLeft <= TimeSpan.Zero;

    public bool IsOver => end != CallEnd.None;

    protected override CancellationToken CancellationTokenCore
    {
        get
        {
            if (timeout is null && !IsStream) return Http.RequestAborted;
            lock (gate)
            {
                if (source is not null) return source.Token;
                source = new();
                if (end != CallEnd.None) source.Cancel();
            }
            Arm();
            return source.Token;
        }
    }

    /// <summary>From here on the call waits for something: deadline, caller and stopping server may end it meanwhile.</summary>
    public void Arm()
    {
        if ((timeout is null && !IsStream) || IsOver || Interlocked.Exchange(ref armed, true)) return;
        abort = Http.RequestAborted.UnsafeRegister(static call => ((ServerCall)call!).End(CallEnd.Caller), this);
        if (IsStream) stopping = Settings.Stopping.UnsafeRegister(static call => ((ServerCall)call!).End(CallEnd.Stopping), this);
        if (timeout is not null) timer = Settings.Timers.Start(this, TimeLeft);
    }

    /// <summary>Ends the call if nobody has; the method learns of it by its token.</summary>
    public void End(CallEnd by)
    {
        CancellationTokenSource? cancelled;
        lock (gate)
        {
            if (end != CallEnd.None) return;
            end = by;
            cancelled = source;
            status = StatusOf(by);
            if (by != CallEnd.Caller) ending = EndLate();
        }
        try
        {
            cancelled?.Cancel();
        }
        catch (AggregateException exception)
        {
            // What the method registered with its token failed; this thread belongs to a timer.
            Log.MethodFailed(Settings.Logger, exception, TelemetryName);
        }
    }

    /// <summary>Throws when the call is over: nothing can be read or written any more.</summary>
    public void ThrowIfOver()
    {
        if (end != CallEnd.None) throw new OperationCanceledException("The call is over.", source?.Token ?? default);
    }

    /// <summary>The status of a call whose method, reading or writing failed.</summary>
    public void Fail(Exception exception)
    {
        if (IsOver)
        {
            // Its caller has a status already; that it broke off is what it was told to do.
            if (exception is not (OperationCanceledException or RpcException) && !IsBroken(exception)) Log.FailedLate(Settings.Logger, exception, TelemetryName);
            return;
        }
        if (IsBroken(exception))
        {
            End(CallEnd.Caller);
            return;
        }
        switch (exception)
        {
            case RpcException rpc:
                status = rpc.Status;
                foreach (var trailer in rpc.Trailers) ResponseTrailers.Add(trailer);
                break;
            case TooMuchException:
                status = new(StatusCode.ResourceExhausted, "The response is longer than allowed.");
                break;
            case OperationCanceledException when Http.RequestAborted.IsCancellationRequested:
                End(CallEnd.Caller);
                break;
            case OperationCanceledException when IsLate:
                status = StatusOf(CallEnd.Deadline);
                break;
            default:
                Log.MethodFailed(Settings.Logger, exception, TelemetryName);
                status = new(StatusCode.Unknown, "The method failed.");
                break;
        }
    }

    /// <summary>The last thing of every call: sends the status unless the call was ended by another, and lets go of everything.</summary>
    public async ValueTask Finish()
    {
        if (armed)
        {
            lock (gate)
            {
                if (end == CallEnd.None) (end, ending) = (CallEnd.Method, null);
            }
            abort.Unregister();
            stopping.Unregister();
            if (timer is not null) Settings.Timers.Stop(timer);
        }
        else if (end == CallEnd.None)
        {
            end = CallEnd.Method;
        }
        if (end == CallEnd.Method) SendStatus();
        else if (ending is not null) await ending;
        if (activity is not null || Settings.Telemetry.Measures) Settings.Telemetry.Stop(TelemetryName, status.StatusCode, Settings.Time.GetElapsedTime(startedAt), activity);
    }

    public static bool IsBroken(Exception exception) => exception is ConnectionResetException or ConnectionAbortedException
        || (exception is IOException and not (BadHttpRequestException or Google.Protobuf.InvalidProtocolBufferException) && exception.GetType() == typeof(IOException));

    private static Status StatusOf(CallEnd by) => by switch
    {
        CallEnd.Deadline => new(StatusCode.DeadlineExceeded, "Time ran out."),
        CallEnd.Stopping => new(StatusCode.Unavailable, "The server stops; try again."),
        _ => new(StatusCode.Cancelled, "The call was given up."),
    };

    // The method may go on for a while: the response ends without waiting for it, the request's buffers live until it returns.
    private async Task EndLate()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            Http.Request.BodyReader.CancelPendingRead();
        }
        catch (Exception exception) when (IsBroken(exception) || exception is InvalidOperationException or OperationCanceledException)
        {
            Log.StatusLost(Settings.Logger, exception, TelemetryName);
        }
        try
        {
            if (starting is not null) await starting;
            if (blocked)
            {
                // The caller takes nothing any more, so no trailers either.
                Http.Features.Get<IHttpResetFeature>()?.Reset(Cancel);
                return;
            }
            SendStatus();
            // No reset after it: that would overtake the trailers.
            await Http.Response.CompleteAsync();
        }
        catch (Exception exception)
        {
            Log.StatusLost(Settings.Logger, exception, TelemetryName);
        }
    }

    private void SendStatus()
    {
        var response = Http.Response;
        IHeaderDictionary? to;
        if (response.HasStarted)
        {
            to = Http.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
            if (to is null or { IsReadOnly: true }) return;
        }
        else
        {
            response.ContentType = Names.ContentType;
            to = response.Headers;
        }
        // A method that was overtaken may still be filling them.
        if (responseTrailers is not null && end == CallEnd.Method) Headers.Write(to, responseTrailers);
        to.GrpcStatus = StatusText.Of(status.StatusCode);
        if (status.StatusCode != StatusCode.OK && Settings.StatusDetails is { } describe && !to.ContainsKey(Names.StatusDetails) && describe(status) is { } details)
            to[Names.StatusDetails] = HeaderBytes.Encode(details);
        if (status.Detail.Length > 0) to.GrpcMessage = PercentEncoding.Encode(status.Detail);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "gRPC method {Method} failed")]
        public static partial void MethodFailed(ILogger logger, Exception exception, string method);

        [LoggerMessage(3, LogLevel.Warning, "gRPC method {Method} failed after its call had ended")]
        public static partial void FailedLate(ILogger logger, Exception exception, string method);

        [LoggerMessage(2, LogLevel.Debug, "The status of gRPC method {Method} could not be sent")]
        public static partial void StatusLost(ILogger logger, Exception exception, string method);
    }
}
