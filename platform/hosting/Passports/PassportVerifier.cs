using Microsoft.Extensions.Primitives;

namespace Tiltas.Hosting.Passports;

/// <summary>Verifies the passport of a request from inside. Services trust nothing else about who asks.</summary>
public sealed class PassportVerifier(PassportKeys keys, TimeProvider time)
{
    private readonly TokenVerifier<Caller> _tokens = new(TokenProfile.Passport, keys, time, TokenClaims.ReadCaller);

    /// <summary>The caller named by an Authorization header, or null.</summary>
    public ValueTask<Caller?> VerifyHeaderAsync(StringValues authorization) => _tokens.VerifyHeaderAsync(authorization);

    /// <summary>The caller named by a passport, or null.</summary>
    public ValueTask<Caller?> VerifyAsync(string passport) => _tokens.VerifyAsync(passport);
}
