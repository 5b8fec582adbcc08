using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Tiltas.Bench.BarePath;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Report;
using Tiltas.Local.Servers;

namespace Tiltas.Bench.Grpc;

/// <summary>P5: what gRPC costs over a plain HTTP/2 POST that carries the very same bytes both ways; both in one process, in changing order.</summary>
internal sealed class MeasureGrpc(Plan plan, Findings findings)
{
    private const string Section = "P5 gRPC beside a plain HTTP/2 POST of the same bytes";
    private const int Connections = 4;
    private const int BodyLength = 100;
    private const int StreamLength = 1000;

    public async Task Run(CancellationToken stop)
    {
        var port = PortRegister.Any();
        using var server = Start(port);
        try
        {
            await Answers(port, stop);
            var at = new IPEndPoint(IPAddress.Loopback, port);
            var one = Framed.Bytes(new Ask { Body = ByteString.CopyFrom(new byte[BodyLength]) });
            var many = Framed.Bytes(new Ask { Body = ByteString.CopyFrom(new byte[BodyLength]), Count = StreamLength });
            var answer = Framed.Bytes(new Given { Body = ByteString.CopyFrom(new byte[BodyLength]) }).Length;
            Way[] ways =
            [
                new(server, new(at, "/tiltas.bench.v1.Flow/Echo", one, answer), new(at, "/tiltas.bench.v1.Flow/Pour", many, answer * StreamLength)),
                new(server, new(at, "/trailer/echo", one, one.Length), new(at, "/plain/pour", many, answer * StreamLength)),
                new(server, new(at, "/plain/echo", one, one.Length), new(at, "/plain/pour", many, answer * StreamLength)),
            ];
            foreach (var way in ways) await way.WarmUp(plan.WarmUp / 2);
            await Rounds.Short(plan, [.. ways.Select<Way, Func<TimeSpan, Task>>(way => way.Measure)]);
            Report(ways[0], ways[1], ways[2]);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
        }
    }

    private void Report(Way grpc, Way trailer, Way plain)
    {
        findings.Add(Section, "unary, 32 streams", "/s", grpc.PerSecond);
        findings.Add(Section, "plain POST, 32 streams", "/s", plain.PerSecond);
        findings.Add(Section, "unary / plain", "×", MeasurePath.Ratio(grpc.PerSecond, plain.PerSecond), Goal.Least(0.90));
        // A status after the body is one more frame, whoever sends it: what is left is what the library costs.
        findings.Add(Section, "unary / plain POST with one trailer", "×", MeasurePath.Ratio(grpc.PerSecond, trailer.PerSecond));
        findings.Add(Section, "server's processor time, with one trailer", "µs", trailer.Cost);
        findings.Add(Section, "server's processor time, unary", "µs", grpc.Cost);
        findings.Add(Section, "server's processor time, plain", "µs", plain.Cost);
        findings.Add(Section, "plain / unary, processor time", "×", MeasurePath.Ratio(plain.Cost, grpc.Cost));
        findings.Add(Section, "unary p99, 8 streams", "ms", grpc.Late);
        findings.Add(Section, "plain p99, 8 streams", "ms", plain.Late);
        findings.Add(Section, "p99 / plain p99", "×", MeasurePath.Ratio(grpc.Late, plain.Late), Goal.Most(1.15));
        findings.Add(Section, "server stream, messages", "/s", grpc.Messages);
        findings.Add(Section, "plain writes of the same bytes", "/s", plain.Messages);
        findings.Add(Section, "stream / plain", "×", MeasurePath.Ratio(grpc.Messages, plain.Messages));
    }

    private static Process Start(int port)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(MeasureGrpc).Assembly.Location, port.ToString(CultureInfo.InvariantCulture)]);
        start.Environment[PathPair.PartVariable] = FlowServer.Part;
        return Process.Start(start)!;
    }

    private static async Task Answers(int port, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, patience.Token);
            }
        }
    }

    private sealed class Way(Process server, Http2Driver one, Http2Driver many)
    {
        public List<double> PerSecond { get; } = [];

        public List<double> Late { get; } = [];

        /// <summary>Microseconds of the server's processor time for one request.</summary>
        public List<double> Cost { get; } = [];

        public List<double> Messages { get; } = [];

        public async Task WarmUp(TimeSpan time)
        {
            await one.Run(Connections, 8, time);
            await many.Run(Connections, 1, time / 2);
        }

        public async Task Measure(TimeSpan time)
        {
            var before = Spent();
            var (perSecond, delays) = await one.Run(Connections, 8, time);
            PerSecond.Add(perSecond);
            Cost.Add((Spent() - before).TotalMicroseconds / delays.Count);
            Late.Add(new Delays((await one.Run(Connections, 2, time)).Delays).At(0.99));
            Messages.Add((await many.Run(Connections, 1, time)).PerSecond * StreamLength);
        }

        private TimeSpan Spent()
        {
            server.Refresh();
            return server.TotalProcessorTime;
        }
    }
}
