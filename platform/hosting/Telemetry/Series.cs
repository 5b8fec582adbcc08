using System.Globalization;
using System.Text;

namespace Tiltas.Hosting.Telemetry;

internal enum MetricKind
{
    Counter,
    UpDown,
    Gauge,
    Histogram,
}

/// <summary>One line of figures: an instrument with one set of label values. Recording takes no lock and allocates nothing.</summary>
internal abstract class Series(string labels)
{
    protected string Labels { get; } = labels;

    public abstract void Record(double value);

    public abstract void Write(StringBuilder page, string name);

    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    protected static void Add(ref double sum, double value)
    {
        var seen = Volatile.Read(ref sum);
        while (true)
        {
            var was = Interlocked.CompareExchange(ref sum, seen + value, seen);
            if (BitConverter.DoubleToInt64Bits(was) == BitConverter.DoubleToInt64Bits(seen)) return;
            seen = was;
        }
    }

    protected static void Line(StringBuilder page, string name, string labels, double value)
    {
        page.Append(name);
        if (labels.Length > 0) page.Append('{').Append(labels).Append('}');
        page.Append(' ').Append(Number(value)).Append('\n');
    }
}

internal sealed class SumSeries(string labels, bool rising) : Series(labels)
{
    private double _sum;

    public override void Record(double value)
    {
        // A counter that falls reads as a restart to whoever computes its rate.
        if (!double.IsFinite(value) || (rising && value < 0)) return;
        Add(ref _sum, value);
    }

    public override void Write(StringBuilder page, string name) => Line(page, name, Labels, Volatile.Read(ref _sum));
}

internal sealed class GaugeSeries(string labels) : Series(labels)
{
    private double _last;

    public override void Record(double value) => Volatile.Write(ref _last, value);

    public override void Write(StringBuilder page, string name) => Line(page, name, Labels, Volatile.Read(ref _last));
}

internal sealed class HistogramSeries(string labels, double[] bounds) : Series(labels)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    public override void Record(double value)
    {
        if (!double.IsFinite(value)) return;
        var i = 0;
        while (i < bounds.Length && value > bounds[i]) i++;
        Interlocked.Increment(ref _counts[i]);
        Add(ref _sum, value);
    }

    public override void Write(StringBuilder page, string name)
    {
        var before = Labels.Length > 0 ? Labels + "," : "";
        var sum = Volatile.Read(ref _sum);
        var running = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            running += Interlocked.Read(ref _counts[i]);
            var edge = i < bounds.Length ? Number(bounds[i]) : "+Inf";
            Line(page, name + "_bucket", $"{before}le=\"{edge}\"", running);
        }
        Line(page, name + "_sum", Labels, sum);
        Line(page, name + "_count", Labels, running);
    }
}
