using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tiltas.Gateway.Clients;
using Tiltas.Gateway.Limits;
using Tiltas.Gateway.Network;
using Tiltas.Gateway.Routes;
using Tiltas.Gateway.Tls;
using Tiltas.Gateway.Tokens;
using Tiltas.Hosting.Passports;
using Yarp.ReverseProxy.Forwarder;

namespace Tiltas.Gateway;

/// <summary>How the parts of the gateway are put together.</summary>
internal static class GatewayHost
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        // A line ends with CR LF and nothing else: whoever stands in front of the gateway may read a bare LF differently.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        builder.AddPassports();
        builder.AddPassportIssuer();
        builder.Services.AddSingleton<ClientRegistry>();
        builder.Services.AddSingleton<AccessTokens>();
        builder.Services.AddSingleton<GuessLimits>();
        builder.Services.AddSingleton<IssueToken>();
        builder.Services.AddSingleton<ShowHealth>();
        builder.Services.AddHttpClient(nameof(ShowHealth));
        // A question every second is not a story worth a trace.
        builder.Services.AddHttpClient(nameof(DirectoryClients)).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { ActivityHeadersPropagator = null });
        builder.Services.AddHostedService<DirectoryClients>();
        builder.Services.AddSingleton<DistributedContextPropagator, OutsideTrace>();
        builder.Services.AddRoutePolicies();
        builder.Services.AddRateLimits(builder.Configuration);
        builder.Services.AddReverseProxy()
            .LoadFromMemory(RouteTable.RoutesFor(builder.Configuration), RouteTable.Clusters(builder.Configuration))
            .AddTransforms<Passage>()
            .ConfigureHttpClient((_, handler) =>
            {
                handler.ConnectTimeout = TimeSpan.FromSeconds(2);
                handler.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1);
                handler.MaxConnectionsPerServer = 1024;
                handler.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
                handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
                handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
                handler.ActivityHeadersPropagator = new OutsideTrace();
            });
        builder.Services.AddGrpc(options =>
        {
            options.IgnoreUnknownServices = true;
            options.MaxReceiveMessageSize = (int)Door.LargestBody;
#if !USE_OFFICIAL_GRPC
            options.StatusDetails = Tiltas.Hosting.Rpc.RpcProblem.DetailsOf;
            // They end as all others do, and say more.
            options.EndStreamsWithServer = false;
#endif
        });
#if USE_OFFICIAL_GRPC
        // The official reflection tells only of what is mapped here.
        builder.Services.AddGrpcReflection();
#else
        builder.Services.AddGrpcReflectionOf(
            Protos.Directory.V1.Directory.Descriptor, Protos.Directory.V1.Administration.Descriptor, Protos.Identification.V1.Identification.Descriptor, Protos.Identification.V1.Forms.Descriptor,
            Protos.Referral.V1.Referrals.Descriptor, Protos.Notification.V1.Notifications.Descriptor);
#endif
        builder.AddTlsDoor();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = EndEarly.Stopped);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
            // So that a header beyond ASCII is refused by us, in our form, and not by the server without a word.
            kestrel.RequestHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
            kestrel.Limits.MaxRequestBodySize = Door.LargestDrained;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        });
    }

    public static void UseGateway(this WebApplication app)
    {
        app.UseMiddleware<Door>();
        app.UseRouting();
        app.Use((context, next) =>
        {
            if (context.GetEndpoint() is { } endpoint && RouteTable.Takes(endpoint, context.Request)) return next(context);
            context.Response.StatusCode = (int)HttpStatusCode.NotFound;
            return Task.CompletedTask;
        });
        app.UseMiddleware<WhoCalls>();
        app.UseAuthorization();
        app.UseMiddleware<FileLimit>();
        app.UseRateLimiter();
        app.UseMiddleware<StreamLimit>();
        app.UseMiddleware<EndEarly>();

        IssueToken.Map(app);
        ShowHealth.Map(app);
        ShowKeys.Map(app);
        // What the interface is and whether it is up is no secret; the files are published.
        app.MapGrpcService<HealthRpc>().AllowAnonymous().RequireRateLimiting(RateLimits.Anybody);
        app.MapGrpcReflectionService().AllowAnonymous().RequireRateLimiting(RateLimits.Anybody);
        app.MapReverseProxy(proxy => proxy.Use(ForwardFailures.AnswerAsync));
    }
}
