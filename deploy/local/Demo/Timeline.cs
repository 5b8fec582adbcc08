using System.Globalization;

namespace Tiltas.Local.Demo;

/// <summary>What happened, a line a hop, printed as it is observed.</summary>
internal sealed class Timeline(TextWriter to)
{
    private int _hop;

    internal int Next => _hop + 1;

    internal void Head()
    {
        to.WriteLine();
        Line("hop", "agency", "over", "what was observed", "ms", "trace id");
        to.WriteLine(new string('-', 149));
    }

    internal void Text(string text) => to.WriteLine("\n" + text);

    internal void Add(string agency, string way, string observed, TimeSpan took, string traceId)
    {
        _hop++;
        Line(_hop.ToString(CultureInfo.InvariantCulture), agency, way, observed, took.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture), traceId);
    }

    internal void Note(string text) => to.WriteLine($"{"",34}{text}");

    private void Line(string hop, string agency, string way, string observed, string took, string traceId) =>
        to.WriteLine($"{hop,3}  {agency,-22} {way,-5} {observed,-72} {took,8}  {traceId}");
}
