using System.Globalization;

namespace Tiltas.Local.Processes;

/// <summary>What Linux tells of its processes.</summary>
internal static class ProcTable
{
    internal readonly record struct Row(int Pid, char State, int Parent, long StartTicks);

    internal static Row? Read(int pid)
    {
        string text;
        try
        {
            text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        // The second field is the program's name in brackets and may hold anything; all others follow its last bracket.
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 20
            ? null
            : new Row(pid, fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    internal static string BootId()
    {
        const string path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
    }

    /// <summary>All processes below one, whatever session or group they moved to.</summary>
    internal static IReadOnlyList<ProcessIdentity> Descendants(int pid)
    {
        if (!OperatingSystem.IsLinux()) return [];
        var rows = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var number) ? Read(number) : null)
            .OfType<Row>().ToLookup(row => row.Parent);
        var found = new List<ProcessIdentity>();
        var open = new Queue<int>([pid]);
        while (open.TryDequeue(out var parent))
        {
            foreach (var row in rows[parent])
            {
                open.Enqueue(row.Pid);
                if (ProcessIdentity.Of(row.Pid) is { } identity) found.Add(identity);
            }
        }
        return found;
    }
}
