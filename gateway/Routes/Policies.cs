using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Routes;

/// <summary>Who may use which routes. A route without a policy of this list is refused.</summary>
internal static class Policies
{
    /// <summary>Who offers what, and under which memoranda: any client. Services decide who may write.</summary>
    public const string Directory = "directory";

    /// <summary>Screenings, statuses, subjects, referrals: systems of agencies.</summary>
    public const string Casework = "casework";

    /// <summary>An agency's own feed.</summary>
    public const string Feed = "feed";

    /// <summary>
    /// What is open to anybody, and shows more to those who sign in. Who tries to and fails is refused: an agency whose token has run out
    /// must not take the public's answer for its own.
    /// </summary>
    public const string Open = "open";

    public static void AddRoutePolicies(this IServiceCollection services)
    {
        var nobody = new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build();
        services.AddAuthorizationBuilder()
            .AddPolicy(Directory, AnyOf(Roles.Agency, Roles.Administrator, Roles.Registrar, Roles.Auditor))
            .AddPolicy(Casework, AnyOf(Roles.Agency))
            .AddPolicy(Feed, AnyOf(Roles.Agency))
            .AddPolicy(Open, new AuthorizationPolicyBuilder().RequireAssertion(asked => asked.Resource is HttpContext context
                && (context.Features.Get<Caller>() is not null || context.Request.Headers.Authorization.Count == 0)).Build())
            .SetDefaultPolicy(nobody)
            .SetFallbackPolicy(nobody);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, Refusal>();
    }

    private static AuthorizationPolicy AnyOf(params string[] roles)
    {
        var requirement = new RoleRequirement(roles);
        return new AuthorizationPolicyBuilder()
            .AddRequirements(new Named(requirement))
            .RequireAssertion(asked => asked.Resource is HttpContext context && context.Features.Get<Caller>() is { } caller && requirement.IsMetBy(caller))
            .Build();
    }

    /// <summary>Carries the roles to the refusal; always met, the assertion decides.</summary>
    private sealed class Named(RoleRequirement roles) : IAuthorizationHandler, IAuthorizationRequirement
    {
        public string[] AnyOf => roles.AnyOf;

        public Task HandleAsync(AuthorizationHandlerContext context)
        {
            context.Succeed(this);
            return Task.CompletedTask;
        }
    }

    private sealed class Refusal : IAuthorizationMiddlewareResultHandler
    {
        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            // The framework's own endpoints (405, 415) are no RouteEndpoint and carry no policy; they only refuse.
            if (authorizeResult.Succeeded || context.GetEndpoint() is not RouteEndpoint) return next(context);
            if (context.Features.Get<Caller>() is null) return IdentityErrors.NotSignedIn(context);
            return IdentityErrors.WrongRole(context, policy.Requirements.OfType<Named>().SingleOrDefault()?.AnyOf ?? []);
        }
    }
}
