using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Tiltas.Local.Servers;

namespace Tiltas.Local.Tests;

/// <summary>No two servers are ever told the same port, whoever starts them and whenever they bind it.</summary>
public sealed class PortTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tiltas-ports-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ManyNetworksAtOnce_ShareNoPort()
    {
        var taken = new List<int>();
        Parallel.For(0, 20, one =>
        {
            var ports = new Ports(In($"{one}.json"));
            for (var name = 0; name < 20; name++)
            {
                var port = ports.Take($"{name}", wanted: 20_000);
                lock (taken) taken.Add(port);
            }
        });
        Assert.Equal(taken.Count, taken.Distinct().Count());
        Assert.All(taken, port => Assert.InRange(port, 1_024, 32_767));
    }

    [Fact]
    public void Restarted_KeepsItsPorts_UnlessTheyAreUsed()
    {
        var (kept, used) = (new Ports(In("ports.json")).Take("kept"), new Ports(In("ports.json")).Take("used"));
        using var other = new TcpListener(IPAddress.Loopback, used);
        other.Start();
        var again = new Ports(In("ports.json"));

        Assert.Equal(kept, again.Take("kept"));
        Assert.NotEqual(used, again.Take("used"));
    }

    /// <summary>Nothing listens yet where another process was promised a port.</summary>
    [Fact]
    public async Task PortOfAnotherProcess_IsNotGiven_UntilItEnds()
    {
        // No other test is given one as low as this.
        var port = RandomNumberGenerator.GetInt32(9_000, 10_000);
        var file = Path.Combine(Path.GetTempPath(), $"tiltas-ports-{Environment.UserName}");
        using var other = Process.Start(new ProcessStartInfo("python3", ["-c", "import fcntl, sys\nf = open(sys.argv[1], 'r+')\nfcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, int(sys.argv[2]))\nprint('held', flush=True)\nsys.stdin.read()", file, $"{port}"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.NotEqual(port, new Ports(In("first.json")).Take("gateway", port));

        other.StandardInput.Close();
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(port, new Ports(In("second.json")).Take("gateway", port));
    }

    private string In(string name) => Path.Combine(_folder, name);
}
