using System.Globalization;
using System.Text.RegularExpressions;

namespace Tiltas.TestKit;

/// <summary>Prometheus text format 0.0.4, read strictly from its own description.</summary>
public sealed partial class Exposition
{
    private readonly Dictionary<string, double> _samples = [];

    /// <summary>Kind of each figure.</summary>
    public Dictionary<string, string> Types { get; } = [];

    /// <summary>What each figure tells.</summary>
    public Dictionary<string, string> Helps { get; } = [];

    /// <summary>Values by name and labels.</summary>
    public IReadOnlyDictionary<string, double> Samples => _samples;

    /// <summary>One value.</summary>
    public double this[string sample] => _samples[sample];

    /// <summary>Reads a whole page.</summary>
    /// <exception cref="InvalidDataException">It breaks the format.</exception>
    public static Exposition Parse(string text)
    {
        var page = new Exposition();
        Must(text.EndsWith('\n'), "the last line has no end");
        var family = "";
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Comment().Match(line) is { Success: true } comment)
            {
                var name = comment.Groups["name"].Value;
                if (comment.Groups["kind"].Value == "HELP")
                {
                    // Each family stands together and only once.
                    Must(page.Helps.TryAdd(name, comment.Groups["rest"].Value), $"{name} stands twice");
                    family = name;
                }
                else
                {
                    Must(family == name, $"{name} stands among {family}");
                    Must(page.Types.TryAdd(name, comment.Groups["rest"].Value), $"{name} has two types");
                }
                continue;
            }
            var sample = Sample().Match(line);
            Must(sample.Success, $"not a sample: {line}");
            var (full, type) = (sample.Groups["name"].Value, page.Types[family]);
            string[] names = type == "histogram" ? [family + "_bucket", family + "_sum", family + "_count"] : [family];
            Must(names.Contains(full), $"{full} stands among {family}");
            Must(page._samples.TryAdd(full + sample.Groups["labels"].Value, Number(sample.Groups["value"].Value)), $"twice: {line}");
        }
        return page;
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidDataException(otherwise);
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"^# (?<kind>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.+)$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{([a-zA-Z_][a-zA-Z0-9_]*=""([^""\\\n]|\\[\\""n])*"",?)+\})? (?<value>\S+)$")]
    private static partial Regex Sample();
}
