namespace Tiltas.Docs.Tests;

/// <summary>The commands of docs/integrating.md, run as a reader would: in order, in one shell that stops at the first failure.</summary>
[Collection(OneNetwork.Name)]
public sealed class IntegratingPageTests(Net net)
{
    [Fact]
    public async Task Page_CommandsRunInOrder_LeadFromTokenToAnswer()
    {
        var (exit, output, errors) = await Page.Run("integrating.md", net.It.Network);

        Assert.True(exit == 0, $"exit code {exit}\n{output}\n{errors}");
        Assert.Contains("HTTP 403", output, StringComparison.Ordinal);
        Assert.Contains("\"rule\":\"memorandum:lt-mou-kopzi-vilnius-caritas-2020\"", output, StringComparison.Ordinal);
        Assert.Contains("\"withheld\":[{\"dataClass\":\"Health\",\"rule\":\"consent:covers-class\"", output, StringComparison.Ordinal);
        Assert.Contains("event: notice", output, StringComparison.Ordinal);
        var end = output[output.LastIndexOf("{\"referral\":", StringComparison.Ordinal)..];
        Assert.Contains("\"status\":\"Accepted\"", end, StringComparison.Ordinal);
        Assert.Contains("\"move\":\"accept\",\"by\":\"lt-caritas\"", end, StringComparison.Ordinal);
    }
}
