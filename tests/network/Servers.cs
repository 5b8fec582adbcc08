using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>These tests leave the servers alone, but for a few that say so: they may be somebody else's.</summary>
internal static class Servers
{
    public static Task<GivenServers?> Given() => GivenServers.Find();
}
