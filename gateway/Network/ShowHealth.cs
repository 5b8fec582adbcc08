using System.Net.Sockets;
using Tiltas.Gateway.Limits;
using Tiltas.Gateway.Routes;

namespace Tiltas.Gateway.Network;

/// <summary>The health of the whole network at one address: each service's readiness, and nothing about why.</summary>
public sealed class ShowHealth(IConfiguration configuration, IHttpClientFactory http, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Anybody may ask; the services are asked once a second at most.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _asking = new(1);
    private Network? _last;
    private long _askedAt;

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapMethods("/health", ["GET", "HEAD"], async (ShowHealth handler, CancellationToken cancel) =>
        {
            var network = await handler.HandleAsync(cancel);
            return Results.Json(network, statusCode: network.Status == Ready ? 200 : 503);
        })
        .AllowAnonymous().RequireRateLimiting(RateLimits.Anybody);

    internal const string Ready = "Ready";
    private const string NotReady = "NotReady";

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    internal async Task<Network> HandleAsync(CancellationToken cancel)
    {
        await _asking.WaitAsync(cancel);
        try
        {
            if (_last is not null && time.GetElapsedTime(_askedAt) < Fresh) return _last;

            var answers = await Task.WhenAll(RouteTable.Services.Select(IsReadyAsync));
            var services = RouteTable.Services.Zip(answers).ToDictionary(s => s.First.ToLowerInvariant(), s => s.Second ? Ready : NotReady);
            _askedAt = time.GetTimestamp();
            return _last = new Network(answers.All(ready => ready) ? Ready : NotReady, services);
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<bool> IsReadyAsync(string service)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            var inside = new Uri(configuration["Gateway:Inside:" + service] ?? "http://unset.invalid");
            using var answer = await http.CreateClient(nameof(ShowHealth)).GetAsync(new Uri(inside, "/health/ready"), HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The network's status, and each service's by its name in lower case.</summary>
    internal sealed record Network(string Status, Dictionary<string, string> Services);
}
