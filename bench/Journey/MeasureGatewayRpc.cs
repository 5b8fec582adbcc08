using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Tiltas.Bench.BarePath;
using Tiltas.Bench.Grpc;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Bench.Report;
using Tiltas.Protos.Directory.V1;
using DirectoryClient = Tiltas.Protos.Directory.V1.Directory.DirectoryClient;

namespace Tiltas.Bench.Journey;

/// <summary>P4 over gRPC: one small unary read, at the gateway over TLS with an access token and of the service itself, without TLS, with a passport.</summary>
internal sealed class MeasureGatewayRpc(BenchNetwork network, string passport, Plan plan, Findings findings)
{
    private const string Section = "P4 the gateway's cost, gRPC unary";
    private const int Connections = 4;
    private static readonly GetAgencyRequest Read = new() { AgencyId = "lt-caritas" };

    public async Task Run(CancellationToken stop)
    {
        var length = Framed.Bytes(await Answer(stop)).Length;
        var direct = new Way(To(network.Local["directory"].Grpc, passport, null, length));
        var proxied = new Way(To(network.Local.GatewayTls, await network.Token(stop), network.Local.Authority.Authority, length));
        foreach (var way in (Way[])[direct, proxied]) await way.Driver.Run(Connections, 8, plan.WarmUp / 2);
        await Rounds.Short(plan, direct.Measure, proxied.Measure);

        findings.Add(Section, "proxied, 32 streams", "/s", proxied.PerSecond);
        findings.Add(Section, "direct, 32 streams", "/s", direct.PerSecond);
        findings.Add(Section, "proxied / direct", "×", MeasurePath.Ratio(proxied.PerSecond, direct.PerSecond), Goal.Least(0.60));
        findings.Add(Section, "added at p50, one stream", "ms", [.. proxied.Half.Zip(direct.Half, (with, without) => with - without)], Goal.Most(1));
    }

    private async Task<GetAgencyResponse> Answer(CancellationToken stop)
    {
        using var channel = GrpcChannel.ForAddress(network.Local["directory"].Grpc);
        return await new DirectoryClient(channel).GetAgencyAsync(Read, new Metadata { { "authorization", "Bearer " + passport } }, cancellationToken: stop);
    }

    private static Http2Driver To(Uri at, string token, string? authority, int length) =>
        new(new IPEndPoint(IPAddress.Loopback, at.Port), "/tiltas.directory.v1.Directory/GetAgency", Framed.Bytes(Read), length) { Token = token, Authority = authority };

    private sealed class Way(Http2Driver driver)
    {
        public List<double> PerSecond { get; } = [];

        public List<double> Half { get; } = [];

        public Http2Driver Driver => driver;

        public async Task Measure(TimeSpan time)
        {
            PerSecond.Add((await driver.Run(Connections, 8, time)).PerSecond);
            Half.Add(new Delays((await driver.Run(1, 1, time / 2)).Delays).At(0.5));
        }
    }
}
