using System.Diagnostics;
using System.Globalization;
using Tiltas.Local.Network;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Commands;

/// <summary><c>tiltas up</c>: the whole network until it is told to stop.</summary>
internal static class UpCommand
{
    private const int AlreadyRuns = 3;

    internal static Task<int> RunAsync(Workplace place, IReadOnlyList<string> arguments) => arguments switch
    {
        [] => ForegroundAsync(place),
        ["--detach" or "-d"] => DetachedAsync(place),
        _ => throw new LocalException("usage: tiltas up [--detach]"),
    };

    private static async Task<int> ForegroundAsync(Workplace place)
    {
        using var stop = new StopSignals();
        NetworkRun? run = null;
        var start = Stopwatch.GetTimestamp();
        try
        {
            await ConsoleSteps.ShowAsync(async steps => run = await NetworkRun.StartAsync(place, steps, Console.Out.WriteLine, stop.Token));
            if (run is null) return SayAlreadyRuns(place);
            var took = Stopwatch.GetElapsedTime(start);
            Console.Out.WriteLine(Welcome(run.Network, place, took));
            await new Supervisor(run.Network.Supervised, Console.Out.WriteLine).WatchAsync(stop.Token);
            return 0;
        }
        catch (Exception e) when (stop.Token.IsCancellationRequested && e is not LocalException)
        {
            // What was under way when the wish to stop came fails in ways of its own.
            return 130;
        }
        finally
        {
            if (run is not null)
            {
                Console.Out.WriteLine("\nStopping …");
                var stopping = Stopwatch.GetTimestamp();
                await run.DisposeAsync();
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"All stopped after {Stopwatch.GetElapsedTime(stopping).TotalSeconds:0.0} s."));
            }
        }
    }

    private static int SayAlreadyRuns(Workplace place)
    {
        var state = place.Run.Read();
        Console.Error.WriteLine(state switch
        {
            { Ready: true } => $"It runs already (process {state.Owner.Pid}): {state.Gateway}",
            { } => $"It is starting already (process {state.Owner.Pid}).",
            null => "It runs already.",
        });
        Console.Error.WriteLine("./tiltas status shows its parts, ./tiltas down stops it.");
        return AlreadyRuns;
    }

    private static async Task<int> DetachedAsync(Workplace place)
    {
        if (RunLock.TryTake(place.LockFile) is not { } free) return SayAlreadyRuns(place);
        free.Dispose();
        var log = place.In("logs/up.log");
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        File.Delete(log);
        var child = ChildProcess.Run(new ChildStart
        {
            Name = "up", Command = [Environment.ProcessPath!, typeof(UpCommand).Assembly.Location, "up"], LogFile = log, Folder = place.Repository,
        });
        using var stop = new StopSignals();
        var shown = 0L;
        try
        {
            await Until.TrueAsync(() =>
            {
                shown = Show(log, shown);
                return child.Exited.IsCompleted || place.Run.Read() is { Ready: true } state && state.Owner == child.Identity;
            }, TimeSpan.FromMinutes(10), stop.Token);
        }
        catch (OperationCanceledException)
        {
            await child.StopAsync(TimeSpan.FromSeconds(60));
            return 130;
        }
        // The last lines follow readiness by a moment: they end with how to stop it.
        await Until.TrueAsync(() =>
        {
            shown = Show(log, shown);
            return child.Exited.IsCompleted || File.ReadAllText(log).Contains(LastLine, StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(10));
        Show(log, shown);
        return child.Exited.IsCompleted ? await child.Exited is var code and not 0 ? code : 1 : 0;
    }

    private static long Show(string file, long from)
    {
        if (!File.Exists(file)) return from;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(from, SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        Console.Out.Write(reader.ReadToEnd());
        return stream.Position;
    }

    private const string LastLine = "Ctrl+C or ./tiltas down stops it.";

    private static string Welcome(LocalNetwork network, Workplace place, TimeSpan took) => string.Create(CultureInfo.InvariantCulture, $"""

        Tiltas is up after {took.TotalSeconds:0.0} s.

          Gateway      {network.Gateway}   (health of all: {network.Gateway}health)
          Sign in      POST {network.Gateway}connect/token
                       client_id      lt-kopzi-system
                       client_secret  {network.ClientSecret("lt-kopzi-system")}
          Others       <agency>-system; their secrets lie in {place.In("secrets.json")} under "client:…"
          Logs         {place.In("logs")}

        {LastLine}
        """);
}
