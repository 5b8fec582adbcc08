using Tiltas.Local;
using Tiltas.Local.Demo;
using Tiltas.Local.Demo.Cases;
using Tiltas.TestKit;

namespace Tiltas.Docs.Tests;

/// <summary>What <c>./tiltas demo</c> plays, against a network of the test's own.</summary>
[Collection(OneNetwork.Name)]
public sealed class DemoTests(Net net)
{
    private Outside Outside => new(net.It.Network.Gateway, net.It.Network.ClientSecret);

    [Fact]
    public async Task Demo_PlayedTwice_SeesEveryStepBothTimes()
    {
        for (var time = 1; time <= 2; time++)
        {
            using var told = new StringWriter();
            Assert.True(await DemoCommand.PlayAsync(Outside, told, TestContext.Current.CancellationToken) == 0, told.ToString());
            Assert.Contains("Every step was seen", told.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("Pavyzdė", told.ToString(), StringComparison.Ordinal);
        }
    }

    /// <summary>The same hops, seen by the same agencies; only the way is another.</summary>
    [Fact]
    public async Task Demo_WithRecipientsOverGrpc_SeesTheSameSteps()
    {
        using var plain = new StringWriter();
        using var told = new StringWriter();
        var overGrpc = Outside with { RecipientsDoor = new GrpcDoor(net.It.Network.GatewayTls, net.It.Network.Authority.Authority) };
        Assert.True(await DemoCommand.PlayAsync(Outside, plain, TestContext.Current.CancellationToken) == 0, plain.ToString());
        Assert.True(await DemoCommand.PlayAsync(overGrpc, told, TestContext.Current.CancellationToken) == 0, told.ToString());

        var (expected, hops) = (Hops(plain), Hops(told));
        Assert.Equal(expected.Select(hop => (hop.Number, hop.Agency)), hops.Select(hop => (hop.Number, hop.Agency)));
        Assert.All(hops, hop => Assert.Equal(hop.Agency == "lt-kopzi" ? "HTTP" : "gRPC", hop.Way));
        Assert.All(hops, hop => Assert.Matches("^[0-9a-f]{32}$", hop.TraceId));
        Assert.Contains("gRPC", hops.Select(hop => hop.Way));
        Assert.DoesNotContain("Pavyzdė", told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cases_FirstRowsOfTheSample_AllAnswered()
    {
        using var told = new StringWriter();
        var work = CaseWork.Read(Workplace.Find(), new CaseOptions { File = Repository.In("data", "lt", "cases", "sample-cases.csv"), Parallel = 4, Limit = 20 });
        Assert.True(await new CaseRun(Outside, work, told, TestContext.Current.CancellationToken).RunAsync() == 0, told.ToString());
        Assert.Equal(20, work.Plans.Count);
        Assert.Matches(@"(?m)^  referred +20$", told.ToString());
        Assert.Matches(@"(?m)^  lost +0$", told.ToString());
    }

    private static List<(string Number, string Agency, string Way, string TraceId)> Hops(StringWriter told) =>
    [
        .. told.ToString().Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 4 && int.TryParse(words[0], out _)).Select(words => (words[0], words[1], words[2], words[^1])),
    ];
}
