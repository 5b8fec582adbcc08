using System.Text;
using Microsoft.Extensions.Primitives;
using Tiltas.Contracts;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Forms;

/// <summary>GET /v1/forms/{id}/html?language=lt: what the caller may read of a form, to be printed or kept as PDF. A reading like any other.</summary>
internal sealed class RenderForm(ReadForm readForm, FormSchemas schemas, CountryData country)
{
    public async Task<Result<FormHtml.Page>> Handle(Caller caller, FormId id, string language, CancellationToken stop)
    {
        // Before anything is read: a reading that was of no use would stand in the proof.
        if (!Contracts.Codes.Languages.Contains(language)) return FormErrors.Wrong("language", "A language is named by a two-letter code of ISO 639-1.");
        var read = await readForm.Handle(caller, id, stop);
        if (read.Error is { } error) return error;
        var schema = schemas.Used(read.Value.Schema, read.Value.SchemaVersion);
        return FormHtml.Write(read.Value, schema, country, schema.Title.ContainsKey(language) ? language : "en");
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/forms/{id}/html", async (HttpContext context, Caller caller, FormId id, RenderForm handler, CancellationToken stop) =>
            (await handler.Handle(caller, id, Language(context.Request.Query["language"]), stop)).ToHttp(page => Answer(context, page)));

    private static string Language(StringValues values) => values.Count == 0 ? "en" : values is [{ } one] ? one : "";

    private static IResult Answer(HttpContext context, FormHtml.Page page)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = page.Policy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return Results.Text(page.Html, "text/html", Encoding.UTF8);
    }
}
