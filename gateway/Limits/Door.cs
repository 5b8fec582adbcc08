using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Tiltas.Gateway.Grpc;
using Tiltas.Gateway.Routes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Gateway.Limits;

/// <summary>
/// First and last in the pipeline: what is ambiguous or too large does not come in, and whatever goes out carries the
/// same protective headers and, when it is a failure without a body, problem details.
/// </summary>
public sealed partial class Door(RequestDelegate next, IConfiguration configuration, TimeProvider time, ILogger<Door> logger)
{
    /// <summary>The largest body, but for a file that is taken in.</summary>
    public const long LargestBody = 1 << 20;

    /// <summary>How much of a body that is too large is still read, so that the sender gets to see the answer.</summary>
    public const long LargestDrained = 64 << 20;

    // For a body over HTTP/2 that is no stream.
    private readonly TimeSpan _bodyWithin = configuration.GetValue("Gateway:BodyWithin", TimeSpan.FromSeconds(20));

    private const string Methods = "GET, POST, PUT, PATCH, DELETE";

    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(ProtectAnswer, context.Response);
        try
        {
            if (Refuse(context) is { } refused)
            {
                await ProblemResult.Write(context, refused);
                return;
            }
            await next(context);
        }
        catch (BadHttpRequestException bad)
        {
            await ProblemResult.Write(context, GatewayErrors.FromStatus(bad.StatusCode));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller went away; there is nobody to answer.
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception);
            await ProblemResult.Write(context, GatewayErrors.Ours);
        }

        if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentType: null } response)
        {
            if (response.Headers.Allow is [{ } allow]) response.KeepHeader("Allow", allow);
            await ProblemResult.Write(context, GatewayErrors.FromStatus(response.StatusCode));
        }
    }

    private Error? Refuse(HttpContext context)
    {
        var request = context.Request;
        if (!IsServed(request.Method))
        {
            context.Response.KeepHeader("Allow", Methods);
            return GatewayErrors.WrongMethod;
        }

        // Two lengths in one request are how requests are smuggled. The server has already moved the second one aside, under this name.
        if (request.Headers.TransferEncoding.Count > 0 && request.Headers.ContainsKey("X-Content-Length"))
        {
            context.Response.KeepHeader("Connection", "close");
            return GatewayErrors.Malformed;
        }

        var multiplexed = !HttpProtocol.IsHttp11(request.Protocol) && !HttpProtocol.IsHttp10(request.Protocol);
        if (request.IsGrpc() && !multiplexed) return GatewayErrors.NeedsHttp2;
        var largest = FileLimit.LargestFor(request);
        if (request.ContentLength > largest) return GatewayErrors.TooLarge;
        if (multiplexed) Time(context, largest);
        else if (request.ContentLength is null && request.Headers.TransferEncoding.Count > 0) Wrap(context, largest, null);
        return null;
    }

    private void Time(HttpContext context, long largest)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        Wrap(context, largest, RouteTable.IsStream(context.Request.Path) ? null : new CancellationTokenSource(_bodyWithin * (largest / LargestBody), time));
    }

    private static void Wrap(HttpContext context, long largest, CancellationTokenSource? late)
    {
        var body = new CountedBody(context.Request.Body, largest, late);
        context.Request.Body = body;
        context.Response.RegisterForDispose(body);
    }

    private static bool IsServed(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method) || HttpMethods.IsDelete(method);

    private static Task ProtectAnswer(object state)
    {
        var headers = ((HttpResponse)state).Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.Remove("Server");
        headers.Remove("X-Powered-By");
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "RequestFailed", Level = LogLevel.Error, Message = "A request failed at the gateway")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
