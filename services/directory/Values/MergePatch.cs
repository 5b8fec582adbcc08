using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Values;

/// <summary>Changes of some fields of a record, as JSON merge patch (RFC 7396): what is named is replaced, what is null is taken out, all else stays.</summary>
internal static class MergePatch
{
    // Of the record, and not for anybody to write.
    private static readonly string[] Given = ["id", "version", "changedAt", "withdrawnAt"];

    /// <summary>The request that would put the record as it is after the patch.</summary>
    /// <exception cref="BadHttpRequestException">The patched record cannot be read as a request.</exception>
    public static TRequest Apply<TRecord, TRequest>(TRecord record, JsonElement patch)
    {
        var json = JsonSerializer.SerializeToNode(record, TiltasJson.Api)!.AsObject();
        foreach (var member in Given) json.Remove(member);
        try
        {
            if (JsonNode.Parse(patch.GetRawText(), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is not JsonObject changes) throw new JsonException("an object with the fields to change is expected", "$", null, null);
            return Merge(json, changes).Deserialize<TRequest>(TiltasJson.Api)!;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // Bytes or escapes that are no text: the framework meets them only now, and not as JSON that cannot be read.
            throw new BadHttpRequestException("The patch is no text.", StatusCodes.Status400BadRequest, new JsonException("text without broken characters is expected", "$", null, null));
        }
        catch (JsonException exception)
        {
            throw new BadHttpRequestException("The patched record cannot be read.", StatusCodes.Status400BadRequest, exception);
        }
    }

    private static JsonObject Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) target.Remove(name);
            else if (value is JsonObject inner)
            {
                var before = target[name] as JsonObject ?? [];
                target.Remove(name);
                target[name] = Merge(before, inner);
            }
            else target[name] = value.DeepClone();
        }
        return target;
    }
}
