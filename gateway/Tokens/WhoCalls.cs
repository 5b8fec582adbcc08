using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tiltas.Gateway.Clients;

namespace Tiltas.Gateway.Tokens;

/// <summary>
/// Tells the rest of the pipeline which client asks: by its access token, by its certificate, or by both when they are of the
/// same client. Refusing is left to each route's policy.
/// </summary>
public sealed class WhoCalls(RequestDelegate next, AccessTokens tokens, ClientRegistry clients, TimeProvider time)
{
    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var byCertificate = context.Connection.ClientCertificate is { } certificate ? FindClient(certificate) : null;
        var client = byCertificate;
        if (context.Request.Headers.Authorization is { Count: > 0 } authorization)
        {
            client = await tokens.FindClientAsync(authorization);
            if (byCertificate is not null && !ReferenceEquals(byCertificate, client)) client = null;
        }
        if (client is not null)
        {
            context.Features.Set(client);
            context.Features.Set(client.Caller);
        }
        await next(context);
    }

    private Client? FindClient(X509Certificate2 certificate)
    {
        // The dates are asked with each request: a connection may outlive its certificate.
        var now = time.GetUtcNow();
        return now >= certificate.NotBefore.ToUniversalTime() && now <= certificate.NotAfter.ToUniversalTime()
            ? clients.FindByCertificate(certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant())
            : null;
    }
}
