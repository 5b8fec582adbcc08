using Tiltas.Bench.Measure;

namespace Tiltas.Bench.Report;

/// <summary>What a figure should be.</summary>
internal sealed record Goal(bool AtLeast, double Value)
{
    public static Goal Least(double value) => new(true, value);

    public static Goal Most(double value) => new(false, value);

    public bool IsMet(double figure) => AtLeast ? figure >= Value : figure <= Value;
}

/// <summary>One figure of the report.</summary>
internal sealed record Line
{
    public required string Section { get; init; }

    public required string Name { get; init; }

    public required string Unit { get; init; }

    public required Spread Value { get; init; }

    public Goal? Goal { get; init; }

    /// <summary>Processor milliseconds for one of what is counted, by process.</summary>
    public Usage? Cpu { get; init; }

    public bool? Met => Goal?.IsMet(Value.Median);
}

/// <summary>All that was measured, and what was found wrong.</summary>
internal sealed class Findings
{
    private readonly List<Line> _lines = [];
    private readonly List<string> _faults = [];
    private readonly List<(string Section, string Text)> _notes = [];

    public IReadOnlyList<Line> Lines => _lines;

    /// <summary>What is no figure, by section.</summary>
    public ILookup<string, string> Notes => _notes.ToLookup(note => note.Section, note => note.Text);

    /// <summary>Anything lost, doubled, refused or left over. With one, the run counts as failed.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public void Add(string section, string name, string unit, IReadOnlyCollection<double> values, Goal? goal = null, Usage? cpu = null) =>
        _lines.Add(new Line { Section = section, Name = name, Unit = unit, Value = Spread.Of(values), Goal = goal, Cpu = cpu });

    public void Note(string section, string text) => _notes.Add((section, text));

    public void Fault(string what) => _faults.Add(what);
}
