using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tiltas.Directory.OpenReferral;

/// <summary>What is served, as an OpenAPI 3.1 document, made from the lists of addresses and parameters that the addresses themselves are made from.</summary>
internal static class OpenApi
{
    private const string Standard = "https://raw.githubusercontent.com/openreferral/specification/3.1-dev/schema/";

    private static readonly Dictionary<string, (string Schema, string Called)> Kinds = new()
    {
        ["services"] = ("service", "services"),
        ["organizations"] = ("organization", "organizations"),
        ["service_at_locations"] = ("service_at_location", "services at locations"),
        ["taxonomies"] = ("taxonomy", "taxonomies"),
        ["taxonomy_terms"] = ("taxonomy_term", "taxonomy terms"),
    };

    public static byte[] Document { get; } = JsonSerializer.SerializeToUtf8Bytes(Make(), HsdsJson.Options);

    private static JsonObject Make()
    {
        var paths = new JsonObject
        {
            ["/"] = new JsonObject { ["get"] = Operation("getAPIMetaInformation", "What this is.", Answer("Version and profile.", new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["version"] = Type("string"), ["profile"] = Type("string", "uri"), ["openapi_url"] = Type("string", "uri") },
            })) },
        };
        foreach (var (path, takes) in Lists.Takes)
        {
            var (schema, called) = Kinds[path];
            var list = new JsonObject
            {
                ["allOf"] = new JsonArray(Reference("schemas/Page")),
                ["properties"] = new JsonObject { ["contents"] = new JsonObject { ["type"] = "array", ["items"] = Of(schema) } },
            };
            var get = Operation("list_" + path, $"Pages of {called}.", List(list));
            get["parameters"] = new JsonArray([.. takes.Select(name => (JsonNode)Reference("parameters/" + name))]);
            var post = Operation("search_" + path, $"As GET, with the parameters in the body.", List(list.DeepClone()));
            post["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Json(new JsonObject
                {
                    ["type"] = "object", ["additionalProperties"] = false,
                    ["properties"] = new JsonObject(takes.Select(name => KeyValuePair.Create<string, JsonNode?>(name, Type(Parameter.All[name].Type)))),
                }),
            };
            paths["/" + path] = new JsonObject { ["get"] = get, ["post"] = post };

            var one = Operation("get_" + schema, "One record with everything nested.", Answer("The record.", Of(schema)));
            one["responses"]!["404"] = Problem("No such record, or none for this caller.");
            one["parameters"] = new JsonArray(
            [
                new JsonObject { ["name"] = "id", ["in"] = "path", ["required"] = true, ["schema"] = Type("string", "uuid") },
                .. path == "organizations" ? Records.OrganizationTakes.Select(name => (JsonNode)Reference("parameters/" + name)) : [],
            ]);
            paths[$"/{path}/{{id}}"] = new JsonObject { ["get"] = one };
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Tiltas: directory of services as Open Referral HSDS 3.1", ["version"] = "1",
                ["description"] = "Open to anybody; whoever signs in may see more. Beyond HSDS: organization.last_modified, organization.languages, organization.services, service_at_location.last_modified, service_at_location.service.",
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
            },
            ["jsonSchemaDialect"] = "https://json-schema.org/draft/2020-12/schema",
            ["servers"] = new JsonArray(new JsonObject { ["url"] = OpenReferralEndpoints.Path }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["parameters"] = new JsonObject(Parameter.All.Values.OrderBy(parameter => parameter.Name, StringComparer.Ordinal).Select(parameter => KeyValuePair.Create<string, JsonNode?>(parameter.Name, new JsonObject
                {
                    ["name"] = parameter.Name, ["in"] = "query", ["required"] = false, ["description"] = parameter.Does, ["schema"] = Type(parameter.Type),
                }))),
                ["schemas"] = new JsonObject
                {
                    ["Page"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject
                        {
                            ["total_items"] = Type("integer"), ["total_pages"] = Type("integer"), ["page_number"] = Type("integer"), ["size"] = Type("integer"),
                            ["first_page"] = Type("boolean"), ["last_page"] = Type("boolean"), ["empty"] = Type("boolean"),
                        },
                    },
                },
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
            },
            ["security"] = new JsonArray(new JsonObject(), new JsonObject { ["token"] = new JsonArray() }),
        };
    }

    private static JsonObject Operation(string id, string summary, JsonObject answer) => new()
    {
        ["operationId"] = id, ["summary"] = summary,
        ["responses"] = new JsonObject { ["200"] = answer, ["400"] = Problem("A parameter is unknown or has the wrong form; the problem's member field names it.") },
    };

    private static JsonObject Answer(string says, JsonNode schema) => new() { ["description"] = says, ["content"] = Json(schema) };

    private static JsonObject List(JsonNode schema)
    {
        var answer = Answer("A page; with minimal=true entries have id and last_modified only, without full=true one-to-one members only.", schema);
        answer["content"]!["application/x-ndjson"] = new JsonObject();
        return answer;
    }

    private static JsonObject Json(JsonNode schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Problem(string says) => new() { ["description"] = says, ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject() } };

    private static JsonObject Of(string schema) => new() { ["$ref"] = $"{Standard}{schema}.json" };

    private static JsonObject Reference(string component) => new() { ["$ref"] = "#/components/" + component };

    private static JsonObject Type(string type, string? format = null) => format is null ? new JsonObject { ["type"] = type } : new JsonObject { ["type"] = type, ["format"] = format };
}
