using System.Diagnostics;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Commands;

/// <summary>How many tests came to which end.</summary>
internal readonly record struct TestCount(int Passed, int Failed, int Skipped)
{
    public static TestCount operator +(TestCount a, TestCount b) => new(a.Passed + b.Passed, a.Failed + b.Failed, a.Skipped + b.Skipped);
}

/// <summary>One test project, which is a program of its own.</summary>
internal sealed class TestAssembly(string assembly, TestCommand.TestServers servers, string? filter)
{
    private const int LinesShown = 40;
    // For one that hangs; a busy machine may take three times as long as a quiet one.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(40);
    private readonly string _name = Path.GetFileNameWithoutExtension(assembly);

    /// <summary>Runs it and shows what failed.</summary>
    internal async Task<TestCount> RunAsync(CancellationToken stop)
    {
        if (!File.Exists(assembly)) return Broken($"{assembly} is not built");
        var (start, report, log) = (Stopwatch.GetTimestamp(), Path.Combine(servers.Folder, _name + ".xml"), Path.Combine(servers.Folder, _name + ".log"));
        List<string> command = [Environment.ProcessPath!, assembly, "-noLogo", "-noColor", "-xml", report];
        if (filter is not null) command.AddRange(["-method", $"*{filter}*"]);
        var process = ChildProcess.Run(new ChildStart
        {
            Name = _name, Command = command, LogFile = log, Folder = Path.GetDirectoryName(assembly)!, Environment = servers.Variables,
        });
        try
        {
            var code = await process.Exited.WaitAsync(Limit, stop);
            if (Read(report) is not { } count) return Broken($"ended with exit code {code} and left no report", process);
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {_name,-36} {Stopwatch.GetElapsedTime(start).TotalSeconds,6:0.0} s   {count.Passed} passed, {count.Failed} failed, {count.Skipped} skipped"));
            return code != 0 && count.Failed == 0 ? count + Broken($"ended with exit code {code}", process) : count;
        }
        catch (TimeoutException)
        {
            await process.KillAsync();
            return Broken($"was still running after {Limit.TotalMinutes:0} minutes", process);
        }
        catch (OperationCanceledException)
        {
            // It ends its own servers when it is asked to.
            await process.StopAsync(TimeSpan.FromSeconds(20));
            throw;
        }
    }

    private TestCount Broken(string why, ChildProcess? process = null)
    {
        Console.Out.WriteLine($"  {_name} {why}");
        foreach (var line in process?.LastLines(LinesShown) ?? []) Console.Out.WriteLine("    " + line);
        return new TestCount(0, 1, 0);
    }

    private static TestCount? Read(string report)
    {
        if (!File.Exists(report)) return null;
        try
        {
            var count = default(TestCount);
            foreach (var run in XDocument.Load(report).Descendants("assembly"))
            {
                // What breaks outside a test, in the set-up or clean-up of a class, is an error and not a failed test.
                count += new TestCount(Number(run, "passed"), Number(run, "failed") + Number(run, "errors"), Number(run, "skipped") + Number(run, "not-run"));
                foreach (var failure in run.Descendants("failure")) Show(failure);
            }
            return count;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static void Show(XElement failure)
    {
        var name = failure.Parent!.Attribute("name")?.Value ?? "outside a test";
        Console.Out.WriteLine($"  FAILED {name}");
        foreach (var text in (string?[])[failure.Element("message")?.Value, failure.Element("stack-trace")?.Value])
        foreach (var line in (text ?? "").Split('\n').Where(line => line.Trim().Length > 0).Take(LinesShown))
            Console.Out.WriteLine("      " + line.TrimEnd());
    }

    private static int Number(XElement run, string attribute) => (int?)run.Attribute(attribute) ?? 0;
}
