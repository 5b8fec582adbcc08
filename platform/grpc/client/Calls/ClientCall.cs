using System.Diagnostics;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Compression;
using Tiltas.Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// One call, whatever its shape. Server, deadline, caller and connection may all try to end it; <see cref="End"/> lets exactly one, and
/// from then on every reader and writer sees that end.
/// </summary>
internal abstract partial class ClientCall : IDisposable
{
    // Longer waits than a timer takes are cut into pieces.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenRegistration _callerToken, _parentToken;
    private readonly ITimer? _timer;
    private readonly long _started;
    private readonly Activity? _activity;
    private CallEnd? _end;
    private IRequestBody? _body;
    private Answer? _answer;
    private HttpHeaders? _headers;
    private TaskCompletionSource<Metadata>? _headersAsked;

    protected ClientCall(GrpcChannel channel, IMethod method, string? host, CallOptions options)
    {
        (Channel, Facts, Host, Options) = (channel, channel.FactsOf(method), host, options);
        if (options.Credentials is not null && !channel.MayCarryCallCredentials) throw new InvalidOperationException(GrpcChannel.NeedsTls);
        Deadline = Earlier(Utc(options.Deadline), options.PropagationToken?.Deadline);
        if (options.Headers?.Get(Names.InternalEncodingRequest)?.Value is { } encoding && encoding != Tiltas.Grpc.Wire.Compression.Identity)
            Provider = GrpcChannel.Provider(encoding) ?? throw new ArgumentException("Requests are compressed with gzip or deflate.", nameof(options));
        _activity = Telemetry.Start(Facts);
        _started = channel.Time.GetTimestamp();
        channel.Opened(this);
        if (Deadline is { } deadline)
        {
            var rest = deadline - channel.Time.GetUtcNow().UtcDateTime;
            if (rest <= TimeSpan.Zero) DeadlinePassed();
            else _timer = channel.Time.CreateTimer(static call => ((ClientCall)call!).TimerFired(), this, Piece(rest), Timeout.InfiniteTimeSpan);
        }

        _callerToken = options.CancellationToken.UnsafeRegister(static call => ((ClientCall)call!).Cancel(), this);
        if (options.PropagationToken is { } parent) _parentToken = parent.CancellationToken.UnsafeRegister(static call => ((ClientCall)call!).Cancel(), this);
        // Any of them may have ended the call before the others were in place.
        if (_end is not null) Forget();
    }

    public GrpcChannel Channel { get; }
    public MethodFacts Facts { get; }
    public CallOptions Options { get; }
    public ICompressionProvider? Provider { get; }

    /// <summary>Ends with the call, unless the call ends by itself.</summary>
    public CancellationToken Stop => _stop.Token;

    public CallEnd? Over => Volatile.Read(ref _end);

    protected string? Host { get; }
    protected DateTime? Deadline { get; }

