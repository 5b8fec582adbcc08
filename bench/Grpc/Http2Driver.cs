using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tiltas.Bench.Grpc;

/// <summary>
/// Asks the same over and over on bare HTTP/2 connections, each stream as soon as the one before was answered. It reads frames and no more,
/// so it costs little and the same for whoever answers. An answer that is not as long as expected is a fault.
/// </summary>
/// <param name="server">Where.</param>
/// <param name="path">The method.</param>
/// <param name="body">The framed request.</param>
/// <param name="answerLength">Of the framed answers to one request, in bytes.</param>
internal sealed class Http2Driver(IPEndPoint server, string path, byte[] body, int answerLength)
{
    private const int Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    private const int Window = 1 << 30;

    /// <summary>Goes with each request.</summary>
    public string? Token { get; init; }

    /// <summary>The authority whose certificate the server shows, as a PEM file; null: without TLS.</summary>
    public string? Authority { get; init; }

    /// <summary>Delays in milliseconds of all answers that came within the time.</summary>
    public async Task<(double PerSecond, List<double> Delays)> Run(int connections, int streams, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Factory.StartNew(() => Ask(streams, start, time), TaskCreationOptions.LongRunning)));
        var delays = all.SelectMany(one => one).ToList();
        return (delays.Count / Stopwatch.GetElapsedTime(start).TotalSeconds, delays);
    }

    private List<double> Ask(int streams, long start, TimeSpan time)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        using var connection = Open(socket);
        var (header, read, next) = (Header(), 0, 1);
        var input = new byte[256 * 1024];
        using var output = new MemoryStream();
        var open = new Dictionary<int, (long At, int Length)>();
        List<double> delays = [];
        output.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Frame(output, Settings, 0, 0, [0, 4, .. BigEndian(Window)]);
        Frame(output, WindowUpdate, 0, 0, BigEndian(Window - 65536));
        for (var i = 0; i < streams; i++) Send();
        var (received, credit) = (0, 0);
        while (open.Count > 0)
        {
            if (output.Length > 0) connection.Write(output.GetBuffer().AsSpan(0, (int)output.Length));
            output.SetLength(0);
            received = connection.Read(input, read, input.Length - read);
            if (received == 0) throw new IOException("The server closed the connection.");
            read += received;
            var at = 0;
            while (read - at >= 9)
            {
                var length = (input[at] << 16) | (input[at + 1] << 8) | input[at + 2];
                if (read - at < 9 + length) break;
                Take(input[at + 3], input[at + 4], BinaryPrimitives.ReadInt32BigEndian(input.AsSpan(at + 5)), input.AsSpan(at + 9, length));
                at += 9 + length;
            }
            input.AsSpan(at, read - at).CopyTo(input);
            read -= at;
            if (credit > Window / 4)
            {
                Frame(output, WindowUpdate, 0, 0, BigEndian(credit));
                credit = 0;
            }
        }
        return delays;

        void Send()
        {
            Frame(output, Headers, 4, next, header);
            Frame(output, Data, 1, next, body);
            open[next] = (Stopwatch.GetTimestamp(), 0);
            next += 2;
        }

        void Take(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
        {
            switch (type)
            {
                case Reset or GoAway: throw new IOException("The server broke a request off.");
                case Settings when (flags & 1) == 0: Frame(output, Settings, 1, 0, []); break;
                case Ping when (flags & 1) == 0: Frame(output, Ping, 1, 0, payload); break;
                case Data:
                    credit += payload.Length;
                    open[stream] = (open[stream].At, open[stream].Length + payload.Length);
                    break;
            }
            if (type is not (Data or Headers) || (flags & 1) == 0) return;
            open.Remove(stream, out var ended);
            if (ended.Length != answerLength) throw new IOException($"An answer has {ended.Length} bytes instead of {answerLength}.");
            delays.Add(Stopwatch.GetElapsedTime(ended.At).TotalMilliseconds);
            if (Stopwatch.GetElapsedTime(start) < time) Send();
        }
    }

    private Stream Open(Socket socket)
    {
        var plain = new NetworkStream(socket);
        if (Authority is null) return plain;
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(Authority);
        var secure = new SslStream(plain);
        secure.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [SslApplicationProtocol.Http2], CertificateChainPolicy = trust });
        return secure;
    }

    // HPACK without compression: indexed names where the static table has them, literal values.
    private byte[] Header() =>
    [
        0x83, (byte)(Authority is null ? 0x86 : 0x87), 0x04, .. Text(path), 0x01, .. Text(server.ToString()), 0x0f, 0x10, .. Text("application/grpc"), 0x00, .. Text("te"), .. Text("trailers"),
        .. Token is null ? [] : (byte[])[0x0f, 0x08, .. Text("Bearer " + Token)],
    ];

    private static byte[] Text(string text)
    {
        List<byte> bytes = [];
        if (text.Length < 127)
        {
            bytes.Add((byte)text.Length);
        }
        else
        {
            bytes.Add(127);
            var rest = text.Length - 127;
            for (; rest >= 128; rest >>= 7) bytes.Add((byte)(rest & 127 | 128));
            bytes.Add((byte)rest);
        }
        return [.. bytes, .. Encoding.ASCII.GetBytes(text)];
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static void Frame(MemoryStream to, byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(head[5..], stream);
        to.Write(head);
        to.Write(payload);
    }
}
