using System.Text.RegularExpressions;
using Tiltas.Local.Demo;
using Tiltas.Local.Demo.Stories;

namespace Tiltas.Docs.Tests;

/// <summary>What <c>./tiltas demo --case NAME</c> plays, against a network of the test's own.</summary>
[Collection(OneNetwork.Name)]
public sealed partial class StoryTests(Net net)
{
    private Outside Outside => new(net.It.Network.Gateway, net.It.Network.ClientSecret);

    public static TheoryData<string> Names => [.. StoryBook.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Story_PlayedTwice_SeesEveryStepAndSaysWhyEachRightIsThere(string name)
    {
        for (var time = 1; time <= 2; time++)
        {
            using var told = new StringWriter();
            Assert.True(await DemoCommand.TellAsync(StoryBook.Find(name)!, Outside, told, TestContext.Current.CancellationToken) == 0, told.ToString());
            var text = told.ToString();
            Assert.Contains("Every step was seen", text, StringComparison.Ordinal);
            Assert.Matches(Refused(), text);
            Assert.Matches(Written(), text);
            Assert.DoesNotContain("Pavyzdė", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Story_ThatExpectsAnotherRight_EndsAndSaysWhich()
    {
        using var told = new StringWriter();

        Assert.Equal(1, await DemoCommand.TellAsync(stage => new Wishful(stage), Outside, told, TestContext.Current.CancellationToken));

        Assert.Contains("Not seen, hop 9: lt-kopzi, Suspected: should entitle to CompensationFromStateFund because Suspected, but does to NgoSupport because Suspected", told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Story_ThatExpectsARefusalWhichDoesNotCome_EndsAndSaysWhich()
    {
        using var told = new StringWriter();

        Assert.Equal(1, await DemoCommand.TellAsync(stage => new Distrustful(stage), Outside, told, TestContext.Current.CancellationToken));

        Assert.Contains("lt-kopzi an organisation suspects: should be refused by informal-by-identifying-agency, but came 200", told.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\[(\d)\] EMN study 2024/1, .*question 14b \(2024-12-31\)\n +NgoSupport +because Presumed +written in \[\1\]")]
    private static partial Regex Written();

    [GeneratedRegex(@"is refused, as it must be: .*\n +TLT-(IDN|REF)-\d{4} by \S+; missing: \w+")]
    private static partial Regex Refused();

    private sealed class Wishful(Stage stage) : Story(stage)
    {
        internal override string Title => "A right that nobody gives";

        protected override async Task PlayAsync()
        {
            await OpenAsync("lt-kopzi", "From21To23", null, MadeUp.Dossier("lt", "Other"));
            await ScreenAsync("lt-kopzi", new Screening("LT-ADULT-LABOUR", 2, "From21To23", null, "lt", false, ["P01"], [], MeansRequired: true));
            await StandsAsync("lt-kopzi", "suspects", new { status = "Suspected" }, "Suspected", "CompensationFromStateFund because Suspected");
        }
    }

    private sealed class Distrustful(Stage stage) : Story(stage)
    {
        internal override string Title => "A refusal that nobody gives";

        protected override async Task PlayAsync()
        {
            await OpenAsync("lt-kopzi", "From21To23", null, MadeUp.Dossier("lt", "Other"));
            await StatusRefusedAsync("lt-kopzi", "an organisation suspects", new { status = "Suspected" }, "informal-by-identifying-agency");
        }
    }
}
