using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tiltas.Local.Data;

namespace Tiltas.Local.Demo;

/// <summary>What the gateway answered to one request.</summary>
internal sealed record Reply : Answer
{
    internal required int Status { get; init; }

    internal required JsonNode? Body { get; init; }

    internal override bool Ok => Status is >= 200 and < 300;

    internal string Code => Body is JsonObject body && body["code"] is { } code ? code.GetValue<string>() : $"HTTP {Status}";

    internal string? Rule => Body is JsonObject body ? body["rule"]?.GetValue<string>() : null;

    internal string Text(string member) =>
        Body is JsonObject body && body[member] is { } value ? value.ToString() : throw new NotSeenException($"the answer has no {member}");

    internal override string Problem => Body is JsonObject body ? $"{Status} {Code}: {body["detail"]}" : $"{Status}";
}

/// <summary>All that an outsider is given: an address, and a secret for each client id; perhaps the way in for gRPC.</summary>
internal sealed record Outside(Uri Gateway, Func<string, string> SecretOf)
{
    /// <summary>When it is set, recipients take it.</summary>
    internal GrpcDoor? RecipientsDoor { get; init; }

    internal AgencySystem SystemOf(string agency) => new(Gateway, agency, SecretOf($"{agency}-system"));

    internal IRecipient RecipientOf(string agency) =>
        RecipientsDoor is { } door ? new GrpcRecipient(door, agency, SecretOf($"{agency}-system")) : new HttpRecipient(SystemOf(agency));
}

/// <summary>The gateway's address with TLS, and the file of the authority that stands for it.</summary>
internal sealed record GrpcDoor(Uri Address, string Authority);

/// <summary>
/// The system of one agency as its own developers would write it: HTTP and a token, nothing else. Each call begins a trace of
/// its own. It keeps to the gateway's rate limit by waiting as long as <c>Retry-After</c> says.
/// </summary>
internal sealed class AgencySystem(Uri gateway, string agency, string secret) : IDisposable
{
    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(60);
    private readonly ApiClient _api = new(gateway, $"{agency}-system", secret);
    private long _notBefore;

    internal string Agency { get; } = agency;

    public void Dispose() => _api.Dispose();

    internal Task<Reply> GetAsync(string path, CancellationToken stop) => CallAsync(HttpMethod.Get, path, null, stop);

    internal Task<Reply> PutAsync(string path, object body, CancellationToken stop) => CallAsync(HttpMethod.Put, path, body, stop);

    /// <summary>Creates or moves something. A repetition after a refusal to serve carries the same key, so nothing happens twice.</summary>
    internal Task<Reply> PostAsync(string path, object? body, CancellationToken stop) => CallAsync(HttpMethod.Post, path, body, stop);

    /// <summary>The feed as Server-Sent Events, from a cursor on, until the gateway ends the stream.</summary>
    internal async IAsyncEnumerable<JsonNode> StreamFeedAsync(long after, string traceId, [EnumeratorCancellation] CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/feed/stream?after={after}");
        request.Headers.Add("traceparent", TraceParent(traceId));
        using var answer = await _api.SendAsync(request, stop, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
        while (await lines.ReadLineAsync(stop) is { } line)
            if (line.StartsWith("data:", StringComparison.Ordinal)) yield return JsonNode.Parse(line["data:".Length..])!;
    }

    internal static string NewTraceId() => ActivityTraceId.CreateRandom().ToHexString();

    private async Task<Reply> CallAsync(HttpMethod method, string path, object? body, CancellationToken stop)
    {
        var traceId = NewTraceId();
        var key = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            await WaitForTurnAsync(stop);
            using var request = new HttpRequestMessage(method, path);
            if (body is not null) request.Content = JsonContent.Create(body, body.GetType(), options: Written);
            if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", key);
            request.Headers.Add("traceparent", TraceParent(traceId));
            var sent = Stopwatch.GetTimestamp();
            using var answer = await _api.SendAsync(request, stop);
            var took = Stopwatch.GetElapsedTime(sent);
            if ((int)answer.StatusCode is 429 or 503 && answer.Headers.RetryAfter?.Delta is { } wait && Stopwatch.GetElapsedTime(began) + wait < LongestPatience)
            {
                HoldBack(wait);
                continue;
            }
            var text = await answer.Content.ReadAsStringAsync(stop);
            return new Reply { Status = (int)answer.StatusCode, Body = text.Length == 0 ? null : JsonNode.Parse(text), TraceId = traceId, Sent = sent, Took = took };
        }
    }

    internal static string TraceParent(string traceId) => $"00-{traceId}-{ActivitySpanId.CreateRandom().ToHexString()}-01";

    /// <summary>The limit is the agency's, not the call's: all calls of this agency wait.</summary>
    private void HoldBack(TimeSpan wait)
    {
        var until = Stopwatch.GetTimestamp() + (long)(wait.TotalSeconds * Stopwatch.Frequency);
        long known;
        while ((known = Interlocked.Read(ref _notBefore)) < until)
            if (Interlocked.CompareExchange(ref _notBefore, until, known) == known) return;
    }

    private async Task WaitForTurnAsync(CancellationToken stop)
    {
        while (Interlocked.Read(ref _notBefore) - Stopwatch.GetTimestamp() is > 0 and var left)
            await Task.Delay(TimeSpan.FromSeconds((double)left / Stopwatch.Frequency) + TimeSpan.FromMilliseconds(1), stop);
    }
}
