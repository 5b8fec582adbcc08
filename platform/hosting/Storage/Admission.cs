using Microsoft.AspNetCore.Http;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Problems;

namespace Tiltas.Hosting.Storage;

/// <summary>Intake pauses while more messages wait than the outbox may hold; reading goes on.</summary>
public sealed class AdmissionMiddleware(RequestDelegate next, OutboxBell bell)
{
    private static readonly Error Backlog = new Error.Unavailable(CommonErrors.Backlog, "Too much waits to be sent on; what was taken is safe, new work must wait.", 5);

    /// <summary>Runs the request or answers 503.</summary>
    public Task InvokeAsync(HttpContext context) =>
        bell.IsFull && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
            && context.GetEndpoint()?.Metadata.GetMetadata<Rpc.ReadsOnly>() is null
            ? ProblemResult.Write(context, Backlog)
            : next(context);
}
