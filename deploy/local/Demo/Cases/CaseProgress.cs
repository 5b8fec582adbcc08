using Spectre.Console;

namespace Tiltas.Local.Demo.Cases;

/// <summary>A bar at a terminal, elsewhere a line for each tenth.</summary>
internal static class CaseProgress
{
    internal static async Task ShowAsync(int rows, TextWriter to, Func<Action, Task> work)
    {
        if (Console.IsOutputRedirected)
        {
            var done = 0;
            await work(() =>
            {
                var now = Interlocked.Increment(ref done);
                if (now * 10 / rows != (now - 1) * 10 / rows) to.WriteLine($"  {now * 10 / rows * 10,3} %   {now} of {rows} rows");
            });
            return;
        }
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(bars =>
            {
                var bar = bars.AddTask("cases", maxValue: rows);
                return work(() => bar.Increment(1));
            });
    }
}
