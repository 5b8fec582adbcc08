using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tiltas.Gateway.Limits;
using Tiltas.Gateway.Routes;
using Tiltas.Grpc.Interop;
using Tiltas.TestKit;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Tiltas.Gateway.Tests;

/// <summary>The public interoperability cases through the gateway as it is, with one more service behind it: what it forwards, it does not change.</summary>
public sealed class InteropTests
{
    private const int Cases = 19;

    [Fact]
    public async Task GrpcJs_PassesAllCases() => await Play(ForeignGrpcClients.GrpcJs);

    [Fact]
    public async Task Grpcio_PassesAllCases() => await Play(ForeignGrpcClients.Grpcio);

    private static async Task Play(Func<string, string[], Task<string[]>> client)
    {
        using var authority = new TestAuthority();
        await using var host = await InteropHost.Start(new() { Port = 0 });
        var gateway = new RunningGateway
        {
            Besides = builder => builder.Services.AddSingleton<IProxyConfigProvider>(new InMemoryConfigProvider([Route], [Cluster(host.Address)])),
            Settings = { ["Listen:Tls"] = "https://127.0.0.1:0", ["Tls:CertificateFile"] = authority.CertificateFile, ["Tls:KeyFile"] = authority.KeyFile },
        };
        await gateway.InitializeAsync();
        await using var running = gateway;
        var passed = await client($"localhost:{gateway.TlsAddress.Port}", ["--tls-ca", authority.CaFile, "--header", "authorization=Bearer " + gateway.Tokens.Good()]);
        Assert.Equal(Cases, passed.Distinct().Count());
    }

    private static RouteConfig Route => new()
    {
        RouteId = "interop",
        ClusterId = "interop",
        AuthorizationPolicy = Policies.Casework,
        RateLimiterPolicy = RateLimits.Agency,
        Match = new RouteMatch { Path = "/grpc.testing.TestService/{method}", Methods = ["POST"] },
        // The gateway lets no header through that it does not know; these are the cases' own.
        Transforms = [new Dictionary<string, string> { ["RequestHeadersAllowed"] = "x-grpc-test-echo-initial;x-grpc-test-echo-trailing-bin;x-test-status-details" }],
    };

    private static ClusterConfig Cluster(Uri host) => new()
    {
        ClusterId = "interop",
        Destinations = new Dictionary<string, DestinationConfig> { ["only"] = new() { Address = host.ToString() } },
        HttpRequest = new ForwarderRequestConfig { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact },
    };
}
