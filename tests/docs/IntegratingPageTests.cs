using System.Diagnostics;
using Tiltas.TestKit;

namespace Tiltas.Docs.Tests;

/// <summary>The commands of docs/integrating.md, run as a reader would: in order, in one shell that stops at the first failure.</summary>
[Collection(OneNetwork.Name)]
public sealed class IntegratingPageTests(Net net)
{
    [Fact]
    public async Task Page_CommandsRunInOrder_LeadFromTokenToAnswer()
    {
        var (exit, output, errors) = await RunAsync(Commands(), net.It.Network.Gateway.GetLeftPart(UriPartial.Authority), net.It.Network.Secrets.FilePath);

        Assert.True(exit == 0, $"exit code {exit}\n{output}\n{errors}");
        Assert.Contains("HTTP 403", output, StringComparison.Ordinal);
        Assert.Contains("\"rule\":\"memorandum:lt-mou-kopzi-vilnius-caritas-2020\"", output, StringComparison.Ordinal);
        Assert.Contains("\"withheld\":[{\"dataClass\":\"Health\",\"rule\":\"consent:covers-class\"", output, StringComparison.Ordinal);
        Assert.Contains("event: notice", output, StringComparison.Ordinal);
        var end = output[output.LastIndexOf("{\"referral\":", StringComparison.Ordinal)..];
        Assert.Contains("\"status\":\"Accepted\"", end, StringComparison.Ordinal);
        Assert.Contains("\"move\":\"accept\",\"by\":\"lt-caritas\"", end, StringComparison.Ordinal);
    }

    private static string Commands()
    {
        var inside = false;
        var commands = new List<string>();
        foreach (var line in File.ReadLines(Repository.In("docs", "integrating.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) inside = line == "```sh";
            else if (inside) commands.Add(line);
        }
        Assert.NotEmpty(commands);
        return string.Join('\n', commands) + "\n";
    }

    private static async Task<(int Exit, string Output, string Errors)> RunAsync(string commands, string gateway, string secrets)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-eu"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root,
            Environment = { ["GATEWAY"] = gateway, ["SECRETS"] = secrets },
        })!;
        var (output, errors) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.StandardInput.WriteAsync(commands);
        shell.StandardInput.Close();
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(3));
        return (shell.ExitCode, await output, await errors);
    }
}
