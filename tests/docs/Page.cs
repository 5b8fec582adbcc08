using System.Diagnostics;
using Tiltas.Local.Network;
using Tiltas.TestKit;

namespace Tiltas.Docs.Tests;

/// <summary>The commands of a page, run as a reader would: in order, in one shell that stops at the first failure.</summary>
internal static class Page
{
    public static async Task<(int Exit, string Output, string Errors)> Run(string page, LocalNetwork network)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-eu"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root,
            Environment = { ["GATEWAY"] = network.Gateway.GetLeftPart(UriPartial.Authority), ["SECRETS"] = network.Secrets.FilePath },
        })!;
        var (output, errors) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.StandardInput.WriteAsync(Commands(page));
        shell.StandardInput.Close();
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(3));
        return (shell.ExitCode, await output, await errors);
    }

    private static string Commands(string page)
    {
        var inside = false;
        var commands = new List<string>();
        foreach (var line in File.ReadLines(Repository.In("docs", page)))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) inside = line == "```sh";
            else if (inside) commands.Add(line);
        }
        Assert.NotEmpty(commands);
        return string.Join('\n', commands) + "\n";
    }
}
