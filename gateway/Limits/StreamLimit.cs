using System.Collections.Concurrent;
using Tiltas.Gateway.Routes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Gateway.Limits;

/// <summary>So many streams at once for each agency, whichever of its clients holds them: a stream costs as long as it is open, not when it begins.</summary>
public sealed class StreamLimit
{
    private readonly RequestDelegate _next;
    private readonly int _most;
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Reads <c>RateLimit:Streams</c>.</summary>
    public StreamLimit(RequestDelegate next, IConfiguration configuration)
    {
        (_next, _most) = (next, configuration.GetValue("RateLimit:Streams", 20));
        if (_most < 1) throw new InvalidOperationException("RateLimit:Streams must be at least 1.");
    }

    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (!RouteTable.IsStream(context.Request.Path))
        {
            await _next(context);
            return;
        }

        // What is open to anybody (health, reflection) is counted by where it comes from.
        var agency = context.Features.Get<Caller>()?.Agency.Value ?? $"from {context.Connection.RemoteIpAddress}";
        try
        {
            if (_open.AddOrUpdate(agency, 1, static (_, count) => count + 1) > _most) await ProblemResult.Write(context, GatewayErrors.TooManyStreams);
            else await _next(context);
        }
        finally
        {
            _open.AddOrUpdate(agency, 0, static (_, count) => count - 1);
        }
    }
}
