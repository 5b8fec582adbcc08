using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Tiltas.Local;

/// <summary>Told of work as it is done.</summary>
public interface ISteps
{
    /// <summary>Does one step; the answer is a word or two on how it ended.</summary>
    Task RunAsync(string name, Func<Task<string>> work);
}

/// <summary>For those who do not care.</summary>
public sealed class NoSteps : ISteps
{
    /// <inheritdoc/>
    public Task RunAsync(string name, Func<Task<string>> work) => work();
}

/// <summary>A line a step with its time; at a terminal, a moving line below names what is still being done.</summary>
internal sealed class ConsoleSteps : ISteps
{
    private readonly List<string> _open = [];
    private readonly Lock _lock = new();
    private StatusContext? _status;

    /// <summary>Shows what <paramref name="work"/> does.</summary>
    internal static async Task ShowAsync(Func<ConsoleSteps, Task> work)
    {
        var steps = new ConsoleSteps();
        if (Console.IsOutputRedirected)
        {
            await work(steps);
            return;
        }
        await AnsiConsole.Status().Spinner(Spinner.Known.Dots).StartAsync("starting", status =>
        {
            steps._status = status;
            return work(steps);
        });
    }

    /// <inheritdoc/>
    public async Task RunAsync(string name, Func<Task<string>> work)
    {
        var start = Stopwatch.GetTimestamp();
        Mark(() => _open.Add(name));
        try
        {
            var outcome = await work();
            Say(name, outcome, Stopwatch.GetElapsedTime(start));
        }
        finally
        {
            Mark(() => _open.Remove(name));
        }
    }

    private void Say(string name, string outcome, TimeSpan took)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"  {name,-16} {took.TotalSeconds,6:0.0} s   {outcome}");
        lock (_lock)
        {
            if (_status is null) Console.Out.WriteLine(line);
            else AnsiConsole.Console.WriteLine(line);
        }
    }

    private void Mark(Action change)
    {
        lock (_lock)
        {
            change();
            if (_status is not null && _open.Count > 0) _status.Status = Markup.Escape(string.Join(", ", _open));
        }
    }
}
