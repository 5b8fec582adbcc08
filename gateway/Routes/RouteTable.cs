using System.Collections.Frozen;
using Tiltas.Gateway.Grpc;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Tiltas.Gateway.Routes;

/// <summary>Which address goes to which service, under which policy. What is not here is not there.</summary>
internal static class RouteTable
{
    /// <summary>The services, by the configuration key that holds the address: <c>Gateway:Directory</c> …</summary>
    public static readonly string[] Services = ["Directory", "Identification", "Referral", "Notification"];

    // Longer than the longest wait a caller may ask the feed for, and than the pause between signs of life on a stream.
    private static readonly TimeSpan FeedSilence = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan OrdinarySilence = TimeSpan.FromSeconds(30);
    // A country's directory is written record by record in one transaction, and answered when it is done.
    private static readonly TimeSpan ImportSilence = TimeSpan.FromMinutes(10);
    private const string Import = "Directory-import";

    private static readonly FrozenSet<string> Streams = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "/v1/feed/stream", "/tiltas.notification.v1.Notifications/Subscribe", "/tiltas.identification.v1.Identification/ExportHtcds",
        "/grpc.health.v1.Health/Watch", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");

    private static readonly (string Service, string Name, string Policy)[] GrpcServices =
    [
        ("Directory", "tiltas.directory.v1.Directory", Policies.Directory),
        ("Directory", "tiltas.directory.v1.Administration", Policies.Directory),
        ("Identification", "tiltas.identification.v1.Identification", Policies.Casework),
        ("Identification", "tiltas.identification.v1.Forms", Policies.Casework),
        ("Referral", "tiltas.referral.v1.Referrals", Policies.Casework),
        ("Notification", "tiltas.notification.v1.Notifications", Policies.Feed),
    ];

    /// <summary>The service behind a gRPC service's full name; null when there is none.</summary>
    public static string? ServiceOf(string grpcService) => GrpcServices.FirstOrDefault(grpc => grpc.Name == grpcService).Service;

    /// <summary>True for what stays open until one side ends it.</summary>
    public static bool IsStream(PathString path) => path.Value is { } text && Streams.Contains(text.TrimEnd('/'));

    public static RouteConfig[] Routes { get; } =
    [
        Route("agencies", "/v1/agencies/{**rest}", "Directory", Policies.Directory),
        Route("services", "/v1/services/{**rest}", "Directory", Policies.Directory),
        Route("locations", "/v1/locations/{**rest}", "Directory", Policies.Directory),
        Route("memoranda", "/v1/memoranda/{**rest}", "Directory", Policies.Directory),
        Route("municipalities", "/v1/municipalities/{**rest}", "Directory", Policies.Directory),
        Route("providers", "/v1/providers/{**rest}", "Directory", Policies.Directory),
        Route("coverage", "/v1/coverage/{**rest}", "Directory", Policies.Directory),
        Route("exchange", "/v1/exchange/{**rest}", Import, Policies.Directory),
        Route("hsds", "/hsds/{**rest}", "Directory", Policies.Open, Limits.RateLimits.Anybody),

        Route("indicator-sets", "/v1/indicator-sets/{**rest}", "Identification", Policies.Casework),
        Route("screenings", "/v1/screenings/{**rest}", "Identification", Policies.Casework),
        Route("border-points", "/v1/border-points/{**rest}", "Identification", Policies.Casework),
        Route("form-schemas", "/v1/form-schemas/{**rest}", "Identification", Policies.Casework),
        Route("forms", "/v1/forms/{**rest}", "Identification", Policies.Casework),
        Route("topics", "/v1/subjects/{subject}/screenings/topics", "Identification", Policies.Casework),
        Route("status", "/v1/subjects/{subject}/status", "Identification", Policies.Casework),
        Route("entitlements", "/v1/subjects/{subject}/entitlements", "Identification", Policies.Casework),
        Route("circumstances", "/v1/subjects/{subject}/circumstances", "Identification", Policies.Casework),
        Route("information", "/v1/subjects/{subject}/information", "Identification", Policies.Casework),
        Route("subject-gaps", "/v1/subjects/{subject}/gaps", "Identification", Policies.Casework),
        Route("gaps", "/v1/gaps/{**rest}", "Identification", Policies.Casework),
        Route("reflection-period", "/v1/subjects/{subject}/reflection-period/{**rest}", "Identification", Policies.Casework),
        Route("htcds", "/identification/export/htcds", "Identification", Policies.Casework),

        Route("subjects", "/v1/subjects/{**rest}", "Referral", Policies.Casework),
        Route("referrals", "/v1/referrals/{**rest}", "Referral", Policies.Casework),
        Route("partners", "/v1/partners/{**rest}", "Referral", Policies.Casework),

        Route("feed", "/v1/feed/{**rest}", "Notification", Policies.Feed),
    ];

