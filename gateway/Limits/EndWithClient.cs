using Microsoft.AspNetCore.Http.Features;
using Tiltas.Gateway.Clients;
using Tiltas.Gateway.Grpc;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Gateway.Limits;

/// <summary>
/// Ends what a client holds open when it is removed or changed, since a stream would else outlive the right to it, and a
/// gRPC call when its caller's deadline has passed. The caller is told why, as far as the answer can still say it.
/// </summary>
public sealed class EndWithClient(RequestDelegate next)
{
    // An ordinary request is nearly done: what it does is let happen. A feed and a call may last for ever.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<Client>() is not { } client)
        {
            await next(context);
            return;
        }

        var grpc = context.Request.IsGrpc();
        var atOnce = grpc || context.Request.Path.StartsWithSegments("/v1/feed", StringComparison.OrdinalIgnoreCase);
        var gone = context.RequestAborted;
        using var call = new Call(gone);
        await using var ending = client.Removed.UnsafeRegister(_ => call.Revoke(atOnce ? TimeSpan.Zero : Grace), null);
        if (grpc && GrpcRequest.Deadline(context.Request.Headers["grpc-timeout"]) is { } deadline) call.EndAfter(deadline);

        var reset = context.Features.Get<IHttpResetFeature>();
        if (grpc && reset is not null) context.Features.Set<IHttpResetFeature>(new ToldReset(context, reset, call, gone));
        context.RequestAborted = call.Ended;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (call.Ended.IsCancellationRequested && !gone.IsCancellationRequested)
        {
            // Answered below.
        }
        finally
        {
            context.RequestAborted = gone;
            if (reset is not null) context.Features.Set(reset);
        }

        if (!call.Ended.IsCancellationRequested || gone.IsCancellationRequested) return;
        if (!context.Response.HasStarted) await call.Answer(context);
        else if (!grpc) context.Abort();
    }

    /// <summary>Why a request is over before its end.</summary>
    private sealed class Call(CancellationToken gone) : IDisposable
    {
        private readonly CancellationTokenSource _over = CancellationTokenSource.CreateLinkedTokenSource(gone);
        private volatile bool _revoked;

        public CancellationToken Ended => _over.Token;

        public Error Error => _revoked ? IdentityErrors.NoGoodToken : _over.IsCancellationRequested ? GatewayErrors.ServiceSilent : GatewayErrors.ServiceAway;

        public void Revoke(TimeSpan grace)
        {
            _revoked = true;
            EndAfter(grace);
        }

        public void EndAfter(TimeSpan time)
        {
            if (time <= TimeSpan.Zero) _over.Cancel();
            else _over.CancelAfter(time);
        }

        public Task Answer(HttpContext context) => _revoked ? IdentityErrors.NotSignedIn(context) : ProblemResult.Write(context, Error);

        public void Dispose() => _over.Dispose();
    }

    /// <summary>The forwarder resets a call that it cannot finish; here it ends with a status instead, while somebody still listens.</summary>
    private sealed class ToldReset(HttpContext context, IHttpResetFeature reset, Call call, CancellationToken gone) : IHttpResetFeature
    {
        public void Reset(int errorCode)
        {
            if (gone.IsCancellationRequested || !context.Response.SupportsTrailers()) reset.Reset(errorCode);
            else Tiltas.Hosting.Rpc.RpcProblem.WriteTrailers(context.Response, call.Error);
        }
    }
}
