using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Forms;

/// <summary>GET /v1/form-schemas and /v1/form-schemas/{id}/{version}: the forms that may be filled in, and one version with all that is needed to show it.</summary>
public static class ListFormSchemas
{
    public sealed record SchemaList
    {
        public required SchemaLine[] Items { get; init; }
    }

    public sealed record SchemaLine
    {
        public required string Id { get; init; }
        public required int Version { get; init; }
        public required SortedDictionary<string, string> Title { get; init; }
        public required DataSource Source { get; init; }
        public required string? Illustrative { get; init; }
        public required AgencyType[] FilledInBy { get; init; }
        public required Need[] Needs { get; init; }
        public required AgencyType[] SentTo { get; init; }
        public required string ContentHash { get; init; }
    }

    public static SchemaLine Line(FormSchema form) => new()
    {
        Id = form.Id, Version = form.Version, Title = form.Title, Source = form.Source, Illustrative = form.Illustrative,
        FilledInBy = form.FilledInBy, Needs = form.Needs, SentTo = form.SentTo, ContentHash = form.Hash(),
    };

    public static Result<FormSchema> Find(FormSchemas schemas, string id, int version) => schemas.Find(id, version) is { } found ? found : FormErrors.NoSuchSchema;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/form-schemas", (FormSchemas schemas) => Results.Ok(new SchemaList { Items = [.. schemas.Offered.Select(Line)] }));
        routes.MapGet("/v1/form-schemas/{id}/{version:int:min(1)}", (string id, int version, FormSchemas schemas) => Find(schemas, id, version).ToHttp(Results.Ok));
    }
}
