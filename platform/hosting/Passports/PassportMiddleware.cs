using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Tiltas.Hosting.Problems;

namespace Tiltas.Hosting.Passports;

/// <summary>Lets a request reach its endpoint only with a good passport and the roles it asks for, unless it is marked <c>AllowAnonymous</c>, or <c>PassportIsOptional</c> and none is shown.</summary>
public sealed class PassportMiddleware(RequestDelegate next, PassportVerifier passports)
{
    /// <summary>Runs the request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        // No endpoint: the framework answers 404, which tells nobody anything.
        var endpoint = context.GetEndpoint();
        if (endpoint is null || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) return next(context);
        // A passport that is shown and is no good is refused all the same: whoever believes to be signed in must learn that it is not so.
        if (context.Request.Headers.Authorization.Count == 0 && endpoint.Metadata.GetMetadata<OptionalPassport>() is not null) return next(context);

        var verified = passports.VerifyHeaderAsync(context.Request.Headers.Authorization);
        return verified.IsCompletedSuccessfully ? Admit(context, endpoint, verified.Result) : AdmitLater(context, endpoint, verified);
    }

    private async Task AdmitLater(HttpContext context, Endpoint endpoint, ValueTask<Caller?> verified) => await Admit(context, endpoint, await verified);

    private Task Admit(HttpContext context, Endpoint endpoint, Caller? caller)
    {
        if (caller is null) return IdentityErrors.NotSignedIn(context);

        foreach (var requirement in endpoint.Metadata.GetOrderedMetadata<RoleRequirement>())
            if (!requirement.IsMetBy(caller)) return IdentityErrors.WrongRole(context, requirement.AnyOf);

        context.Features.Set(caller);
        return next(context);
    }
}

/// <summary>Anybody may come; whoever shows a passport is known by it.</summary>
public sealed record OptionalPassport;

/// <summary>One of these roles is needed.</summary>
public sealed record RoleRequirement(params string[] AnyOf)
{
    /// <summary>True when the caller has one of them.</summary>
    public bool IsMetBy(Caller caller)
    {
        foreach (var role in AnyOf)
            if (caller.Has(role)) return true;
        return false;
    }
}

/// <summary>The two answers to a caller who is not known or not allowed; the same at the gateway and inside.</summary>
public static class IdentityErrors
{
    /// <summary>No good token.</summary>
    public const string NotSignedInCode = Problems.CommonErrors.NotSignedIn;

    /// <summary>A good token, but not of a role that may do this.</summary>
    public const string WrongRoleCode = "TLT-ID-0003";

    /// <summary>What a caller who is not known is told.</summary>
    public static readonly Error NoGoodToken = new Error.Refused(401, NotSignedInCode, "A valid token is required.");

    /// <summary>401 with a challenge. Every kind of bad token gets the same answer.</summary>
    public static Task NotSignedIn(HttpContext context)
    {
        // Set late, because writing a problem clears the headers.
        context.Response.OnStarting(static state =>
        {
            ((HttpResponse)state).Headers.WWWAuthenticate = "Bearer";
            return Task.CompletedTask;
        }, context.Response);
        return ProblemResult.Write(context, NoGoodToken);
    }

    /// <summary>403 naming the roles that would do.</summary>
    public static Task WrongRole(HttpContext context, params string[] roles) =>
        ProblemResult.Write(context, new Error.Forbidden(WrongRoleCode, "This is for callers of another role.", "role", roles));
}
