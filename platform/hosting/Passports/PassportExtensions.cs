using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Tiltas.Hosting.Passports;

/// <summary>Putting passports to work.</summary>
public static class PassportExtensions
{
    /// <summary>Registers what verifies passports. Needs <c>Passport:JwksFile</c>.</summary>
    public static TBuilder AddPassports<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<PassportKeys>();
        builder.Services.TryAddSingleton<PassportVerifier>();
        return builder;
    }

    /// <summary>Registers what signs tokens; for the gateway alone. Needs <c>Passport:SigningKeyFile</c>.</summary>
    public static TBuilder AddPassportIssuer<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton<TokenSigner>();
        builder.Services.TryAddSingleton<PassportIssuer>();
        return builder;
    }

    /// <summary>Every endpoint needs a passport from here on, unless it is marked <c>AllowAnonymous()</c>. Goes after problem details.</summary>
    public static IApplicationBuilder UsePassports(this IApplicationBuilder app) => app.UseMiddleware<PassportMiddleware>();

    /// <summary>Anybody may use the endpoint or group; a caller who shows a good passport is known by it, one who shows a bad one is refused.</summary>
    public static TBuilder PassportIsOptional<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new OptionalPassport()));
        return builder;
    }

    /// <summary>Only callers with one of these roles may use the endpoint or group. Two calls mean both must hold.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder builder, params string[] anyOf) where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new RoleRequirement(anyOf)));
        return builder;
    }
}