    public Task<Metadata> ResponseHeaders
    {
        get
        {
            if (Volatile.Read(ref _headersAsked) is { } asked) return asked.Task;
            var created = new TaskCompletionSource<Metadata>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Interlocked.CompareExchange(ref _headersAsked, created, null) is { } other) return other.Task;
            AnswerHeaders();
            return created.Task;
        }
    }

    /// <summary>How the call ended. <see cref="InvalidOperationException"/> while it has not.</summary>
    public CallEnd Ended(string what) => Over ?? throw new InvalidOperationException($"A call's {what} can be read when the call is over.");

    /// <summary>The end as the caller of an awaited method sees it.</summary>
    public Exception ExceptionOf(CallEnd end)
    {
        var exception = new RpcException(end.Status, end.Trailers);
        return Channel.ThrowOperationCanceled && end is { Ending: Ending.Local, Status.StatusCode: StatusCode.Cancelled or StatusCode.DeadlineExceeded }
            ? new OperationCanceledException(end.Status.Detail, exception, Options.CancellationToken)
            : exception;
    }

    public void Cancel() => End(new(StatusCode.Cancelled, "The caller cancelled the call."), ending: Ending.Local);

    public void Dispose() => End(new(StatusCode.Cancelled, "The call was disposed before its end."), ending: Ending.Local);

    /// <summary>Ends the call, if nothing else has; false otherwise.</summary>
    public bool End(Status status, Metadata? trailers = null, Ending ending = Ending.Fault)
    {
        if (Interlocked.CompareExchange(ref _end, new(status, trailers ?? Metadata.Empty, ending), null) is not null) return false;
        Forget();
        Channel.Closed(this);
        Telemetry.Stop(_activity, Facts, status.StatusCode, Telemetry.Measured ? Channel.Time.GetElapsedTime(_started) : null);
        if (ending != Ending.Remote) _stop.Cancel();
        _body?.CallEnded();
        _answer?.Close();
        AnswerHeaders();
        return true;
    }

    /// <summary>Ends the call with what sending or receiving threw.</summary>
    public void Fail(Exception failure)
    {
        if (Over is null) End(Meaning(StatusOf.Failure(failure)));
    }

    /// <summary>Ends the call with the status at the end of its answer. A fault that it names explains half a message before it, not the other way round.</summary>
    protected void EndWithTrailers(Answer answer, bool lacksMessage)
    {
        var trailers = Headers.Read(answer.Trailers);
        var named = StatusOf.In(answer.Trailers);
        var status = named is { StatusCode: not StatusCode.OK } fault ? fault
            : answer.Reader.IsCutShort ? HalfMessage
            : named is null ? NoStatus
            : lacksMessage ? NoMessage : named.Value;
        End(status, trailers, Ending.Remote);
    }

    protected static readonly Status NoMessage = new(StatusCode.Internal, "The answer has a status of success but no message.");
    private static readonly Status NoStatus = new(StatusCode.Unknown, "The answer ended without a gRPC status.");
    private static readonly Status HalfMessage = new(StatusCode.Internal, "The answer ended in the middle of a message.");

    // A server whose own clock fired first may say CANCEL where both mean the deadline.
    private Status Meaning(Status status) => status.StatusCode == StatusCode.Cancelled && Deadline <= Channel.Time.GetUtcNow().UtcDateTime ? TooLate : status;

    private void TimerFired()
    {
        var rest = Deadline!.Value - Channel.Time.GetUtcNow().UtcDateTime;
        if (rest <= TimeSpan.Zero) DeadlinePassed();
        else if (Over is null) _timer?.Change(Piece(rest), Timeout.InfiniteTimeSpan);
    }

    private void DeadlinePassed() => End(TooLate, ending: Ending.Local);

    private static readonly Status TooLate = new(StatusCode.DeadlineExceeded, "The deadline passed.");

    private void Forget()
    {
        _timer?.Dispose();
        _callerToken.Unregister();
        _parentToken.Unregister();
    }

    private void AnswerHeaders()
    {
        if (Volatile.Read(ref _headersAsked) is not { } asked) return;
        if (Volatile.Read(ref _headers) is { } headers)
        {
            asked.TrySetResult(Headers.Read(headers));
        }
        else if (Over is { } end)
        {
            asked.TrySetException(ExceptionOf(end));
            _ = asked.Task.Exception; // whether anyone awaits it is the caller's choice
        }
    }

    // A timer counts whole milliseconds and may be early by less than one; a little later is right, a little earlier is not.
    private static TimeSpan Piece(TimeSpan rest) => rest > LongestTimer ? LongestTimer : TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds));

    private static DateTime? Earlier(DateTime? one, DateTime? other) => one is null || other < one ? other : one;

    private static DateTime? Utc(DateTime? deadline) => deadline switch
    {
        null => null,
        { } never when never == DateTime.MaxValue => null,
        { Kind: DateTimeKind.Utc } or { Ticks: 0 } => deadline,
        _ => throw new InvalidOperationException("A deadline is in UTC."),
    };
}
