using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Tiltas.Gateway.Tests;

/// <summary>Certificates made for one test.</summary>
internal static class MadeCertificate
{
    public static X509Certificate2 Of(string name, DateTimeOffset from, DateTimeOffset to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(from, to);
    }

    public static string Fingerprint(this X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    public static void Write(this X509Certificate2 certificate, Room room)
    {
        File.WriteAllText(room.In("tls.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(room.In("tls.pem"), certificate.ExportCertificatePem());
    }
}

/// <summary>Some gRPC server over HTTP/2 without TLS, behind the gateway. It stands for no service of ours.</summary>
internal sealed class GrpcUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GrpcUpstream(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();
    public int Requests;
    public Dictionary<string, string> Headers { get; private set; } = [];
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What Subscribe sends in place of one message and silence.</summary>
    public RequestDelegate? Stream { get; set; }

    public TaskCompletionSource Break { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<GrpcUpstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2));
        var upstream = new GrpcUpstream(builder.Build());
        upstream._app.Map("/tiltas.directory.v1.Directory/Silent", upstream.SilentAsync);
        upstream._app.Map("/tiltas.directory.v1.Directory/Http", () => Results.Json("no", statusCode: StatusCodes.Status401Unauthorized));
        upstream._app.Map("/tiltas.directory.v1.Directory/Breaks", upstream.BreakAsync);
        upstream._app.Map("/tiltas.notification.v1.Notifications/Subscribe", upstream.StreamAsync);
        upstream._app.Map("/{**path}", upstream.EchoAsync);
        await upstream._app.StartAsync();
        return upstream;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task EchoAsync(HttpContext context)
    {
        Interlocked.Increment(ref Requests);
        Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        context.Response.ContentType = "application/grpc";
        await context.Request.Body.CopyToAsync(context.Response.Body);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private async Task SilentAsync(HttpContext context)
    {
        Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var aborted = context.RequestAborted.UnsafeRegister(_ => ended.TrySetResult(), null);
        await ended.Task;
        Ended.TrySetResult();
    }

    private static async Task SendOneAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(GrpcClient.Frame("first"));
        await context.Response.Body.FlushAsync();
    }

    private async Task BreakAsync(HttpContext context)
    {
        await SendOneAsync(context);
        await Break.Task;
        context.Abort();
    }

    private async Task StreamAsync(HttpContext context)
    {
        Interlocked.Increment(ref Requests);
        if (Stream is not null)
        {
            context.Response.ContentType = "application/grpc";
            await Stream(context);
            return;
        }
        await SendOneAsync(context);
        await SilentAsync(context);
    }
}

/// <summary>A gRPC caller over a real HTTP/2 connection, by hand.</summary>
internal sealed class GrpcClient : IDisposable
{
    private readonly HttpClient _http;

    public GrpcClient(Uri address, X509Certificate2? own = null)
    {
        var options = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                Server = certificate?.GetCertHashString(HashAlgorithmName.SHA256);
                return Server is not null;
            },
        };
        if (own is not null) options.ClientCertificates = [own];
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = options }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(40) };
    }

    /// <summary>The certificate the gateway showed.</summary>
    public string? Server { get; private set; }

    public static byte[] Frame(string text)
    {
        var message = Encoding.UTF8.GetBytes(text);
        var frame = new byte[message.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public Task<HttpResponseMessage> CallAsync(string method, string? token = null, byte[]? body = null, string? timeout = null, string type = "application/grpc") =>
        CallAsync(method, token, new ByteArrayContent(body ?? Frame("hello")), timeout, type);

    public async Task<HttpResponseMessage> CallAsync(string method, string? token, HttpContent content, string? timeout = null, string type = "application/grpc")
    {
        // Not disposed of: that would dispose of a body that is still being sent.
        var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.TE.ParseAdd("trailers");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (timeout is not null) request.Headers.Add("grpc-timeout", timeout);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string path, Version version) =>
        _http.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact }, TestContext.Current.CancellationToken);

    public void Dispose() => _http.Dispose();
}

/// <summary>Requests of one call, after which the caller may ask more; like every gRPC client's they end with the call, unless it holds on to them.</summary>
internal sealed class OpenBody(params byte[][] frames) : HttpContent
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool HoldsOn { get; init; }

    public void End() => _end.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var frame in frames) await stream.WriteAsync(frame, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        await _end.Task.WaitAsync(HoldsOn ? CancellationToken.None : cancellationToken);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        End();
        base.Dispose(disposing);
    }
}

/// <summary>How a call ended.</summary>
internal sealed record GrpcEnd(int Status, string Message, string Details, string Body, bool InHeaders)
{
    public static async Task<GrpcEnd> Of(HttpResponseMessage response)
    {
        Assert.Equal((200, "application/grpc"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        var inHeaders = response.Headers.Contains("grpc-status");
        var headers = inHeaders ? response.Headers : response.TrailingHeaders;
        string One(string name) => headers.TryGetValues(name, out var values) ? Assert.Single(values) : "";
        var details = Encoding.Latin1.GetString(Convert.FromBase64String(One("grpc-status-details-bin")));
        return new GrpcEnd(int.Parse(One("grpc-status"), System.Globalization.CultureInfo.InvariantCulture), One("grpc-message"), details, body, inHeaders);
    }
}
