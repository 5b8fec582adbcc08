using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>Here servers are stopped and killed: always own ones.</summary>
internal static class Servers
{
    public static Task<GivenServers?> Given() => Task.FromResult<GivenServers?>(null);
}
