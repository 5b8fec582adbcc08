using Tiltas.Local.Servers;

namespace Tiltas.Local.Network;

/// <summary>
/// A network that is up, whoever started it. If it had to be started for this, it is watched over meanwhile and stopped at the end.
/// </summary>
public sealed class RunningNetwork : IAsyncDisposable
{
    private readonly NetworkRun? _ours;
    private readonly Secrets _secrets;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watch;
    private readonly Action<string> _tell;

    private RunningNetwork(Uri gateway, Uri gatewayTls, string authority, string secretsFile, NetworkRun? ours, Action<string> tell)
    {
        (Gateway, GatewayTls, Authority, _secrets, _ours) = (gateway, gatewayTls, authority, ours?.Network.Secrets ?? new Secrets(secretsFile), ours);
        _tell = tell;
        _watch = ours is null ? Task.CompletedTask : new Supervisor(ours.Network.Supervised, tell).WatchAsync(_end.Token);
    }

    /// <summary>The public door.</summary>
    public Uri Gateway { get; }

    /// <summary>The public door with TLS.</summary>
    public Uri GatewayTls { get; }

    /// <summary>File of the authority that stands for it.</summary>
    public string Authority { get; }

    /// <summary>The secret of <c>lt-kopzi-system</c> and its like.</summary>
    public string ClientSecret(string clientId) =>
        _secrets.Knows(NetworkKeys.SecretName(clientId)) ? _secrets.Of(NetworkKeys.SecretName(clientId)) : throw new LocalException($"There is no client {clientId}.");

    /// <summary>Finds the network that runs from this folder, or starts one.</summary>
    public static async Task<RunningNetwork> EnsureAsync(Workplace place, ISteps steps, Action<string> tell, CancellationToken stop)
    {
        if (Find(place, tell) is { } running) return running;
        if (await NetworkRun.StartAsync(place, steps, tell, stop) is { } run)
            return new RunningNetwork(run.Network.Gateway, run.Network.GatewayTls, run.Network.Authority.Authority, run.Network.Secrets.FilePath, run, tell);
        return Find(place, tell) ?? throw new LocalException("The network is starting elsewhere. Try again when it is up.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watch;
        if (_ours is not null)
        {
            await _ours.DisposeAsync();
            _tell("Stopped the network that was started for this. ./tiltas up starts one that stays.");
        }
        _end.Dispose();
    }

    private static RunningNetwork? Find(Workplace place, Action<string> tell) =>
        place.Run.Read() is { Ready: true, Gateway: { } gateway, GatewayTls: { } tls } state && state.Owner.IsAlive()
            ? new RunningNetwork(gateway, tls, place.In("ca.pem"), place.In("secrets.json"), null, tell)
            : null;
}
