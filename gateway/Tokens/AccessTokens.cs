using Microsoft.Extensions.Primitives;
using Tiltas.Gateway.Clients;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Tokens;

/// <summary>Verifies access tokens and finds the client they stand for, as it is now and not as it was when the token was issued.</summary>
public sealed class AccessTokens(PassportKeys keys, TimeProvider time, ClientRegistry clients)
{
    internal const string SecretClaim = "sec";

    private readonly TokenVerifier<Grant> _tokens = new(TokenProfile.Access, keys, time, token =>
        TokenClaims.ReadCaller(token) is { } caller && token.Id is { Length: > 0 } && token.TryGetPayloadValue<string>(SecretClaim, out var mark)
            ? new Grant(caller.Client, mark)
            : null);

    /// <summary>The client, or null: no token, a bad one, or its client was removed or has another secret since.</summary>
    public async ValueTask<Client?> FindClientAsync(StringValues authorization) =>
        await _tokens.VerifyHeaderAsync(authorization) is { } grant
        && clients.Find(grant.ClientId) is { } client
        && client.Secret?.Mark == grant.SecretMark
            ? client
            : null;

    private sealed record Grant(string ClientId, string SecretMark);
}
