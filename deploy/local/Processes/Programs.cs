using System.Diagnostics;

namespace Tiltas.Local.Processes;

/// <summary>What a short-lived program said.</summary>
internal sealed record Answer(int Code, string Output)
{
    internal Answer OrThrow(string what) =>
        Code == 0 ? this : throw new LocalException($"{what} failed (exit code {Code}):\n{Output.Trim()}");
}

/// <summary>Finds programs and runs those that end by themselves.</summary>
internal static class Programs
{
    /// <summary>The place of a program on the PATH or in one of the other folders; null when it is not installed.</summary>
    internal static string? Find(string name, params IEnumerable<string> otherFolders) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Concat(["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]).Concat(otherFolders)
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    internal static async Task<Answer> RunAsync(
        IReadOnlyList<string> command, CancellationToken stop, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            UseShellExecute = false, WorkingDirectory = folder ?? "/",
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string?>())
        {
            if (value is null) info.Environment.Remove(key);
            else info.Environment[key] = value;
        }
        using var process = Process.Start(info)!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(stop);
            var errors = process.StandardError.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            return new Answer(process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
