using System.Diagnostics;
using System.Globalization;

namespace Tiltas.Faults.Tests;

/// <summary>Holds processes of ours still, as a machine that hangs would, and lets them go on.</summary>
internal static class Freeze
{
    /// <summary>The process and all below it, the parent first so that it starts no more.</summary>
    public static List<int> Hold(int process)
    {
        var held = new List<int>();
        for (var open = new Queue<int>([process]); open.TryDequeue(out var next);)
        {
            Send("STOP", next);
            held.Add(next);
            foreach (var child in Children(next)) open.Enqueue(child);
        }
        return held;
    }

    /// <summary>Lets them go on.</summary>
    public static void Release(List<int> held) => held.ForEach(process => Send("CONT", process));

    private static IEnumerable<int> Children(int parent)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process)) continue;
            string[] fields;
            try
            {
                var text = File.ReadAllText(Path.Combine(folder, "stat"));
                fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            }
            catch (IOException)
            {
                continue;
            }
            if (int.Parse(fields[1], CultureInfo.InvariantCulture) == parent) yield return process;
        }
    }

    private static void Send(string signal, int process)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
