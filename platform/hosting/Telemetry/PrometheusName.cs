using System.Diagnostics.Metrics;
using System.Text;

namespace Tiltas.Hosting.Telemetry;

/// <summary>Names and label text by the OpenTelemetry to Prometheus convention.</summary>
internal static class PrometheusName
{
    public static string Of(Instrument instrument, MetricKind kind)
    {
        var name = Clean(instrument.Name);
        var total = kind is MetricKind.Counter;
        if (total && name.EndsWith("_total", StringComparison.Ordinal)) name = name[..^"_total".Length];
        var unit = UnitOf(instrument.Unit, kind);
        if (unit.Length > 0 && name != unit && !name.EndsWith("_" + unit, StringComparison.Ordinal)) name = $"{name}_{unit}";
        return total ? name + "_total" : name;
    }

    /// <summary>Letters, digits and single underscores; never a digit first.</summary>
    public static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            var ok = char.IsAsciiLetterOrDigit(c) || c is ':';
            if (clean.Length == 0 && char.IsAsciiDigit(c)) clean.Append('_');
            if (ok) clean.Append(c);
            else if (clean.Length == 0 || clean[^1] != '_') clean.Append('_');
        }
        return clean.ToString();
    }

    public static string Label(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    public static string Help(string text) => text.Replace("\\", "\\\\").Replace("\n", "\\n");

    private static string UnitOf(string? unit, MetricKind kind)
    {
        if (string.IsNullOrEmpty(unit)) return "";
        if (unit == "1") return kind is MetricKind.Gauge ? "ratio" : "";
        var slash = unit.IndexOf('/');
        var top = Word(slash < 0 ? unit : unit[..slash]);
        if (slash < 0) return top;
        var under = Singular(unit[(slash + 1)..]);
        return under.Length == 0 ? top : top.Length == 0 ? $"per_{under}" : $"{top}_per_{under}";
    }

    // Text in braces is a remark on what is counted, not a unit.
    private static string Word(string unit)
    {
        var brace = unit.IndexOf('{');
        if (brace >= 0) unit = unit[..brace];
        return unit switch
        {
            "d" => "days",
            "h" => "hours",
            "min" => "minutes",
            "s" => "seconds",
            "ms" => "milliseconds",
            "us" => "microseconds",
            "ns" => "nanoseconds",
            "By" => "bytes",
            "KiBy" => "kibibytes",
            "MiBy" => "mebibytes",
            "GiBy" => "gibibytes",
            "KBy" => "kilobytes",
            "MBy" => "megabytes",
            "GBy" => "gigabytes",
            "%" => "percent",
            "Hz" => "hertz",
            "Cel" => "celsius",
            "m" => "meters",
            "g" => "grams",
            _ => Clean(unit).Trim('_'),
        };
    }

    private static string Singular(string unit) => unit switch
    {
        "s" => "second",
        "m" or "min" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mo" => "month",
        "y" => "year",
        _ => Word(unit),
    };
}
