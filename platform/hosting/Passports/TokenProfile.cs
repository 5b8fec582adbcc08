using System.Collections.Immutable;
using Microsoft.IdentityModel.JsonWebTokens;
using Tiltas.Contracts;

namespace Tiltas.Hosting.Passports;

/// <summary>One kind of token. Kind and audience both differ, so that neither kind can ever pass for the other.</summary>
public sealed record TokenProfile
{
    /// <summary>The <c>typ</c> header, compared exactly.</summary>
    public required string Type { get; init; }

    /// <summary>The only audience.</summary>
    public required string Audience { get; init; }

    /// <summary>A token that claims to live longer is refused.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>Who signs every token of the network.</summary>
    public const string Issuer = "tiltas-gateway";

    /// <summary>How far clocks of two processes may differ.</summary>
    public static TimeSpan Skew { get; } = TimeSpan.FromSeconds(5);

    /// <summary>What the gateway sends inside.</summary>
    public static TokenProfile Passport { get; } = new() { Type = "passport+jwt", Audience = "tiltas-inside", Lifetime = TimeSpan.FromSeconds(120) };

    /// <summary>What an agency's system gets for its secret.</summary>
    public static TokenProfile Access { get; } = new() { Type = "at+jwt", Audience = "tiltas", Lifetime = TimeSpan.FromMinutes(10) };
}

/// <summary>Names of our own claims, and reading them.</summary>
public static class TokenClaims
{
    /// <summary>The agency's slug.</summary>
    public const string Agency = "agency";

    /// <summary>An array of roles.</summary>
    public const string Roles = "roles";

    /// <summary>The caller a verified token names, or null when a claim is missing or has the wrong form.</summary>
    public static Caller? ReadCaller(JsonWebToken token)
    {
        if (!token.TryGetPayloadValue<string>("sub", out var client) || client is not { Length: >= 2 and <= 64 }) return null;
        if (!token.TryGetPayloadValue<string>(Agency, out var slug) || !Slug.TryParse<AgencyId>(slug, out var agency)) return null;
        if (!token.TryGetPayloadValue<string[]>(Roles, out var roles) || roles is null || roles.Length == 0) return null;
        if (!roles.All(Passports.Roles.IsKnown)) return null;

        return new Caller { Agency = agency, Client = client, Roles = [.. roles] };
    }
}
