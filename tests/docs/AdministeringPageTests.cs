namespace Tiltas.Docs.Tests;

/// <summary>An administrator who has nothing but docs/administering.md changes hours and places, and the next match follows.</summary>
[Collection(OneNetwork.Name)]
public sealed class AdministeringPageTests(Net net)
{
    [Fact]
    public async Task Page_CommandsRunInOrder_LeadFromTheRegistrarToTheMatch()
    {
        var (exit, output, errors) = await Page.Run("administering.md", net.It.Network);

        Assert.True(exit == 0, $"exit code {exit}\n{output}\n{errors}");
        var matches = output.Split('\n').Where(line => line.StartsWith("suitable: ", StringComparison.Ordinal) || line.StartsWith("not suitable: ", StringComparison.Ordinal)).ToList();
        Assert.True(matches.Count == 4, output);
        Assert.StartsWith("suitable: ", matches[0], StringComparison.Ordinal);
        Assert.StartsWith("not suitable: {\"code\":\"Closed\"", matches[1], StringComparison.Ordinal);
        Assert.StartsWith("not suitable: {\"code\":\"Full\"", matches[2], StringComparison.Ordinal);
        Assert.StartsWith("suitable: ", matches[3], StringComparison.Ordinal);
        Assert.Contains("TLT-DIR-0103", output, StringComparison.Ordinal);
        Assert.Contains("\"fieldName\":\"available\",\"previousValue\":\"0\",\"replacementValue\":\"1\"", output, StringComparison.Ordinal);
        Assert.EndsWith("HTTP 401\n", output, StringComparison.Ordinal);
    }
}
