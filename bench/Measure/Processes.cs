using System.Globalization;
using Tiltas.Local.Processes;

namespace Tiltas.Bench.Measure;

/// <summary>Processor time and memory of the processes that take part, from /proc; each root with all below it.</summary>
internal sealed class Processes
{
    private const double TickMilliseconds = 10;
    private const double Quiet = 0.05;
    private const int MostLooks = 12;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(0.5);
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> _roots = new(StringComparer.Ordinal);

    public void Add(string name, ChildProcess process) => _roots[name] = process.Identity.Pid;

    public void AddSelf(string name) => _roots[name] = Environment.ProcessId;

    public void Remove(string name) => _roots.TryRemove(name, out _);

    /// <summary>Milliseconds of processor time spent so far, by name. A child that ended is in its parent's figure.</summary>
    public Usage Now()
    {
        var rows = System.IO.Directory.EnumerateDirectories("/proc").Select(folder => Read(Path.GetFileName(folder))).OfType<Row>().ToList();
        var children = rows.ToLookup(row => row.Parent);
        var byPid = rows.ToDictionary(row => row.Pid);
        return new Usage(_roots.ToDictionary(root => root.Key, root => byPid.TryGetValue(root.Value, out var row) ? Sum(row) * TickMilliseconds : 0));

        // The generator starts the others: its children are counted under their own names.
        long Sum(Row row) => row.Pid == Environment.ProcessId ? row.Own : row.Own + row.Reaped + children[row.Pid].Sum(Sum);
    }

    /// <summary>
    /// Waits until what earlier work left behind is done, for a while at most: the compiler's second round, vacuum, checkpoint,
    /// the broker's log. None of it belongs to what is measured next.
    /// </summary>
    public async Task Settle(CancellationToken stop)
    {
        for (var looks = 0; looks < MostLooks; looks++)
        {
            var before = Now();
            await Task.Delay(Look, stop);
            if ((Now() - before).Total < Look.TotalMilliseconds * Quiet) return;
        }
    }

    /// <summary>Megabytes resident of the named root process itself.</summary>
    public double Resident(string name)
    {
        foreach (var line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_roots[name]}/status")))
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
                return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        return 0;
    }

    private static Row? Read(string folder)
    {
        if (!int.TryParse(folder, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) return null;
        try
        {
            var text = File.ReadAllText($"/proc/{folder}/stat");
            var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            long Field(int n) => long.Parse(fields[n], CultureInfo.InvariantCulture);
            return new Row(pid, (int)Field(1), Field(11) + Field(12), Field(13) + Field(14));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended between being listed and being read.
            return null;
        }
    }

    private sealed record Row(int Pid, int Parent, long Own, long Reaped);
}

/// <summary>Milliseconds of processor time by process.</summary>
internal sealed record Usage(IReadOnlyDictionary<string, double> Milliseconds)
{
    public double Total => Milliseconds.Values.Sum();

    public static Usage operator -(Usage after, Usage before) =>
        new(after.Milliseconds.ToDictionary(p => p.Key, p => p.Value - before.Milliseconds.GetValueOrDefault(p.Key)));

    public Usage Per(double count) => new(Milliseconds.ToDictionary(p => p.Key, p => p.Value / count));

    /// <summary>The middle of several rounds, process by process.</summary>
    public static Usage Median(IReadOnlyCollection<Usage> rounds) =>
        new(rounds.First().Milliseconds.Keys.ToDictionary(name => name, name => Spread.Of([.. rounds.Select(r => r.Milliseconds.GetValueOrDefault(name))]).Median));
}
