using System.Diagnostics;

namespace Tiltas.Local.Commands;

/// <summary><c>tiltas bench</c>: hands over to the load generator.</summary>
internal static class BenchCommand
{
    internal static async Task<int> RunAsync(Workplace place, IReadOnlyList<string> arguments)
    {
        var program = Path.Combine(place.Repository, "artifacts", "bin", "Tiltas.Bench", "release", "Tiltas.Bench.dll");
        if (!File.Exists(program)) throw new LocalException($"{program} is not built.");
        // Ctrl+C reaches the load generator by itself, which cleans up and ends; then so do we.
        using var stop = new StopSignals();
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [program, .. arguments]) { UseShellExecute = false })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
