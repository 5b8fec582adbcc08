using Tiltas.Local.Data;
using Tiltas.Local.Servers;

namespace Tiltas.Local.Network;

/// <summary>A network as <c>up</c> runs it: with the country's data in it, watched over, and recorded so that it can be found and stopped.</summary>
internal sealed class NetworkRun : IAsyncDisposable
{
    private const int GatewayPort = 5080;
    private const int TlsPort = 5443;
    private const string Watcher = "lt-kopzi";
    private readonly Workplace _place;
    private readonly RunLock _lock;
    private readonly ComposeServers? _compose;

    private NetworkRun(Workplace place, RunLock taken, LocalNetwork network, ComposeServers? compose) =>
        (_place, _lock, Network, _compose) = (place, taken, network, compose);

    internal LocalNetwork Network { get; }

    /// <summary>Null when another run holds this folder.</summary>
    internal static async Task<NetworkRun?> StartAsync(Workplace place, ISteps steps, Action<string> tell, CancellationToken stop)
    {
        if (RunLock.TryTake(place.LockFile) is not { } taken) return null;
        try
        {
            var left = await place.Run.SweepAsync();
            if (left.Count > 0) tell($"Ended what an earlier run left behind: {string.Join(", ", left)}");
            place.Run.Begin();
            var run = await StartAsync(place, taken, steps, stop);
            place.Run.Change(state => state with { Ready = true });
            return run;
        }
        catch
        {
            await place.Run.SweepAsync();
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Stops all that it started and nothing else.</summary>
    public async ValueTask DisposeAsync()
    {
        await Network.StopAsync();
        if (_compose is not null) await _compose.StopAsync();
        await _place.Run.SweepAsync();
        _lock.Dispose();
    }

    private static async Task<NetworkRun> StartAsync(Workplace place, RunLock taken, ISteps steps, CancellationToken stop)
    {
        var compose = await ServersAsync(place, steps, stop);
        var network = await LocalNetwork.StartAsync(new NetworkOptions
        {
            Repository = place.Repository, Folder = place.Folder, Configuration = place.Configuration, WantedGatewayPort = GatewayPort, WantedTlsPort = TlsPort,
            Postgres = compose?.Postgres, Bus = compose is null ? null : compose.BusFor,
            OnStarted = place.Run.Add, Steps = steps,
        }, stop);
        place.Run.Change(state => state with
        {
            Services = [.. network.Services.Select(service => new RunningService { Name = service.Name, Api = service.Api, Inside = service.Inside, Grpc = service.Grpc })],
        });
        try
        {
            await LoadAsync(network, steps, stop);
            return new NetworkRun(place, taken, network, compose);
        }
        catch
        {
            await network.StopAsync();
            throw;
        }
    }

    private static async Task<ComposeServers?> ServersAsync(Workplace place, ISteps steps, CancellationToken stop)
    {
        var missing = await ServerPackages.MissingAsync(stop);
        if (missing.Count == 0) return null;
        if (!ServerPackages.CanInstall && await ComposeServers.AnswersAsync(stop))
        {
            var compose = new ComposeServers(place);
            await steps.RunAsync("Docker", () => compose.StartAsync(stop));
            return compose;
        }
        await steps.RunAsync("Install", async () =>
        {
            await ServerPackages.InstallAsync(missing, stop);
            return string.Join(", ", missing);
        });
        return null;
    }

    private static async Task LoadAsync(LocalNetwork network, ISteps steps, CancellationToken stop)
    {
        using var registrar = new ApiClient(network.Gateway, "registrar", network.ClientSecret("registrar"));
        using var agency = new ApiClient(network.Gateway, $"{Watcher}-system", network.ClientSecret($"{Watcher}-system"));
        var loader = new CountryLoader(network, registrar);
        await steps.RunAsync("data/lt", () => loader.LoadAsync(stop));
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await steps.RunAsync("Taken in", () => loader.WaitForPartnersAsync(Watcher, agency, today, stop));
    }
}
