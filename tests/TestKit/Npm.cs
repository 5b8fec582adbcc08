using System.Diagnostics;

namespace Tiltas.TestKit;

/// <summary>Node packages that a test folder's lock file names, installed on first use.</summary>
public static class Npm
{
    /// <summary>Installs what <c>package-lock.json</c> of the folder says unless it is there; two processes take turns.</summary>
    /// <exception cref="InvalidOperationException">Node.js or npm is missing, or the packages could not be had.</exception>
    public static async Task Install(string folder, CancellationToken stop = default)
    {
        var done = Path.Combine(folder, "node_modules", ".package-lock.json");
        var wanted = Path.Combine(folder, "package-lock.json");
        await using var turn = await Turn(Path.Combine(Repository.Root, "artifacts", $"npm-{Path.GetRelativePath(Repository.Root, folder).Replace('/', '-')}.turn"), stop);
        if (File.Exists(done) && File.GetLastWriteTimeUtc(done) >= File.GetLastWriteTimeUtc(wanted)) return;
        var (code, output) = await Run("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder, stop);
        if (code != 0) throw new InvalidOperationException("npm ci failed in " + Path.GetFileName(folder) + ":\n" + output);
    }

    /// <summary>Runs a program to its end; standard output and error together.</summary>
    /// <exception cref="InvalidOperationException">There is no such program.</exception>
    public static async Task<(int Code, string Output)> Run(string program, IEnumerable<string> arguments, string folder, CancellationToken stop = default)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException($"{program} is needed for this test and is not installed (Node.js 20 or newer with npm).", exception);
        }
        using (process)
        {
            try
            {
                var (output, errors) = (process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
                await process.WaitForExitAsync(stop);
                return (process.ExitCode, await output + await errors);
            }
            finally
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<FileStream> Turn(string path, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Another process installs; nothing but its end is waited for.
                await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
            }
        }
    }
}
