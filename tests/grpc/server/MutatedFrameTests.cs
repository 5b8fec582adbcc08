using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Testing;
using Tiltas.Grpc.Interop;
using Tiltas.Grpc.Tests.Kit;

namespace Tiltas.Grpc.Tests;

/// <summary>Frames, messages and headers made wrong in every way that comes to mind. <c>TILTAS_GRPC_FRAMES</c> sets how many; its default is the full run.</summary>
public sealed class MutatedFrameTests
{
    private const int Seed = 20261122;
    private const int AtATime = 32;
    private const long MostGrowth = 16 * 1024 * 1024;
    private static readonly string[] Paths = [RawCaller.Unary, RawCaller.Upload, RawCaller.Download, RawCaller.Duplex, RawCaller.Empty, "/grpc.testing.TestService/None"];
    private static readonly StatusCode[] CallersFault =
    [
        StatusCode.OK, StatusCode.InvalidArgument, StatusCode.ResourceExhausted, StatusCode.Unimplemented, StatusCode.DeadlineExceeded, StatusCode.Cancelled,
    ];

    [Fact]
    public async Task MutatedFrames_AreTheCallersFault_AndLeaveNothingBehind()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("TILTAS_GRPC_FRAMES") ?? "100000", CultureInfo.InvariantCulture);
        await using var host = await InteropHost.Start(new()
        {
            Port = 0,
            Options = options =>
            {
                options.MaxReceiveMessageSize = 64 * 1024;
                options.Interceptors.Add<Tame>();
            },
        });
        using var caller = new RawCaller(host.Address);
        var outcomes = new ConcurrentDictionary<string, int>();
        await Send(caller, 0, Math.Min(count, 5_000), outcomes);
        var before = Weigh();
        await Send(caller, Math.Min(count, 5_000), count, outcomes);
        var growth = Weigh() - before;

        var wrong = outcomes.Where(outcome => !Allowed(outcome.Key)).ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Select(outcome => $"{outcome.Value} × {outcome.Key}")));
        Assert.True(outcomes.ContainsKey(nameof(StatusCode.InvalidArgument)) && outcomes.ContainsKey(nameof(StatusCode.ResourceExhausted)));
        Assert.True(growth < MostGrowth, $"{growth} bytes more than before");
        Assert.Equal(StatusCode.OK, (await caller.Post(RawCaller.Empty, RawCaller.Frame([]))).Status);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", outcomes.OrderByDescending(outcome => outcome.Value).Select(outcome => $"{outcome.Key} {outcome.Value}")) + $"; {growth} bytes");
    }

    private static Task Send(RawCaller caller, int from, int to, ConcurrentDictionary<string, int> outcomes) =>
        Parallel.ForEachAsync(Enumerable.Range(from, to - from), new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (number, stop) =>
        {
            var random = new Random(Seed + number);
            var (path, body, headers) = Mutate(random);
            var answer = await caller.Post(path, new ByteArrayContent(body), stop, headers).WaitAsync(TimeSpan.FromSeconds(30), stop);
            var outcome = answer.Reset is { } reset ? $"reset {reset}" : answer.Status?.ToString() ?? $"http {answer.Http}";
            outcomes.AddOrUpdate(Allowed(outcome) ? outcome : $"{outcome}: frame {number}", 1, (_, before) => before + 1);
        });

    // HTTP's own refusals: of the content type, of a path with another one, and of a stream (11, ENHANCE_YOUR_CALM, which gRPC reads as
    // RESOURCE_EXHAUSTED) for a caller that had too many refused before it ended them.
    private static bool Allowed(string outcome) =>
        outcome is "http 415" or "http 404" or "reset 11" || (Enum.TryParse<StatusCode>(outcome, out var status) && CallersFault.Contains(status));

    private static (string Path, byte[] Body, (string, string)[] Headers) Mutate(Random random)
    {
        var path = Paths[random.Next(Paths.Length)];
        var frame = RawCaller.Frame(Message(random, path));
        List<(string, string)> headers = [];
        switch (random.Next(14))
        {
            case 0: frame = frame[..random.Next(frame.Length)]; break;
            case 1: frame[0] = (byte)random.Next(256); break;
            case 2: BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)random.NextInt64(1L << 32)); break;
            case 3: BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), Math.Max(0, frame.Length - 5 + random.Next(-3, 4))); break;
            case 4: for (var flips = random.Next(1, 20); flips > 0; flips--) frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8)); break;
            case 5: random.NextBytes(frame); break;
            case 6: frame = RawCaller.Frame(Noise(random, random.Next(200))); break;
            case 7: frame = RawCaller.Frame([.. Enumerable.Repeat((byte)0x7B, random.Next(90, 130)), .. Enumerable.Repeat((byte)0x7C, 130)]); break;
            case 8: (frame, headers) = (RawCaller.Frame(Noise(random, random.Next(300)), 1), [("grpc-encoding", random.Next(2) == 0 ? "gzip" : "deflate")]); break;
            case 9: headers.Add(("grpc-encoding", random.Next(2) == 0 ? "snappy" : Text(random))); break;
            case 10: headers.Add(("grpc-timeout", random.Next(4) switch { 0 => "0n", 1 => "-5S", 2 => $"{random.Next(1, 2000)}u", _ => Text(random) })); break;
            case 11: headers.Add(("x-grpc-test-echo-trailing-bin", random.Next(2) == 0 ? "A" : Text(random))); break;
            case 12: headers.Add(random.Next(2) == 0 ? ("content-type", "application/grpc" + Text(random)) : ("grpc-accept-encoding", Text(random))); break;
            default: if (random.Next(2) == 0) headers.Add(("x-some", "\u00ff\u00fe")); else frame = [.. frame, .. Noise(random, random.Next(1, 9))]; break;
        }
        return (path, frame, [.. headers]);
    }

    private static IMessage Message(Random random, string path)
    {
        var payload = new Payload { Body = ByteString.CopyFrom(Noise(random, random.Next(100))) };
        if (path == RawCaller.Unary) return new SimpleRequest { ResponseSize = random.Next(100), Payload = payload };
        if (path == RawCaller.Upload) return new StreamingInputCallRequest { Payload = payload };
        return new StreamingOutputCallRequest { Payload = payload, ResponseParameters = { new ResponseParameters { Size = random.Next(100) }, new ResponseParameters { Size = 3 } } };
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => (char)random.Next('!', '~' + 1)));

    private static long Weigh()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}

/// <summary>Takes out of a request what the service was made to do: end with any status, wait, send megabytes. What is left is the library's answer.</summary>
internal sealed class Tame : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (request is SimpleRequest simple) (simple.ResponseStatus, simple.ResponseSize) = (null, simple.ResponseSize & 1023);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(Tamed(request), responseStream, context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) => continuation(new TamedStream<TRequest>(requestStream), responseStream, context);

    private static T Tamed<T>(T request)
    {
        if (request is StreamingOutputCallRequest output)
        {
            output.ResponseStatus = null;
            foreach (var wanted in output.ResponseParameters) (wanted.Size, wanted.IntervalUs) = (wanted.Size & 1023, 0);
        }
        return request;
    }

    private sealed class TamedStream<T>(IAsyncStreamReader<T> inner) : IAsyncStreamReader<T>
    {
        public T Current => Tamed(inner.Current);

        public Task<bool> MoveNext(CancellationToken cancellationToken) => inner.MoveNext(cancellationToken);
    }
}
