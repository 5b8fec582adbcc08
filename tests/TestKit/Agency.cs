using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Tiltas.TestKit;

/// <summary>An answer, read whole.</summary>
public sealed record Answer(HttpStatusCode Status, string Body, HttpResponseHeaders Headers, string? MediaType)
{
    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Body) ?? throw new InvalidOperationException("The body is JSON null.");

    /// <summary>The problem's stable code; null when it is no problem.</summary>
    public string? Code => MediaType == "application/problem+json" ? (string?)Json["code"] : null;

    /// <summary>One field as text.</summary>
    public string Text(string name) => (string?)Json[name] ?? throw new InvalidOperationException($"No {name} in the answer.");

    /// <summary>Itself, when it is of this status.</summary>
    public Answer Must(HttpStatusCode status) =>
        Status == status ? this : throw new InvalidOperationException($"{(int)status} was expected, {(int)Status} came: {Body}");
}

/// <summary>A system of an agency, outside the gateway, as a stranger would write it.</summary>
public sealed class Agency : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _secret;
    private (string Token, long Since, TimeSpan Life)? _token;

    /// <summary>Signs in at the first call.</summary>
    public Agency(Uri gateway, string id, string secret)
    {
        (Id, _secret) = (id, secret);
        _http = new HttpClient { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(45) };
    }

    /// <summary>The agency's id.</summary>
    public string Id { get; }

    /// <summary>Reads.</summary>
    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path, null, null);

    /// <summary>Posts; a new idempotency key unless one is given.</summary>
    public Task<Answer> Post(string path, object? body = null, string? key = null) =>
        Send(HttpMethod.Post, path, body is null ? null : Json(body), key ?? Guid.CreateVersion7().ToString());

    /// <summary>Puts.</summary>
    public Task<Answer> Put(string path, object body) => Send(HttpMethod.Put, path, Json(body), null);

    /// <summary>Sends exactly these bytes as JSON.</summary>
    public Task<Answer> Raw(HttpMethod method, string path, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        return Send(method, path, content, Guid.CreateVersion7().ToString());
    }

    /// <summary>Sends with a token; headers may be added.</summary>
    public async Task<Answer> Send(HttpMethod method, string path, HttpContent? content, string? key, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new("Bearer", await Token());
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        return new(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.MediaType);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static StringContent Json(object body) =>
        new(body as string ?? System.Text.Json.JsonSerializer.Serialize(body, Hosting.Problems.TiltasJson.Api), Encoding.UTF8, "application/json");

    /// <summary>A good access token.</summary>
    public async Task<string> Token()
    {
        // A run of all tests is longer than a token's life.
        if (_token is { } known && Stopwatch.GetElapsedTime(known.Since) < known.Life / 2) return known.Token;
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", Id == "registrar" ? Id : Id + "-system"), new("client_secret", _secret)]);
        using var response = await _http.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        var body = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"No token for {Id}: {(int)response.StatusCode} {body}");
        var granted = JsonNode.Parse(body)!;
        _token = ((string)granted["access_token"]!, Stopwatch.GetTimestamp(), TimeSpan.FromSeconds((int)granted["expires_in"]!));
        return _token.Value.Token;
    }
}
