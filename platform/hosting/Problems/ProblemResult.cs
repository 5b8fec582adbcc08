using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Tiltas.Hosting.Problems;

/// <summary>An <see cref="Error"/> as RFC 9457 problem details with Tiltas' members: code, field, rule, missing, traceId.</summary>
public sealed class ProblemResult(Error error) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) => Write(httpContext, error);

    /// <summary>Writes the problem; does nothing when the answer has already begun.</summary>
    public static async Task Write(HttpContext context, Error error)
    {
        if (context.Response.HasStarted) return;
        if (Rpc.RpcProblem.IsWanted(context.Request))
        {
            await Rpc.RpcProblem.Write(context, error);
            return;
        }

        var response = context.Response;
        response.Clear();
        response.StatusCode = error.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (error.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);

        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("type", "urn:tiltas:problem:" + error.Code);
        json.WriteString("title", Title(error.Status));
        json.WriteNumber("status", error.Status);
        json.WriteString("detail", error.Sentence);
        json.WriteString("code", error.Code);
        WriteMore(json, error);
        if (Activity.Current is { } activity) json.WriteString("traceId", activity.TraceId.ToHexString());
        json.WriteEndObject();
    }

    private static void WriteMore(Utf8JsonWriter json, Error error)
    {
        switch (error)
        {
            case Error.Invalid { Field: { } field }: json.WriteString("field", field); break;
            case Error.Refused { Field: { } field }: json.WriteString("field", field); break;
            case Error.Conflict { Rule: { } rule }: json.WriteString("rule", rule); break;
            case Error.Forbidden forbidden:
                json.WriteString("rule", forbidden.Rule);
                json.WriteStartArray("missing");
                foreach (var missing in forbidden.Missing) json.WriteStringValue(missing);
                json.WriteEndArray();
                break;
        }
    }

    private static string Title(int status) => status switch
    {
        400 => "Bad request",
        401 => "Not signed in",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Conflict",
        413 => "Too large",
        415 => "Media type not supported",
        429 => "Too many requests",
        503 => "Not available now",
        504 => "Took too long",
        >= 500 => "Our fault",
        _ => "Refused",
    };
}
