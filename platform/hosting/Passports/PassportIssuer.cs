using System.Collections.Concurrent;
using Microsoft.Extensions.Primitives;

namespace Tiltas.Hosting.Passports;

/// <summary>
/// Issues passports at the gateway. One passport serves all requests of a client for a minute: the gateway signs once
/// and each service verifies once, instead of both for every request.
/// </summary>
public sealed class PassportIssuer(TokenSigner signer, TimeProvider time)
{
    private static readonly TimeSpan Reuse = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Issued> _issued = new(StringComparer.Ordinal);

    /// <summary>The Authorization header to send inside for that caller.</summary>
    public StringValues HeaderFor(Caller caller)
    {
        var now = time.GetUtcNow();
        // By reference: a caller made anew (another agency, other roles) must not travel on the old one's passport.
        if (_issued.TryGetValue(caller.Client, out var issued) && ReferenceEquals(issued.Caller, caller) && now < issued.Until) return issued.Header;

        issued = new Issued(caller, "Bearer " + signer.Sign(TokenProfile.Passport, caller), now + Reuse);
        _issued[caller.Client] = issued;
        return issued.Header;
    }

    private sealed record Issued(Caller Caller, StringValues Header, DateTimeOffset Until);
}
