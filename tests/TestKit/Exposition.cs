using System.Globalization;
using System.Text.RegularExpressions;

namespace Tiltas.Platform.Tests.Telemetry;

/// <summary>Prometheus text format 0.0.4, read strictly from its own description.</summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, double> _samples = [];

    public Dictionary<string, string> Types { get; } = [];

    public Dictionary<string, string> Helps { get; } = [];

    public IReadOnlyDictionary<string, double> Samples => _samples;

    public double this[string sample] => _samples[sample];

    public static Exposition Parse(string text)
    {
        var page = new Exposition();
        Assert.EndsWith("\n", text);
        var family = "";
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Comment().Match(line) is { Success: true } comment)
            {
                var name = comment.Groups["name"].Value;
                if (comment.Groups["kind"].Value == "HELP")
                {
                    // Each family stands together and only once.
                    Assert.True(page.Helps.TryAdd(name, comment.Groups["rest"].Value), $"{name} stands twice");
                    family = name;
                }
                else
                {
                    Assert.Equal(family, name);
                    Assert.True(page.Types.TryAdd(name, comment.Groups["rest"].Value));
                }
                continue;
            }
            var sample = Sample().Match(line);
            Assert.True(sample.Success, $"not a sample: {line}");
            var (full, type) = (sample.Groups["name"].Value, page.Types[family]);
            Assert.Contains(full, type == "histogram" ? [family + "_bucket", family + "_sum", family + "_count"] : new[] { family });
            Assert.True(page._samples.TryAdd(full + sample.Groups["labels"].Value, Number(sample.Groups["value"].Value)), $"twice: {line}");
        }
        return page;
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
