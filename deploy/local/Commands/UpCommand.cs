using System.Diagnostics;
using System.Globalization;
using Tiltas.Local.Network;
using Tiltas.Local.Processes;
using Tiltas.Local.Servers;

namespace Tiltas.Local.Commands;

/// <summary><c>tiltas up</c>: the whole network until it is told to stop.</summary>
internal static class UpCommand
{
    private const int AlreadyRuns = 3;
    /// <summary>For our own use: the run that <c>--detach</c> leaves behind. What it prints is kept in a log, so it prints no secret.</summary>
    private const string Behind = "--behind";
    private const string IsUp = "Tiltas is up after ";

    internal static Task<int> RunAsync(Workplace place, IReadOnlyList<string> arguments) => arguments switch
    {
        [] => RunAsync(place, run => Console.Out.WriteLine(Doors(place, run.Network.Gateway, run.Network.GatewayTls, run.Network.Secrets) + "\n\nCtrl+C or ./tiltas down stops it.")),
        [Behind] => RunAsync(place, _ => { }),
        ["--detach" or "-d"] => DetachedAsync(place),
        _ => throw new LocalException("usage: tiltas up [--detach]"),
    };

    private static async Task<int> RunAsync(Workplace place, Action<NetworkRun> welcome)
    {
        using var stop = new StopSignals();
        NetworkRun? run = null;
        var start = Stopwatch.GetTimestamp();
        try
        {
            await ConsoleSteps.ShowAsync(async steps => run = await NetworkRun.StartAsync(place, steps, Console.Out.WriteLine, stop.Token));
            if (run is null) return SayAlreadyRuns(place);
            var took = Stopwatch.GetElapsedTime(start);
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{IsUp}{took.TotalSeconds:0.0} s."));
            welcome(run);
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
        NetworkFolder.Prepare(place.Folder);
        var log = place.In("logs/up.log");
        File.Delete(log);
        var child = ChildProcess.Run(new ChildStart
        {
            Name = "up", Command = [Environment.ProcessPath!, typeof(UpCommand).Assembly.Location, "up", Behind], LogFile = log, Folder = place.Repository,
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
        // Its last line follows readiness by a moment.
        await Until.TrueAsync(() =>
        {
            shown = Show(log, shown);
            return child.Exited.IsCompleted || File.ReadAllText(log).Contains(IsUp, StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(10));
        Show(log, shown);
        if (child.Exited.IsCompleted) return await child.Exited is var code and not 0 ? code : 1;
        Console.Out.WriteLine(Doors(place, place.Run.Read()!.Gateway!, place.Run.Read()!.GatewayTls!, new Secrets(place.In("secrets.json"))) + "\n\n./tiltas down stops it.");
        return 0;
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

    private static string Doors(Workplace place, Uri gateway, Uri tls, Secrets secrets) => $"""

          Gateway      {gateway}   (health of all: {gateway}health)
          With TLS     {tls}   (HTTP and gRPC; trust {place.In("ca.pem")})
          Sign in      POST {gateway}connect/token
                       client_id      lt-kopzi-system
                       client_secret  {secrets.Of(NetworkKeys.SecretName("lt-kopzi-system"))}
          Others       <agency>-system; their secrets lie in {place.In("secrets.json")} under "client:…"
          Logs         {place.In("logs")}
        """;
}
