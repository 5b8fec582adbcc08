using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Tiltas.Hosting.Health;

namespace Tiltas.Hosting.Telemetry;

/// <summary>
/// Gives the server span its OpenTelemetry HTTP attributes. ASP.NET Core 10 writes none by itself, and with its switch on
/// it writes the raw path and the user agent but neither route nor status, so the route template is taken here.
/// </summary>
internal sealed class HttpSpan : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(Follow);
        next(app);
    };

    public static string NameOf(Activity activity)
    {
        var method = activity.GetTagItem("http.request.method") as string ?? "HTTP";
        return activity.GetTagItem("http.route") is string route ? $"{method} {route}" : method;
    }

    private static async Task Follow(HttpContext context, RequestDelegate next)
    {
        var activity = context.Features.Get<IHttpActivityFeature>()?.Activity;
        if (InsidePort.IsInside(context))
        {
            // A scrape every few seconds is not a story worth keeping.
            activity?.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            context.Features.Get<IHttpMetricsTagsFeature>()?.MetricsDisabled = true;
            await next(context);
            return;
        }
        if (activity is not { IsAllDataRequested: true })
        {
            await next(context);
            return;
        }
        try
        {
            await next(context);
            Describe(activity, context, context.Response.StatusCode, context.Features.Get<IExceptionHandlerFeature>()?.Error);
        }
        catch (Exception e)
        {
            Describe(activity, context, StatusCodes.Status500InternalServerError, e);
            throw;
        }
    }

    private static void Describe(Activity activity, HttpContext context, int status, Exception? error)
    {
        var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();
        activity.SetTag("http.request.method", Method(context.Request.Method));
        activity.SetTag("http.response.status_code", status);
        activity.SetTag("url.scheme", context.Request.Scheme);
        activity.SetTag("server.port", context.Connection.LocalPort);
        activity.SetTag("network.protocol.version", context.Request.Protocol switch { "HTTP/2" => "2", "HTTP/3" => "3", "HTTP/1.0" => "1.0", _ => "1.1" });
        if (endpoint is RouteEndpoint { RoutePattern.RawText: { } route }) activity.SetTag("http.route", route);
        if (status < StatusCodes.Status500InternalServerError) return;
        activity.SetTag("error.type", error?.GetType().FullName ?? status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        activity.SetStatus(ActivityStatusCode.Error);
    }

    // The method is the caller's text; only the known ones are facts.
    private static string Method(string method) => method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" or "TRACE" or "CONNECT" => method,
        _ => "_OTHER",
    };
}
