using System.Diagnostics;
using System.Text;
using Tiltas.Gateway.Grpc;
using Tiltas.Hosting.Passports;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Tiltas.Gateway.Routes;

/// <summary>What of a request goes inside: named headers, and the passport in place of the access token. Nothing else does.</summary>
internal sealed class Passage(PassportIssuer passports) : RequestTransform, ITransformProvider
{
    private static readonly string[] LetThrough =
    [
        "Accept", "Accept-Language", "Content-Type", "Content-Encoding", "Content-Language",
        "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID",
        "grpc-timeout", "grpc-encoding", "grpc-accept-encoding",
    ];

    public void Apply(TransformBuilderContext context)
    {
        context.CopyRequestHeaders = false;
        context.UseDefaultForwarders = false;
        context.RequestTransforms.Add(this);
        context.AddResponseTransform(ShowStreamAtOnce);
    }

    public void ValidateRoute(TransformRouteValidationContext context) { }

    public void ValidateCluster(TransformClusterValidationContext context) { }

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var request = context.HttpContext.Request;
        foreach (var name in LetThrough)
        {
            if (!request.Headers.TryGetValue(name, out var values)) continue;
            foreach (var value in values)
            {
                if (Ascii.IsValid(value)) continue;
                // The client library cannot send it on and would make the caller's fault look like ours.
                context.HttpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
                return default;
            }
            AddHeader(context, name, values);
        }
        if (request.ContentLength is { } length && context.ProxyRequest.Content is { } body) body.Headers.ContentLength = length;
        // The propagator of the client writes it from the current activity; without one the caller's own goes on.
        if (Activity.Current is null && OutsideTrace.IsValid(request.Headers.TraceParent)) AddHeader(context, "traceparent", request.Headers.TraceParent);

        if (request.IsGrpc()) AddHeader(context, "TE", "trailers");
        // Whoever did not sign in goes inside without a passport, whatever was sent in its place.
        if (context.HttpContext.Features.Get<Caller>() is { } caller) AddHeader(context, "Authorization", passports.HeaderFor(caller));
        return default;
    }

    /// <summary>A stream may be silent for long; the caller learns at once that it stands.</summary>
    private static async ValueTask ShowStreamAtOnce(ResponseTransformContext context)
    {
        if (context.ProxyResponse is not { } answer) return;
        var type = answer.Content.Headers.ContentType?.MediaType;
        if (context.HttpContext.Request.IsGrpc())
        {
            if (Tiltas.Hosting.Rpc.RpcProblem.IsGrpc(type) && answer.IsSuccessStatusCode)
            {
                // One answer goes out in one piece. With its status already in the headers there is nothing to wait for, and they end the call.
                if (RouteTable.IsStream(context.HttpContext.Request.Path) && !answer.Headers.Contains("grpc-status")) await context.HttpContext.Response.Body.FlushAsync(context.HttpContext.RequestAborted);
                return;
            }
            // Not gRPC: what refused it speaks HTTP, which this caller does not read.
            context.SuppressResponseBody = true;
            context.HttpContext.Response.Clear();
            context.HttpContext.Response.StatusCode = answer.IsSuccessStatusCode ? StatusCodes.Status502BadGateway : (int)answer.StatusCode;
            return;
        }
        if (type == "text/event-stream") await context.HttpContext.Response.Body.FlushAsync(context.HttpContext.RequestAborted);
    }
}

/// <summary>Turns what the forwarder met into problem details.</summary>
internal static class ForwardFailures
{
    public static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Features.Get<IForwarderErrorFeature>() is not { } failure) return;
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested) return;

        await Hosting.Problems.ProblemResult.Write(context, ToError(failure));
    }

    private static Hosting.Problems.Error ToError(IForwarderErrorFeature failure)
    {
        // A fault in the caller's body surfaces wherever the copy of it happened to be.
        for (var e = failure.Exception; e is not null; e = e is AggregateException all ? all.InnerExceptions.FirstOrDefault(i => i is BadHttpRequestException) ?? all.InnerException : e.InnerException)
            if (e is BadHttpRequestException bad) return GatewayErrors.FromStatus(bad.StatusCode);

        return failure.Error switch
        {
            ForwarderError.RequestTimedOut or ForwarderError.RequestBodyCanceled => GatewayErrors.ServiceSilent,
            ForwarderError.RequestCreation or ForwarderError.RequestBodyClient => GatewayErrors.Malformed,
            _ => GatewayErrors.ServiceAway,
        };
    }
}
