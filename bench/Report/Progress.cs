using System.Diagnostics;
using System.Globalization;
using Tiltas.Local;

namespace Tiltas.Bench.Report;

/// <summary>A line for each step as it is done, so that nobody wonders whether it still runs.</summary>
internal sealed class Progress : ISteps
{
    public async Task RunAsync(string name, Func<Task<string>> work)
    {
        var start = Stopwatch.GetTimestamp();
        var outcome = await work();
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-16} {Stopwatch.GetElapsedTime(start).TotalSeconds,6:0.0} s   {outcome}"));
    }
}
