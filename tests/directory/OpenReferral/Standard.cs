using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;
using Tiltas.TestKit;

namespace Tiltas.Directory.Tests.OpenReferral;

/// <summary>The published standard: its schemas, held by a validator that is not ours, and the description of its API.</summary>
internal sealed class Standard
{
    private readonly List<string> _lines = [];

    private static string Folder => Repository.In("tests", "directory", "OpenReferral");

    public static JsonElement OpenApi { get; } = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "hsds-3.1", "openapi.json"))).RootElement;

    /// <summary>Schema of the entries of a list, by the list's address.</summary>
    public static string SchemaOf(string path) => path switch
    {
        "taxonomies" => "taxonomy",
        _ => path.TrimEnd('s'),
    };

    public void Add(string schema, JsonElement value) => _lines.Add(new JsonObject { ["schema"] = schema, ["value"] = JsonNode.Parse(value.GetRawText()) }.ToJsonString());

    /// <summary>Holds all that was added; says what is wrong.</summary>
    public async Task Hold(int least)
    {
        Assert.True(_lines.Count >= least, $"only {_lines.Count} documents");
        await Npm.Install(Path.Combine(Folder, "validator"), TestContext.Current.CancellationToken);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, _lines, TestContext.Current.CancellationToken);
            var (code, output) = await Npm.Run("node", [Path.Combine(Folder, "validator", "validate.mjs"), Path.Combine(Folder, "hsds-3.1"), file], Folder, TestContext.Current.CancellationToken);
            Assert.True(code == 0, output);
            Assert.Contains($"held {_lines.Count}, wrong 0", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

/// <summary>Reading Open Referral as a client would.</summary>
internal static class Hsds
{
    public static readonly string[] Lists = ["services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms"];

    public static async Task<JsonElement> Get(this HttpClient client, string path) =>
        await client.GetAsync("/hsds/" + path, TestContext.Current.CancellationToken).Expect(System.Net.HttpStatusCode.OK);

    public static IEnumerable<JsonElement> Contents(this JsonElement page) => page.GetProperty("contents").EnumerateArray();

    public static string[] Uuids(this JsonElement page) => [.. page.Contents().Select(one => one.Text("id"))];

    public static string[] Names(this JsonElement page) => [.. page.Contents().Select(one => one.Text("name"))];

    /// <summary>Every entry of a list, page after page.</summary>
    public static async Task<List<JsonElement>> All(this HttpClient client, string path, int perPage = 200)
    {
        var all = new List<JsonElement>();
        for (var number = 1; ; number++)
        {
            var page = await client.Get($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}per_page={perPage}&page={number}");
            all.AddRange(page.Contents());
            if (page.GetProperty("last_page").GetBoolean()) return all;
        }
    }

    public static async Task<List<JsonElement>> Lines(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync("/hsds/" + path, TestContext.Current.CancellationToken);
        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
