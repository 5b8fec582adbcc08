using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Tiltas.Local.Data;

/// <summary>The directory's records as its registrar reads and writes them; waits when it is told to come more slowly.</summary>
internal sealed class DirectoryRecords(ApiClient registrar)
{
    /// <summary>All records of a list, page after page.</summary>
    internal async Task<IReadOnlyList<JsonNode>> ListAsync(string kind, CancellationToken stop, string filter = "")
    {
        var (all, after) = (new List<JsonNode>(), "");
        do
        {
            using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/v1/{kind}?limit=200{filter}{after}"), stop);
            var page = await ReadAsync(answer, stop);
            all.AddRange(page["items"]!.AsArray().Select(item => item!));
            after = page["next"] is { } next ? $"&after={next.GetValue<string>()}" : "";
        }
        while (after.Length > 0);
        return all;
    }

    /// <summary>One record, withdrawn ones too; null when there is none.</summary>
    internal async Task<JsonNode?> FindAsync(string path, CancellationToken stop)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), stop);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(answer, stop);
    }

    /// <summary>Writes one record; null when the directory's present state does not allow it, with the code of why.</summary>
    internal async Task<(JsonNode? Record, string? Refused)> PutAsync(string path, JsonObject body, CancellationToken stop)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) }, stop);
        if (answer.StatusCode != HttpStatusCode.Conflict) return (await ReadAsync(answer, stop), null);
        var problem = await answer.Content.ReadFromJsonAsync<JsonNode>(stop);
        return (null, problem?["code"]?.GetValue<string>() ?? "409");
    }

    /// <summary>A record a line, in JSON.</summary>
    internal const string Lines = "application/x-ndjson";

    /// <summary>A table for a spreadsheet.</summary>
    internal const string Table = "text/csv";

    /// <summary>Open Referral HSDS, one document.</summary>
    internal const string Hsds = "application/json";

    /// <summary>Open Referral HSDS, a document a line.</summary>
    internal const string HsdsLines = Lines + "; profile=hsds";

    /// <summary>Hands over a file of records: the answer, or the problem with its list of errors.</summary>
    internal async Task<(HttpStatusCode Status, JsonNode Answer)> ImportAsync(byte[] file, string type, bool dryRun, CancellationToken stop)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Post, "/v1/exchange" + (dryRun ? "?dryRun=true" : ""))
        {
            Content = new ByteArrayContent(file) { Headers = { ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type + "; charset=utf-8") } },
        }, stop);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonNode>(stop))!);
    }

    /// <summary>The directory as a file of that type.</summary>
    internal async Task<byte[]> ExportAsync(string type, CancellationToken stop)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "/v1/exchange/directory." + type switch { Lines => "ndjson", Hsds => "hsds.json", _ => "csv" }), stop);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync(stop) : throw new LocalException($"The export answered {(int)answer.StatusCode}.");
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken stop)
    {
        while (true)
        {
            using var request = make();
            var answer = await registrar.SendAsync(request, stop);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests) return answer;
            using (answer) await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), stop);
        }
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        if (answer.IsSuccessStatusCode) return (await answer.Content.ReadFromJsonAsync<JsonNode>(stop))!;
        var request = answer.RequestMessage!;
        throw new LocalException($"{request.Method} {request.RequestUri!.AbsolutePath} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(stop)}");
    }
}
