using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Tiltas.Gateway.Routes;

/// <summary>Which address goes to which service, under which policy. What is not here is not there.</summary>
internal static class RouteTable
{
    /// <summary>The services, by the configuration key that holds the address: <c>Gateway:Directory</c> …</summary>
    public static readonly string[] Services = ["Directory", "Identification", "Referral", "Notification"];

    // Longer than the longest wait a caller may ask the feed for, and than the pause between signs of life on a stream.
    private static readonly TimeSpan FeedSilence = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan OrdinarySilence = TimeSpan.FromSeconds(30);

    public static RouteConfig[] Routes { get; } =
    [
        Route("agencies", "/v1/agencies/{**rest}", "Directory", Policies.Directory),
        Route("services", "/v1/services/{**rest}", "Directory", Policies.Directory),
        Route("memoranda", "/v1/memoranda/{**rest}", "Directory", Policies.Directory),
        Route("municipalities", "/v1/municipalities/{**rest}", "Directory", Policies.Directory),

        Route("indicator-sets", "/v1/indicator-sets/{**rest}", "Identification", Policies.Casework),
        Route("screenings", "/v1/screenings/{**rest}", "Identification", Policies.Casework),
        Route("status", "/v1/subjects/{subject}/status", "Identification", Policies.Casework),
        Route("entitlements", "/v1/subjects/{subject}/entitlements", "Identification", Policies.Casework),

        Route("subjects", "/v1/subjects/{**rest}", "Referral", Policies.Casework),
        Route("referrals", "/v1/referrals/{**rest}", "Referral", Policies.Casework),
        Route("partners", "/v1/partners/{**rest}", "Referral", Policies.Casework),

        Route("feed", "/v1/feed/{**rest}", "Notification", Policies.Feed),
    ];

    public static ClusterConfig[] Clusters(IConfiguration configuration) =>
    [
        .. Services.Select(service => new ClusterConfig
        {
            ClusterId = service,
            Destinations = new Dictionary<string, DestinationConfig>
            {
                ["only"] = new() { Address = configuration["Gateway:" + service] ?? throw new InvalidOperationException($"Gateway:{service} is not set.") },
            },
            HttpRequest = new ForwarderRequestConfig
            {
                Version = System.Net.HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                ActivityTimeout = configuration.GetValue("Gateway:Silence:" + service, service == "Notification" ? FeedSilence : OrdinarySilence),
            },
        }),
    ];

    private static RouteConfig Route(string id, string path, string service, string policy) => new()
    {
        RouteId = id,
        ClusterId = service,
        AuthorizationPolicy = policy,
        RateLimiterPolicy = Limits.AgencyRateLimit.Policy,
        Match = new RouteMatch { Path = path },
    };
}
