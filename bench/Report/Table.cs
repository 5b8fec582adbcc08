using System.Globalization;

namespace Tiltas.Bench.Report;

/// <summary>The figures for a person: section by section, the middle of the rounds, the spread beside it, and whether a goal is met.</summary>
internal static class Table
{
    private const int NameWidth = 48;

    public static void Print(Findings findings, TextWriter to)
    {
        foreach (var section in findings.Lines.GroupBy(line => line.Section))
        {
            to.WriteLine();
            to.WriteLine(section.Key);
            foreach (var line in section)
            {
                to.WriteLine(Row(line));
                if (line.Cpu is { } cpu) to.WriteLine(Cpu(cpu));
            }
            foreach (var note in findings.Notes[section.Key]) to.WriteLine("  " + note);
        }
        to.WriteLine();
        var goals = findings.Lines.Where(line => line.Goal is not null).ToList();
        if (goals.Count > 0) to.WriteLine($"Goals: {goals.Count(line => line.Met == true)} of {goals.Count} met.");
        foreach (var fault in findings.Faults.Take(20)) to.WriteLine($"FAULT  {fault}");
        if (findings.Faults.Count == 0) to.WriteLine("Nothing lost, nothing doubled, nothing refused.");
    }

    private static string Row(Line line)
    {
        var (value, digits) = (line.Value, Digits(line));
        var spread = value.Rounds > 1 ? $"({Number(value.Lowest, digits)} – {Number(value.Highest, digits)})" : "";
        var goal = line.Goal is { } wanted ? $"   {(wanted.AtLeast ? "≥" : "≤")} {Number(wanted.Value, digits)}  {(line.Met == true ? "met" : "NOT MET")}" : "";
        return $"  {line.Name.PadRight(NameWidth)} {Number(value.Median, digits),9} {line.Unit,-5} {spread,-20}{goal}".TrimEnd();
    }

    private static string Cpu(Measure.Usage cpu)
    {
        var parts = cpu.Milliseconds.Where(p => p.Value >= 0.005).OrderByDescending(p => p.Value).Select(p => $"{p.Key} {Number(p.Value, 2)}");
        return $"      ms of processor each: {Number(cpu.Total, 2)} = {string.Join(", ", parts)}";
    }

    private static int Digits(Line line) => line.Unit switch { "/s" or "MB" or "rows" => 0, "×" => 2, _ => line.Value.Median < 10 ? 2 : 1 };

    private static string Number(double value, int digits) => value.ToString("N" + digits, CultureInfo.InvariantCulture).Replace(',', ' ');
}
