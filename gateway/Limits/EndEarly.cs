using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Tiltas.Gateway.Clients;
using Tiltas.Gateway.Grpc;
using Tiltas.Gateway.Routes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Rpc;

namespace Tiltas.Gateway.Limits;

/// <summary>
/// Ends what would else stay open: when its client is removed or changed, when its caller's deadline has passed, when the
/// gateway stops. The caller is told why, as far as the answer can still say it.
/// </summary>
public sealed class EndEarly(RequestDelegate next, IHostApplicationLifetime lifetime)
{
    // An ordinary request is nearly done: what it does is let happen. A feed and a stream may last for ever.
    private static readonly TimeSpan GraceOfRemoved = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan GraceOfStopping = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After which a gateway that stops closes what is still open. No request lasts as long; but the server waits for whoever was answered and
    /// holds the request's body open all the same.
    /// </summary>
    public static readonly TimeSpan Stopped = GraceOfStopping + TimeSpan.FromSeconds(3);

    // What is left of a message under way is a moment's work, unless the caller does not read or the service is stuck.
    private static readonly TimeSpan GraceOfMessage = TimeSpan.FromSeconds(2);

    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var client = context.Features.Get<Client>();
        var stream = RouteTable.IsStream(context.Request.Path);
        if (client is null && !stream)
        {
            await next(context);
            return;
        }

        var grpc = context.Request.IsGrpc();
        var feed = context.Request.Path.StartsWithSegments("/v1/feed", StringComparison.OrdinalIgnoreCase);
        var waits = stream || (feed && HttpMethods.IsGet(context.Request.Method));
        using var call = new Call(context, grpc, stream);
        await using var removed = client?.Removed.UnsafeRegister(_ => call.EndAfter(grpc || feed ? TimeSpan.Zero : GraceOfRemoved, IdentityErrors.NoGoodToken), null) ?? default;
        await using var stopping = lifetime.ApplicationStopping.UnsafeRegister(_ => call.EndAfter(waits ? TimeSpan.Zero : GraceOfStopping, GatewayErrors.Stopping), null);
        if (grpc && GrpcRequest.Deadline(context.Request.Headers["grpc-timeout"]) is { } deadline) call.EndAfter(deadline, GatewayErrors.ServiceSilent);

        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (call.IsEndedHere)
        {
            // Answered below.
        }
        finally
        {
            call.GiveBack();
        }
        if (call.IsEndedHere) await call.Tell();
    }

    /// <summary>
    /// A request that may be over before its end. In place of the connection it tells the rest of the pipeline when that is,
    /// and keeps the forwarder, which breaks off what it cannot finish, from doing so while a proper end can be sent.
    /// </summary>
    private sealed class Call : IHttpRequestLifetimeFeature, IHttpResetFeature, IDisposable
    {
        private readonly HttpContext _context;
        private readonly bool _grpc;
        private readonly IHttpRequestLifetimeFeature _connection;
        private readonly IHttpResetFeature? _reset;
        private readonly IHttpResponseBodyFeature _body;
        private readonly CancellationToken _gone;
        private readonly CancellationTokenSource _over;
        private readonly CancellationTokenSource? _due, _cut;
        private readonly CancellationTokenRegistration _whenDue, _whenCut;
        private readonly long _begun = Stopwatch.GetTimestamp();
        private readonly Lock _lock = new();
        private TimeSpan _end = TimeSpan.MaxValue;
        private Error _why = GatewayErrors.ServiceAway;

        public Call(HttpContext context, bool grpc, bool stream)
        {
            (_context, _grpc) = (context, grpc);
            _connection = context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
            _reset = context.Features.Get<IHttpResetFeature>();
            _gone = _connection.RequestAborted;
            _over = CancellationTokenSource.CreateLinkedTokenSource(_gone);
            RequestAborted = _over.Token;
            context.Features.Set<IHttpRequestLifetimeFeature>(this);
            if (_reset is not null) context.Features.Set<IHttpResetFeature>(this);
            _body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
            if (!stream) return;
            _cut = CancellationTokenSource.CreateLinkedTokenSource(_gone);
            _whenCut = _cut.Token.UnsafeRegister(_ => _over.Cancel(), null);
            var messages = new WholeMessages(_body, framed: grpc, _cut.Token);
            context.Features.Set<IHttpResponseBodyFeature>(messages);
            _due = new();
            _whenDue = _due.Token.UnsafeRegister(_ =>
            {
                _cut.CancelAfter(GraceOfMessage);
                messages.EndBetween(_over.Cancel);
            }, null);
        }

        public CancellationToken RequestAborted { get; set; }

        /// <summary>True when it is over, and not because the caller has left.</summary>
        public bool IsEndedHere => (_over.IsCancellationRequested || _due?.IsCancellationRequested == true) && !_gone.IsCancellationRequested;

        // Whoever reads events connects again after an end, and passes over half an event.
        private bool EndsQuietly => IsEndedHere && _why == GatewayErrors.Stopping
            && _context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

        /// <summary>The earliest end counts.</summary>
        public void EndAfter(TimeSpan time, Error why)
        {
            lock (_lock)
            {
                var end = Stopwatch.GetElapsedTime(_begun) + time;
                if (end >= _end || _over.IsCancellationRequested) return;
                (_end, _why) = (end, why);
            }
            var due = _due ?? _over;
            if (time <= TimeSpan.Zero) due.Cancel();
            else due.CancelAfter(time);
        }

        public void GiveBack()
        {
            _context.Features.Set(_connection);
            if (_reset is not null) _context.Features.Set(_reset);
            _context.Features.Set(_body);
        }

        public async Task Tell()
        {
            var response = _context.Response;
            if (!response.HasStarted) await (_why == IdentityErrors.NoGoodToken ? IdentityErrors.NotSignedIn(_context) : ProblemResult.Write(_context, _why));
            else if (_grpc) TellInTrailers(_why);
            else if (!EndsQuietly) _context.Abort();
        }

        public void Abort()
        {
            if (!EndsQuietly) _connection.Abort();
        }

        public void Reset(int errorCode)
        {
            if (_grpc && !_gone.IsCancellationRequested && _context.Response.SupportsTrailers()) TellInTrailers(IsEndedHere ? _why : GatewayErrors.ServiceAway);
            else if (!EndsQuietly) _reset!.Reset(errorCode);
        }

        public void Dispose()
        {
            // In this order, as the one sets off the other: both wait for what just runs.
            _whenDue.Dispose();
            _whenCut.Dispose();
            _due?.Dispose();
            _cut?.Dispose();
            _over.Dispose();
        }

        private void TellInTrailers(Error error)
        {
            var trailers = _context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
            if (trailers is null or { IsReadOnly: true } || trailers.ContainsKey("grpc-status") || _context.Response.Headers.ContainsKey("grpc-status")) return;
            RpcProblem.WriteTrailers(_context.Response, error);
        }
    }
}
