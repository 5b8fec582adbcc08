using Tiltas.TestKit;

[assembly: AssemblyFixture(typeof(Tiltas.Network.Tests.Net))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Tiltas.Network.Tests;

/// <summary>One network for the whole assembly; tests run one after another and leave it running.</summary>
public sealed class Net : IAsyncLifetime
{
    private TestNetwork? _network;
    private OtlpReceiver? _telemetry;

    public TestNetwork It => _network ?? throw new InvalidOperationException("The network does not run.");

    /// <summary>Where all of it sends traces, metrics and logs. Keeps them only while a test asks for it.</summary>
    public OtlpReceiver Telemetry => _telemetry ?? throw new InvalidOperationException("The network does not run.");

    public async ValueTask InitializeAsync()
    {
        _telemetry = await OtlpReceiver.Start();
        _telemetry.Keeps = false;
        var settings = new Dictionary<string, string?>
        {
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200", ["OTEL_BLRP_SCHEDULE_DELAY"] = "200", ["OTEL_METRIC_EXPORT_INTERVAL"] = "2000",
        };
        foreach (var (key, value) in _telemetry.Settings) settings[key] = value;
        _network = await TestNetwork.Start(_ => settings, await Servers.Given());
    }

    public async ValueTask DisposeAsync()
    {
        if (_network is not null) await _network.DisposeAsync();
        if (_telemetry is not null) await _telemetry.DisposeAsync();
    }
}
