using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Grpc.Core;

namespace Tiltas.Example.Receive;

/// <summary>OAuth 2 client credentials, renewed a minute before it runs out.</summary>
internal sealed class Token(Uri gateway, HttpMessageHandler handler, string clientId, string clientSecret) : IDisposable
{
    private readonly HttpClient _http = new(handler, disposeHandler: false);
    private string _value = "";
    private DateTimeOffset _until;

    public async Task<Metadata> Metadata()
    {
        if (TimeProvider.System.GetUtcNow() > _until)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, "/connect/token"))
            {
                Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
                Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{clientSecret}"))) },
            };
            using var answer = (await _http.SendAsync(request)).EnsureSuccessStatusCode();
            using var token = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            _value = token.RootElement.GetProperty("access_token").GetString()!;
            _until = TimeProvider.System.GetUtcNow().AddSeconds(token.RootElement.GetProperty("expires_in").GetInt32() - 60);
        }
        return new Metadata { { "authorization", "Bearer " + _value } };
    }

    public void Forget() => _until = default;

    public void Dispose() => _http.Dispose();
}
