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
}