    /// <summary>All routes of a gateway that is configured so: gRPC goes where there is an address for it.</summary>
    public static RouteConfig[] RoutesFor(IConfiguration configuration) =>
        [.. Routes, .. GrpcServices.Where(grpc => GrpcAddress(configuration, grpc.Service) is not null).Select(grpc => GrpcRoute(grpc.Service, grpc.Name, grpc.Policy))];

    public static ClusterConfig[] Clusters(IConfiguration configuration) =>
    [
        .. Services.Where(service => GrpcAddress(configuration, service) is not null).Select(service => new ClusterConfig
        {
            ClusterId = GrpcCluster(service),
            Destinations = new Dictionary<string, DestinationConfig> { ["only"] = new() { Address = GrpcAddress(configuration, service)! } },
            HttpRequest = new ForwarderRequestConfig
            {
                Version = System.Net.HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                // A call lasts until its caller's deadline, or until one side ends it; silence alone proves nothing.
                ActivityTimeout = TimeSpan.FromDays(20),
            },
        }),
        .. Services.Select(service => Http1(service, service, configuration.GetValue("Gateway:Silence:" + service, service == "Notification" ? FeedSilence : OrdinarySilence), configuration)),
        Http1(Import, "Directory", configuration.GetValue("Gateway:Silence:Import", ImportSilence), configuration),
    ];

    /// <summary>False for a gRPC route's request that is no call: routing minds neither case nor a slash at the end nor the content type, gRPC does.</summary>
    public static bool Takes(Endpoint endpoint, HttpRequest request)
    {
        if (endpoint.Metadata.GetMetadata<RouteModel>()?.Config is not { } route || route.ClusterId?.EndsWith(GrpcSuffix, StringComparison.Ordinal) != true) return true;
        return request.IsGrpc() && request.Path.Value is ['/', .. var path] && path.StartsWith(route.RouteId, StringComparison.Ordinal)
            && path.AsSpan(route.RouteId.Length) is ['/', .. var method] && !method.Contains('/');
    }

    private static ClusterConfig Http1(string cluster, string service, TimeSpan silence, IConfiguration configuration) => new()
    {
        ClusterId = cluster,
        Destinations = new Dictionary<string, DestinationConfig>
        {
            ["only"] = new() { Address = configuration["Gateway:" + service] ?? throw new InvalidOperationException($"Gateway:{service} is not set.") },
        },
        HttpRequest = new ForwarderRequestConfig { Version = System.Net.HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = silence },
    };

    private const string GrpcSuffix = "-grpc";

    private static string? GrpcAddress(IConfiguration configuration, string service) => configuration["Gateway:Grpc:" + service] is { Length: > 0 } address ? address : null;

    private static string GrpcCluster(string service) => service + GrpcSuffix;

    private static RouteConfig GrpcRoute(string service, string name, string policy) => new()
    {
        RouteId = name,
        ClusterId = GrpcCluster(service),
        AuthorizationPolicy = policy,
        RateLimiterPolicy = Limits.RateLimits.Agency,
        Match = new RouteMatch
        {
            Path = $"/{name}/{{method}}",
            Methods = ["POST"],
        },
    };

    private static RouteConfig Route(string id, string path, string service, string policy, string limit = Limits.RateLimits.Agency) => new()
    {
        RouteId = id,
        ClusterId = service,
        AuthorizationPolicy = policy,
        RateLimiterPolicy = limit,
        Match = new RouteMatch { Path = path },
    };
}
