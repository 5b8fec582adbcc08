using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Tiltas.Hosting.Passports;

/// <summary>
/// Verifies tokens of one profile and remembers those that were good, by their full text, until they expire. The same
/// token comes with many requests, so the common case is one look-up without a copy of the text.
/// </summary>
public sealed class TokenVerifier<T> where T : class
{
    private const int LongestToken = 4096;
    private const int MostRemembered = 4096;

    // Each of these would let a token say for itself which key to trust, or change how it must be read.
    private static readonly string[] ForbiddenHeaders = ["jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "enc", "zip", "b64"];

    private readonly TokenProfile _profile;
    private readonly PassportKeys _keys;
    private readonly TimeProvider _time;
    private readonly Func<JsonWebToken, T?> _read;
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = LongestToken };
    private readonly TokenValidationParameters _rules;
    private readonly ConcurrentDictionary<string, Verified> _verified = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Verified>.AlternateLookup<ReadOnlySpan<char>> _byText;

    /// <summary>Verifies tokens of <paramref name="profile"/> and reads from a good one what <paramref name="read"/> makes of it (null refuses it).</summary>
    public TokenVerifier(TokenProfile profile, PassportKeys keys, TimeProvider time, Func<JsonWebToken, T?> read)
    {
        (_profile, _keys, _time, _read) = (profile, keys, time, read);
        _byText = _verified.GetAlternateLookup<ReadOnlySpan<char>>();
        _rules = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = [profile.Type],
            ValidIssuer = TokenProfile.Issuer,
            ValidAudience = profile.Audience,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            RequireAudience = true,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeyResolver = (_, _, kid, _) => keys.Find(kid) is { } key ? [key] : [],
            LifetimeValidator = (notBefore, expires, _, _) => IsAlive(notBefore, expires),
        };
    }

    /// <summary>Reads an Authorization header: exactly one value, the scheme Bearer, a good token. Otherwise null.</summary>
    public ValueTask<T?> VerifyHeaderAsync(StringValues authorization)
    {
        const string scheme = "Bearer ";
        return authorization.Count == 1 && authorization[0] is { } text && text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? VerifyAsync(text.AsSpan(scheme.Length))
            : default;
    }

    /// <summary>What the token says, or null when it is not good in any way. Why it was refused is not told.</summary>
    public ValueTask<T?> VerifyAsync(ReadOnlySpan<char> token)
    {
        if (token.Length is 0 or > LongestToken) return default;
        if (!_byText.TryGetValue(token, out var known)) return VerifyNewAsync(token.ToString());
        if (_time.GetUtcNow() < known.Until) return new(known.Value);

        _byText.TryRemove(token, out _);
        return default;
    }

    private async ValueTask<T?> VerifyNewAsync(string text)
    {
        if (Parse(text) is not { } token) return null;
        if (token.Alg != SecurityAlgorithms.EcdsaSha256 || token.Typ != _profile.Type || _keys.Find(token.Kid) is null) return null;
        if (ForbiddenHeaders.Any(name => token.TryGetHeaderValue<object>(name, out _))) return null;
        if (token.Audiences.Take(2).Count() != 1) return null;

        var outcome = await _handler.ValidateTokenAsync(token, _rules);
        if (!outcome.IsValid || _read(token) is not { } value) return null;

        Remember(text, new Verified(value, new DateTimeOffset(token.ValidTo, TimeSpan.Zero) + TokenProfile.Skew));
        return value;
    }

    private JsonWebToken? Parse(string text)
    {
        // Three parts and no more: an encrypted token (five) is not something we issue.
        if (text.AsSpan().Count('.') != 2) return null;
        try
        {
            return _handler.ReadJsonWebToken(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or JsonException or SecurityTokenException)
        {
            return null;
        }
    }

    private bool IsAlive(DateTime? notBefore, DateTime? expires)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return expires is { } end
            && now < end + TokenProfile.Skew
            && end <= now + _profile.Lifetime + TokenProfile.Skew
            && (notBefore is not { } begin || begin <= now + TokenProfile.Skew);
    }

    private void Remember(string text, Verified verified)
    {
        // Only good tokens get here, so strangers cannot fill it; when it is full nevertheless, starting afresh costs one verification each.
        if (_verified.Count >= MostRemembered)
        {
            var now = _time.GetUtcNow();
            foreach (var (old, entry) in _verified)
                if (entry.Until <= now) _verified.TryRemove(old, out _);
            if (_verified.Count >= MostRemembered) _verified.Clear();
        }
        _verified[text] = verified;
    }

    private sealed record Verified(T Value, DateTimeOffset Until);
}
