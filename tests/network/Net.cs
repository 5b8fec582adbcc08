using Tiltas.TestKit;

[assembly: AssemblyFixture(typeof(Tiltas.Network.Tests.Net))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Tiltas.Network.Tests;

/// <summary>One network for the whole assembly; tests run one after another and leave it running.</summary>
public sealed class Net : IAsyncLifetime
{
    private TestNetwork? _network;

    public TestNetwork It => _network ?? throw new InvalidOperationException("The network does not run.");

    public async ValueTask InitializeAsync() => _network = await TestNetwork.Start();

    public async ValueTask DisposeAsync()
    {
        if (_network is not null) await _network.DisposeAsync();
    }
}
