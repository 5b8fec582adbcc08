using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;

namespace Tiltas.Hosting.Health;

/// <summary>Opens a port that the configuration names by an address.</summary>
public static class Listening
{
    /// <summary>Listens at the address under <paramref name="key"/>, whose scheme must say whether there is TLS.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it has the other scheme.</exception>
    public static void ListenAt(this KestrelServerOptions kestrel, IConfiguration configuration, string key, Action<ListenOptions> configure, bool tls = false)
    {
        if (configuration[key] is not { Length: > 0 } text) throw new InvalidOperationException($"{key} is not set; it takes an address like http://127.0.0.1:8080");
        var address = BindingAddress.Parse(text);
        if (address.Scheme != (tls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)) throw new InvalidOperationException($"{key} must be an address with {(tls ? "https" : "http")}.");
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)) kestrel.Listen(ip, address.Port, configure);
        else if (address.Host == "localhost") kestrel.ListenLocalhost(address.Port, configure);
        else kestrel.ListenAnyIP(address.Port, configure);
    }
}
