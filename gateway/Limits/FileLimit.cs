using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Gateway.Limits;

/// <summary>
/// A whole country's directory is more than any other body, and only a registrar brings one. The door stands before anybody is known and lets
/// it by; here, where the caller is known and before anything of the body is read, all others meet the limit of every other address.
/// </summary>
public sealed class FileLimit(RequestDelegate next)
{
    /// <summary>The largest file that is taken in. The directory takes as much.</summary>
    public const long LargestFile = 32 << 20;

    /// <summary>The most that a body to this address may have, whoever sends it.</summary>
    public static long LargestFor(HttpRequest request) => IsImport(request) ? LargestFile : Door.LargestBody;

    /// <summary>Runs the request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!IsImport(context.Request) || context.Features.Get<Caller>()?.Has(Roles.Registrar) == true) return next(context);
        if (context.Request.ContentLength > Door.LargestBody) return ProblemResult.Write(context, GatewayErrors.TooLarge);
        var body = new CountedBody(context.Request.Body, Door.LargestBody, null);
        context.Request.Body = body;
        context.Response.RegisterForDispose(body);
        return next(context);
    }

    private static bool IsImport(HttpRequest request) => HttpMethods.IsPost(request.Method) && "/v1/exchange".Equals(request.Path.Value?.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
}
