using Tiltas.TestKit;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Tiltas.Docs.Tests;

/// <summary>One network for the tests that follow a page or play the demo.</summary>
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

/// <summary>Those who share it.</summary>
[CollectionDefinition(Name)]
public sealed class OneNetwork : ICollectionFixture<Net>
{
    public const string Name = "one network";
}
