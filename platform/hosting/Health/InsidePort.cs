using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Tiltas.Hosting.Telemetry;

namespace Tiltas.Hosting.Health;

/// <summary>
/// Two listeners: the API on <c>Listen:Api</c>, health and metrics on <c>Listen:Inside</c>; where set, a third for the API over
/// HTTP/2 without TLS on <c>Listen:Grpc</c>. Which one a request came in by is
/// known from its connection, so no header can claim it; on the wrong one a path does not exist.
/// </summary>
public static class InsidePort
{
    private static readonly object Mark = new();

    public static TBuilder AddInsidePort<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<Heartbeat>();
        builder.Services.TryAddSingleton<Readiness>();
        builder.Services.AddRouting();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, OwnPortOnly>());
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IConfiguration>((kestrel, configuration) =>
        {
            kestrel.ListenAt(configuration, "Listen:Api", static _ => { });
            kestrel.ListenAt(configuration, "Listen:Inside", static listener => listener.Use(next => connection =>
            {
                connection.Items[Mark] = Mark;
                return next(connection);
            }));
            // gRPC between us goes without TLS, so nothing negotiates the protocol: this port speaks HTTP/2 from the first byte.
            if (configuration["Listen:Grpc"] is { Length: > 0 })
                kestrel.ListenAt(configuration, "Listen:Grpc", static listener => listener.Protocols = HttpProtocols.Http2);
        });
        return builder;
    }

    /// <summary>Maps /health/live, /health/ready, /health/startup and /metrics, for the inside port alone.</summary>
    public static IEndpointConventionBuilder MapInsidePort(this IEndpointRouteBuilder app)
    {
        var inside = app.MapGroup("");
        inside.Map("/health/live", (Heartbeat heartbeat) => HealthReport.Of(heartbeat.Moving()));
        inside.Map("/health/ready", async (Readiness readiness, CancellationToken gone) => HealthReport.Of(await readiness.Ask(gone)));
        inside.Map("/health/startup", async (Readiness readiness, CancellationToken gone) =>
            HealthReport.Of(readiness.HasStarted ? new Dictionary<string, bool>() : await readiness.Ask(gone)));
        inside.Map("/metrics", (MetricsPage page) => Results.Text(page.Read(), MetricsPage.ContentType));
        inside.WithMetadata(InsideOnly.Instance).AllowAnonymous().DisableRateLimiting().ExcludeFromDescription();
        return inside;
    }

    /// <summary>Did this request come in by the inside port?</summary>
    public static bool IsInside(HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Mark) is true;

    /// <summary>The endpoint is for other processes of the network: it is on the inside port alone, out of traces and request metrics.</summary>
    public static TBuilder OnInsidePort<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(InsideOnly.Instance);

    private sealed class InsideOnly
    {
        public static InsideOnly Instance { get; } = new();
    }

    // In routing itself, not in a step that a pipeline could put in the wrong place.
    private sealed class OwnPortOnly : MatcherPolicy, IEndpointSelectorPolicy
    {
        public override int Order => int.MinValue + 100;

        public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => true;

        public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
        {
            var inside = IsInside(httpContext);
            for (var i = 0; i < candidates.Count; i++)
                if (candidates.IsValidCandidate(i) && candidates[i].Endpoint.Metadata.GetMetadata<InsideOnly>() is not null != inside)
                    candidates.SetValidity(i, false);
            return Task.CompletedTask;
        }
    }
}
