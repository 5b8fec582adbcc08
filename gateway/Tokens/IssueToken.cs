using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using Tiltas.Gateway.Clients;
using Tiltas.Gateway.Limits;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Tokens;

/// <summary>A client gives its secret and gets an access token: OAuth 2 client credentials, errors as in RFC 6749 section 5.2.</summary>
public sealed partial class IssueToken(ClientRegistry clients, GuessLimits limits, TokenSigner signer, TimeProvider time, ILogger<IssueToken> logger) : IDisposable
{
    // Half of the machine at most may be kept busy by secrets that are not yet known to be right.
    private readonly SemaphoreSlim _slow = new(Math.Max(1, Environment.ProcessorCount / 2));

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/connect/token", async (HttpContext context, IssueToken handler) => Answer(context, await handler.HandleAsync(context)))
        .WithFormOptions(bufferBody: false, keyLengthLimit: 128, valueLengthLimit: 1024, valueCountLimit: 16)
        .AllowAnonymous();

    /// <inheritdoc/>
    public void Dispose() => _slow.Dispose();

    private async Task<Outcome> HandleAsync(HttpContext context)
    {
        if (await ClientCredentials.ReadAsync(context.Request, context.RequestAborted) is not { } asked) return new Outcome.Unreadable();
        if (asked.GrantType != "client_credentials") return new Outcome.OtherGrant();

        var client = clients.Find(asked.ClientId);
        if (client?.RemembersAsRight(asked.Secret) == true) return Grant(client);

        var address = RemoteAddress.Of(context);
        var wait = limits.Begin(asked.ClientId, address);
        if (wait > TimeSpan.Zero)
        {
            if (client is not null) Log.MustWait(logger, client.Caller.Client);
            return new Outcome.TooManyGuesses(wait);
        }

        if (!await VerifySlowlyAsync(client, asked.Secret, context.RequestAborted))
        {
            // Only an id of ours is named: one that was made up is whatever a stranger wished to see in the log.
            if (client is not null) Log.Refused(logger, client.Caller.Client);
            else Log.RefusedUnknown(logger);
            return new Outcome.WrongClient();
        }
        limits.Succeeded(asked.ClientId, address);
        return Grant(client!);
    }

    private async Task<bool> VerifySlowlyAsync(Client? client, string secret, CancellationToken cancel)
    {
        await _slow.WaitAsync(cancel);
        try
        {
            // A client that does not exist is verified against a hash nobody has, so that time tells nothing.
            return client?.Secret is null ? SecretHash.Nobodys(clients.Cost).Matches(secret) : client.Verify(secret);
        }
        finally
        {
            _slow.Release();
        }
    }

    private Outcome.Granted Grant(Client client)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        return new(signer.Sign(TokenProfile.Access, client.Caller, ("jti", id), (AccessTokens.SecretClaim, client.Secret!.Mark)));
    }

    private static IResult Answer(HttpContext context, Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Granted granted:
                return Results.Json(new Token(granted.AccessToken, "Bearer", (int)TokenProfile.Access.Lifetime.TotalSeconds));
            case Outcome.Unreadable:
                return Refuse(400, "invalid_request", "A form with grant_type, client_id and client_secret is expected, each once; or HTTP Basic for the latter two.");
            case Outcome.OtherGrant:
                return Refuse(400, "unsupported_grant_type", "Only client_credentials is served.");
            case Outcome.WrongClient:
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"tiltas\", charset=\"UTF-8\"";
                return Refuse(401, "invalid_client", "The client is not known or the secret is wrong.");
            case Outcome.TooManyGuesses guesses:
                context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(guesses.Wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                return Refuse(429, "temporarily_unavailable", "Too many failed attempts; Retry-After says when to try again.");
            default:
                throw new UnreachableException();
        }
    }

    private static IResult Refuse(int status, string error, string description) => Results.Json(new TokenError(error, description), statusCode: status);

    private abstract record Outcome
    {
        private Outcome() { }

        public sealed record Granted(string AccessToken) : Outcome;
        public sealed record Unreadable : Outcome;
        public sealed record OtherGrant : Outcome;
        public sealed record WrongClient : Outcome;
        public sealed record TooManyGuesses(TimeSpan Wait) : Outcome;
    }

    private sealed record Token(
        [property: JsonPropertyName("access_token")] string AccessToken,
        [property: JsonPropertyName("token_type")] string TokenType,
        [property: JsonPropertyName("expires_in")] int ExpiresIn);

    private sealed record TokenError(
        [property: JsonPropertyName("error")] string Error,
        [property: JsonPropertyName("error_description")] string Description);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ClientRefused", Level = LogLevel.Warning, Message = "Client {ClientId} could not sign in: wrong secret")]
        public static partial void Refused(ILogger logger, string clientId);

        [LoggerMessage(EventId = 2, EventName = "UnknownClientRefused", Level = LogLevel.Warning, Message = "A client that is not known could not sign in")]
        public static partial void RefusedUnknown(ILogger logger);

        [LoggerMessage(EventId = 3, EventName = "ClientMustWait", Level = LogLevel.Warning, Message = "Client {ClientId} must wait: too many wrong secrets for it or from its address")]
        public static partial void MustWait(ILogger logger, string clientId);
    }
}
