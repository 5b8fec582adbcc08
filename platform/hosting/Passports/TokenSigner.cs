using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Tiltas.Hosting.Passports;

/// <summary>Signs tokens with <c>Passport:SigningKeyFile</c>. Only the gateway has that key.</summary>
public sealed class TokenSigner
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials;
    private readonly TimeProvider _time;

    /// <summary>Reads the key.</summary>
    /// <exception cref="InvalidOperationException">No key, not P-256, or its public half is not in the key set.</exception>
    public TokenSigner(IConfiguration configuration, PassportKeys keys, TimeProvider time)
    {
        var file = configuration["Passport:SigningKeyFile"] ?? throw new InvalidOperationException("Passport:SigningKeyFile is not set.");
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(file));
        if (key.KeySize != 256) throw new InvalidOperationException("Passport:SigningKeyFile is not a P-256 key.");

        var kid = keys.KidOf(key) ?? throw new InvalidOperationException("Passport:JwksFile does not hold the public half of Passport:SigningKeyFile.");
        _credentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = kid }, SecurityAlgorithms.EcdsaSha256);
        _time = time;
    }

    /// <summary>A token of that profile about the caller, valid from now for the profile's lifetime.</summary>
    public string Sign(TokenProfile profile, Caller caller, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>
        {
            ["sub"] = caller.Client,
            [TokenClaims.Agency] = caller.Agency.Value,
            [TokenClaims.Roles] = caller.Roles.ToArray(),
        };
        foreach (var (name, value) in more) claims[name] = value;

        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = profile.Type,
            Issuer = TokenProfile.Issuer,
            Audience = profile.Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + profile.Lifetime,
            Claims = claims,
            SigningCredentials = _credentials,
        });
    }
}
