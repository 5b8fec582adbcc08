using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Grpc.Core;

namespace Tiltas.Example.Receive;

/// <summary>OAuth 2 client credentials, renewed a minute before it runs out.</summary>
internal sealed class Token(Uri gateway, HttpMessageHandler handler, string clientId, string clientSecret) : IDisposable
{
    private readonly HttpClient _http = new(handler, disposeHandler: false) { Timeout = TimeSpan.FromSeconds(30) };
    private string _value = "";
    private DateTimeOffset _until;

    public async Task<Metadata> Metadata()
    {
        if (TimeProvider.System.GetUtcNow() > _until)
        {
            using var token = await Ask();
            _value = token.RootElement.GetProperty("access_token").GetString()!;
            _until = TimeProvider.System.GetUtcNow().AddSeconds(token.RootElement.GetProperty("expires_in").GetInt32() - 60);
        }
        return new Metadata { { "authorization", "Bearer " + _value } };
    }

    private async Task<JsonDocument> Ask()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, "/connect/token"))
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{clientSecret}"))) },
        };
        try
        {
            using var answer = await _http.SendAsync(request);
            if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized) throw new WrongClientException((int)answer.StatusCode);
            if (!answer.IsSuccessStatusCode) throw new NoTokenException($"HTTP {(int)answer.StatusCode}", (int)(answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0));
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        }
        catch (Exception away) when (away is HttpRequestException or SocketException or OperationCanceledException or JsonException)
        {
            throw new NoTokenException(away.Message, 0);
        }
    }

    public void Forget() => _until = default;

    public void Dispose() => _http.Dispose();
}

/// <summary>There is no token now; so many seconds the gateway asks to wait.</summary>
internal sealed class NoTokenException(string reason, int seconds) : Exception("no token: " + reason)
{
    public int Seconds => seconds;
}

/// <summary>The client or its secret is wrong, which does not pass by itself.</summary>
internal sealed class WrongClientException(int status) : Exception($"the gateway does not know this client or its secret (HTTP {status})");
