using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tiltas.Grpc.Client.Tests.Kit;

/// <summary>A Kestrel that answers exactly what a test writes, right or wrong: no gRPC library stands behind it.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RawServer(WebApplication app, string scheme)
    {
        _app = app;
        var bound = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Address = $"{scheme}://localhost:{bound.Port}";
    }

    public string Address { get; }

    public static async Task<RawServer> StartAsync(RequestDelegate answer, X509Certificate2? certificate = null, bool clientCertificate = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // Kestrel refuses streams while twice as many as this are not wound up yet, which many resets at once bring about.
            kestrel.Limits.Http2.MaxStreamsPerConnection = 10_000;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (certificate is null) return;
                listen.UseHttps(certificate, https =>
                {
                    if (!clientCertificate) return;
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.AllowAnyClientCertificate();
                });
            });
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new(app, certificate is null ? "http" : "https");
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>Pieces of answers.</summary>
internal static class Raw
{
    public static byte[] Frame(string message, byte flag = 0) => Frame(Encoding.UTF8.GetBytes(message), flag);

    public static byte[] Frame(byte[] payload, byte flag = 0)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }

    public static HttpContext Grpc(this HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        return http;
    }

    public static async Task Send(this HttpContext http, params byte[][] pieces)
    {
        foreach (var piece in pieces) await http.Response.Body.WriteAsync(piece);
        await http.Response.Body.FlushAsync();
    }

    /// <summary>The status: in trailers after an answer has begun, else as the whole answer.</summary>
    public static void End(this HttpContext http, StatusCode code, string? message = null, params (string Name, string Value)[] more)
    {
        void Put(string name, string value)
        {
            if (http.Response.HasStarted) http.Response.AppendTrailer(name, value);
            else http.Response.Headers.Append(name, value);
        }

        Put("grpc-status", ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (message is not null) Put("grpc-message", message);
        foreach (var (name, value) in more) Put(name, value);
    }

    public static void Reset(this HttpContext http, int errorCode) => http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode);

    /// <summary>The next message of the request; null at its end.</summary>
    public static async Task<(string Message, byte Flag)?> Receive(this HttpContext http)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync();
            if (TryCut(read.Buffer, out var message, out var flag, out var end))
            {
                reader.AdvanceTo(end);
                return (message, flag);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted) return null;
        }
    }

    private static bool TryCut(System.Buffers.ReadOnlySequence<byte> buffer, out string message, out byte flag, out SequencePosition end)
    {
        (message, flag, end) = ("", 0, buffer.Start);
        if (buffer.Length < 5) return false;
        var header = new byte[5];
        System.Buffers.BuffersExtensions.CopyTo(buffer.Slice(0, 5), header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (buffer.Length < 5 + length) return false;
        var payload = buffer.Slice(5, length);
        (message, flag, end) = (Encoding.Latin1.GetString(System.Buffers.BuffersExtensions.ToArray(payload)), header[0], payload.End);
        return true;
    }
}
