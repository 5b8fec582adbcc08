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

    /// <summary>How many agencies and addresses hold a stream.</summary>
    internal int Holders => _open.Count;

    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (!RouteTable.IsStream(context.Request.Path))
        {
            await _next(context);
            return;
        }

        // What is open to anybody (health, reflection) is counted by where it comes from.
        var holder = context.Features.Get<Caller>()?.Agency.Value ?? "from " + RemoteAddress.Of(context);
        try
        {
            if (_open.AddOrUpdate(holder, 1, static (_, count) => count + 1) > _most) await ProblemResult.Write(context, GatewayErrors.TooManyStreams);
            else await _next(context);
        }
        finally
        {
            Leave(holder);
        }
    }

    // Whoever holds none any more is forgotten: there are more addresses than memory.
    private void Leave(string holder)
    {
        while (_open.TryGetValue(holder, out var count))
            if (count > 1 ? _open.TryUpdate(holder, count - 1, count) : _open.TryRemove(KeyValuePair.Create(holder, count))) return;
    }
}
