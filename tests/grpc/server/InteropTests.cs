using System.Diagnostics;
using Tiltas.Grpc.Interop;

namespace Tiltas.Grpc.Tests;

/// <summary>The public interoperability cases, played by clients that others wrote.</summary>
public sealed class InteropTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private const int Cases = 19;

    /// <summary>@grpc/grpc-js, restored from its lock file the first time.</summary>
    [Fact]
    public async Task GrpcJs_PassesAllCases()
    {
        var folder = Path.Combine(Clients, "node");
        if (!Directory.Exists(Path.Combine(folder, "node_modules"))) await Run("npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund"]);
        await Play("node", Path.Combine(folder, "interop.mjs"));
    }

    /// <summary>grpcio as Debian packages it, so the system's Python and not the first on the path.</summary>
    [Fact]
    public async Task Grpcio_PassesAllCases() => await Play("/usr/bin/python3", Path.Combine(Clients, "python", "interop.py"));

    private static string Clients
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "Tiltas.slnx"))) return Path.Combine(folder.FullName, "tests", "grpc", "clients");
            throw new InvalidOperationException("These tests run from within the repository.");
        }
    }

    private static async Task Play(string program, string script)
    {
        await using var host = await InteropHost.Start(new() { Port = 0 });
        var output = await Run(program, [script, "--address", $"{host.Address.Host}:{host.Address.Port}"]);
        Assert.Equal(Cases, output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }

    private static async Task<string> Run(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var stop = new CancellationTokenSource(Patience);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(stop.Token), process.StandardError.ReadToEndAsync(stop.Token));
            await process.WaitForExitAsync(stop.Token);
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}:\n{await output}\n{await errors}");
            return await output;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
