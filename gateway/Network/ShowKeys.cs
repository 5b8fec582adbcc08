using Tiltas.Gateway.Limits;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Network;

/// <summary>The public keys that verify what the gateway signs.</summary>
internal static class ShowKeys
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapMethods("/.well-known/jwks.json", ["GET", "HEAD"], (PassportKeys keys) => Results.Bytes(keys.PublicJson, "application/jwk-set+json"))
        .AllowAnonymous().RequireRateLimiting(RateLimits.Anybody);
}
