using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tiltas.Bench.Report;

/// <summary>The same figures for a program.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string file, Findings findings, Plan plan, DateTimeOffset at) => File.WriteAllText(file, JsonSerializer.Serialize(new
    {
        At = at,
        Processors = Environment.ProcessorCount,
        plan.Rounds,
        SecondsOfLoad = plan.Load.TotalSeconds,
        Figures = findings.Lines.Select(line => new
        {
            line.Section, line.Name, line.Unit, line.Value.Median, line.Value.Lowest, line.Value.Highest, line.Value.Rounds,
            Goal = line.Goal is { } goal ? new { goal.AtLeast, goal.Value, line.Met } : null,
            ProcessorMilliseconds = line.Cpu?.Milliseconds,
        }),
        Notes = findings.Notes.SelectMany(section => section.Select(text => new { Section = section.Key, Text = text })),
        findings.Faults,
    }, Options) + "\n");
}
