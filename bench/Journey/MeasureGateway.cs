using System.Net;
using Microsoft.Extensions.Configuration;
using Tiltas.Bench.BarePath;
using Tiltas.Bench.Generator;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Bench.Report;
using Tiltas.Contracts;
using Tiltas.Hosting.Passports;

namespace Tiltas.Bench.Journey;

/// <summary>P4: one small read, asked at the gateway with an access token and asked of the service itself with a passport.</summary>
internal sealed class MeasureGateway(BenchNetwork network, Processes processes, Plan plan, Findings findings)
{
    private const string Section = "P4 the gateway's cost";
    private const string Read = "/v1/agencies/lt-caritas";

    public async Task Run(CancellationToken stop)
    {
        var direct = await Way.Of(Direct(), plan.WarmUp / 2, stop);
        var proxied = await Way.Of(await Proxied(stop), plan.WarmUp / 2, stop);
        await Rounds.Short(plan, Both(direct, proxied, (way, time) => way.Throughput(processes, time, findings, stop)));
        await Rounds.Short(plan, Both(direct, proxied, (way, time) => way.Delay(time / 2, findings, stop)));

        findings.Add(Section, "proxied, 32 connections", "/s", proxied.PerSecond, cpu: Usage.Median(proxied.Cpu));
        findings.Add(Section, "direct, 32 connections", "/s", direct.PerSecond, cpu: Usage.Median(direct.Cpu));
        findings.Add(Section, "proxied / direct", "×", MeasurePath.Ratio(proxied.PerSecond, direct.PerSecond), Goal.Least(0.60));
        findings.Add(Section, "added at p50, one connection", "ms", [.. proxied.Half.Zip(direct.Half, (with, without) => with - without)], Goal.Most(1));
        await new MeasureGatewayRpc(network, Passport(), plan, findings).Run(stop);
    }

    private static Func<TimeSpan, Task>[] Both(Way direct, Way proxied, Func<Way, TimeSpan, Task> measure) => [time => measure(direct, time), time => measure(proxied, time)];

    private async Task<SameRequest> Proxied(CancellationToken stop) => Request(network.Gateway, await network.Token(stop));

    private SameRequest Direct() => Request(network.Local["directory"].Api, Passport());

    private string Passport()
    {
        var keys = network.Local.Keys;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Passport:JwksFile"] = keys.PublicKeys, ["Passport:SigningKeyFile"] = keys.SigningKey,
        }).Build();
        var signer = new TokenSigner(configuration, new PassportKeys(configuration, TimeProvider.System), TimeProvider.System);
        var caller = new Caller { Agency = AgencyId.From(BenchNetwork.Sender), Client = $"{BenchNetwork.Sender}-system", Roles = [Roles.Agency] };
        return signer.Sign(TokenProfile.Passport, caller);
    }

    private static SameRequest Request(Uri at, string token) =>
        new(new RequestShape("GET", new Uri(at, Read), "", $"Authorization: Bearer {token}")) { Address = new IPEndPoint(IPAddress.Loopback, at.Port) };

    private sealed class Way(SameRequest request)
    {
        public List<double> PerSecond { get; } = [];

        public List<double> Half { get; } = [];

        public List<Usage> Cpu { get; } = [];

        public static async Task<Way> Of(SameRequest request, TimeSpan warmUp, CancellationToken stop)
        {
            await ClosedLoop.Run(request, 16, warmUp, stop);
            return new Way(request);
        }

        public async Task Throughput(Processes processes, TimeSpan time, Findings findings, CancellationToken stop)
        {
            var before = processes.Now();
            var result = Checked(await ClosedLoop.Run(request, 32, time, stop), findings);
            PerSecond.Add(result.PerSecond);
            Cpu.Add((processes.Now() - before).Per(Math.Max(1, result.Taken.Count)));
        }

        public async Task Delay(TimeSpan time, Findings findings, CancellationToken stop) =>
            Half.Add(new Delays(Checked(await ClosedLoop.Run(request, 1, time, stop), findings).Taken.Select(taken => taken.Answered.TotalMilliseconds)).At(0.5));

        private static LoadResult Checked(LoadResult result, Findings findings)
        {
            foreach (var (answer, count) in result.Refused) findings.Fault($"P4: {count} × {answer}");
            return result;
        }
    }
}
