using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Tiltas.Local.Data;

/// <summary>A system of one agency, signed in at the gateway as any outsider would.</summary>
public sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _clientId;
    private readonly string _secret;
    private readonly SemaphoreSlim _signIn = new(1, 1);
    private long _signedIn;
    private TimeSpan _valid;

    /// <summary>Nothing is sent before the first request.</summary>
    public ApiClient(Uri gateway, string clientId, string secret) : this(gateway, clientId, secret, new HttpClientHandler(), ours: true)
    {
    }

    /// <summary>Over a handler of the caller's, which stays the caller's.</summary>
    public ApiClient(Uri gateway, string clientId, string secret, SocketsHttpHandler handler) : this(gateway, clientId, secret, handler, ours: false)
    {
    }

    private ApiClient(Uri gateway, string clientId, string secret, HttpMessageHandler handler, bool ours)
    {
        (_clientId, _secret) = (clientId, secret);
        _http = new HttpClient(handler, disposeHandler: ours) { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(40) };
    }

    /// <summary>How long it waits for an answer, where that is more than an ordinary request takes.</summary>
    public TimeSpan Patience { init => _http.Timeout = value; }

    /// <summary>Sends one request with a valid token. The caller disposes of the answer.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken stop, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(stop));
        return await _http.SendAsync(request, completion, stop);
    }

    /// <summary>Reads; null unless it was found.</summary>
    public async Task<JsonNode?> GetAsync(string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await SendAsync(request, stop);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonNode>(stop) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _signIn.Dispose();
    }

    private string? _token;

    /// <summary>A token that is good for a while yet.</summary>
    internal async Task<string> TokenAsync(CancellationToken stop)
    {
        await _signIn.WaitAsync(stop);
        try
        {
            if (_token is { } known && Stopwatch.GetElapsedTime(_signedIn) < _valid) return known;
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials", ["client_id"] = _clientId, ["client_secret"] = _secret,
            });
            using var answer = await _http.PostAsync(new Uri("/connect/token", UriKind.Relative), form, stop);
            var text = await answer.Content.ReadAsStringAsync(stop);
            if (!answer.IsSuccessStatusCode) throw new LocalException($"{_clientId} cannot sign in: {(int)answer.StatusCode} {text}");
            var body = JsonNode.Parse(text)!;
            _signedIn = Stopwatch.GetTimestamp();
            _valid = TimeSpan.FromSeconds(body["expires_in"]!.GetValue<int>() * 0.8);
            return _token = body["access_token"]!.GetValue<string>();
        }
        finally
        {
            _signIn.Release();
        }
    }
}
