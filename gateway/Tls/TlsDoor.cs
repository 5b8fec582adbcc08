using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Tiltas.Hosting.Health;

namespace Tiltas.Gateway.Tls;

/// <summary>
/// The public door with TLS on <c>Listen:Tls</c>: HTTP/1.1 and HTTP/2 by what both sides offer. A client certificate is asked
/// for and never required; any is taken, because here it only proves who holds its key. Whose it is, the clients file says.
/// </summary>
internal static class TlsDoor
{
    // No certificate, or one that no authority of this machine stands for: neither says anything about the client.
    private const SslPolicyErrors Unasked = SslPolicyErrors.RemoteCertificateNotAvailable | SslPolicyErrors.RemoteCertificateChainErrors | SslPolicyErrors.RemoteCertificateNameMismatch;

    public static void AddTlsDoor(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["Listen:Tls"] is not { Length: > 0 }) return;

        builder.Services.AddSingleton<ServerCertificate>();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IConfiguration, ServerCertificate>((kestrel, configuration, certificate) =>
            kestrel.ListenAt(configuration, "Listen:Tls", listener =>
            {
                listener.Protocols = HttpProtocols.Http1AndHttp2;
                listener.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = certificate.Current,
                        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                        ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = static (_, _, _, errors) => (errors & ~Unasked) == SslPolicyErrors.None,
                    }),
                });
            }, tls: true));
    }
}
