using System.Globalization;
using System.Text.Json.Nodes;
using Tiltas.Local;
using Tiltas.Local.Data;
using Tiltas.Local.Network;
using Tiltas.Local.Processes;

namespace Tiltas.Bench.Network;

/// <summary>The whole network as <c>tiltas up</c> runs it, with the country's data, on the servers of this run.</summary>
internal sealed class BenchNetwork : IAsyncDisposable
{
    /// <summary>The agency that refers.</summary>
    public const string Sender = "lt-kopzi";

    // More than one agency can send from one machine; the limit stays in force and is only out of reach.
    private const string OutOfReach = "1000000";

    private readonly LocalNetwork _network;
    private readonly ApiClient _sender;

    private BenchNetwork(LocalNetwork network)
    {
        _network = network;
        _sender = new ApiClient(network.Gateway, $"{Sender}-system", network.ClientSecret($"{Sender}-system"));
    }

    public Uri Gateway => _network.Gateway;

    public LocalNetwork Local => _network;

    /// <summary>The sending agency's system, signed in.</summary>
    public ApiClient Agency => _sender;

    public static async Task<BenchNetwork> Start(BenchServers servers, ISteps steps, CancellationToken stop)
    {
        var local = await LocalNetwork.StartAsync(new NetworkOptions
        {
            Repository = servers.Repository, Folder = Path.Combine(servers.Folder, "network"), Steps = steps,
            Postgres = servers.Postgres.Address, Bus = name => servers.Rabbit.UriFor(name),
            Configure = name => name == "gateway"
                ? new Dictionary<string, string?> { ["RateLimit__PerSecond"] = OutOfReach, ["RateLimit__Burst"] = OutOfReach, ["RateLimit__AnonymousPerSecond"] = OutOfReach, ["RateLimit__AnonymousBurst"] = OutOfReach }
                : new Dictionary<string, string?>(),
        }, stop);
        var network = new BenchNetwork(local);
        try
        {
            using var registrar = new ApiClient(local.Gateway, "registrar", local.ClientSecret("registrar"));
            var data = CountryData.Read(local.Country);
            await steps.RunAsync("data/lt", () => new CountryLoader(local, registrar).LoadAsync(stop));
            await steps.RunAsync("Taken in", async () =>
            {
                var count = await network.WaitForPartners(data, stop);
                return string.Create(CultureInfo.InvariantCulture, $"{Sender} sees {count} partners");
            });
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>The agencies the sender may refer to today.</summary>
    public async Task<IReadOnlyList<JsonNode>> Partners(CancellationToken stop)
    {
        var answer = await _sender.GetAsync("/v1/partners", stop);
        return [.. (answer as JsonArray ?? answer?["items"] as JsonArray ?? []).Select(node => node!)];
    }

    /// <summary>A fresh access token of the sending agency, for requests that are written by hand.</summary>
    public async Task<string> Token(CancellationToken stop)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = $"{Sender}-system", ["client_secret"] = _network.ClientSecret($"{Sender}-system"),
        });
        using var answer = await http.PostAsync(new Uri(Gateway, "/connect/token"), form, stop);
        var body = await answer.Content.ReadAsStringAsync(stop);
        return JsonNode.Parse(body)?["access_token"]?.GetValue<string>() ?? throw new LocalException($"{Sender} cannot sign in: {(int)answer.StatusCode}");
    }

    public async ValueTask DisposeAsync()
    {
        _sender.Dispose();
        await _network.StopAsync();
    }

    private async Task<int> WaitForPartners(CountryData data, CancellationToken stop)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var expected = data.Memoranda.Select(memorandum => memorandum.Body)
            .Where(body => body["validTo"]?.GetValue<string>() is not { } to || string.CompareOrdinal(to, today) >= 0)
            .Select(body => body["parties"]!.AsArray().Select(party => party!.GetValue<string>()).ToList()).Where(parties => parties.Contains(Sender))
            .SelectMany(parties => parties).Distinct().Count() - 1;
        var seen = 0;
        var all = await Until.TrueAsync(async token => (seen = (await Partners(token)).Count) >= expected, TimeSpan.FromSeconds(60), stop);
        return all ? seen : throw new LocalException($"The referral service knows {seen} of {expected} partners.");
    }
}
