using System.Globalization;
using Tiltas.Local.Commands;
using Tiltas.Local.Demo.Cases;
using Tiltas.Local.Demo.Stories;
using Tiltas.Local.Network;

namespace Tiltas.Local.Demo;

/// <summary><c>tiltas demo</c>: plays with the network over its gateway, as an outsider would.</summary>
internal static class DemoCommand
{
    private static readonly string Usage = $"usage: tiltas demo [--grpc | --case {string.Join('|', StoryBook.Names)} | --cases FILE [--parallel N] [--limit N]]";

    internal static async Task<int> RunAsync(Workplace place, IReadOnlyList<string> arguments)
    {
        var grpc = arguments is ["--grpc"];
        var story = arguments is ["--case", var name] ? StoryBook.Find(name) ?? throw new LocalException(Usage) : null;
        var cases = grpc || story is not null ? null : Read(arguments);
        // Before anything is started: a file that cannot be used is told at once.
        var work = cases is null ? null : CaseWork.Read(place, cases);
        using var stop = new StopSignals();
        RunningNetwork? network = null;
        try
        {
            await ConsoleSteps.ShowAsync(async steps => network = await RunningNetwork.EnsureAsync(place, steps, Console.Out.WriteLine, stop.Token));
            await using (network)
            {
                var outside = new Outside(network!.Gateway, network.ClientSecret)
                {
                    RecipientsDoor = grpc ? new GrpcDoor(network.GatewayTls, network.Authority) : null,
                };
                if (story is not null) return await TellAsync(story, outside, Console.Out, stop.Token);
                return work is null ? await PlayAsync(outside, Console.Out, stop.Token) : await new CaseRun(outside, work, Console.Out, stop.Token).RunAsync();
            }
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 130;
        }
    }

    internal static Task<int> PlayAsync(Outside outside, TextWriter to, CancellationToken stop) => SeenAsync(to, async timeline =>
    {
        await using var play = new Play(outside, timeline, stop);
        await play.RunAsync();
    });

    internal static Task<int> TellAsync(Func<Stage, Story> story, Outside outside, TextWriter to, CancellationToken stop) => SeenAsync(to, async timeline =>
    {
        await using var stage = new Stage(outside, timeline, stop);
        await story(stage).RunAsync();
    });

    private static async Task<int> SeenAsync(TextWriter to, Func<Timeline, Task> play)
    {
        var timeline = new Timeline(to);
        try
        {
            await play(timeline);
        }
        catch (Exception e) when (e is NotSeenException or HttpRequestException)
        {
            to.WriteLine($"\nNot seen, hop {timeline.Next}: {e.Message}");
            return 1;
        }
        to.WriteLine("\nEvery step was seen by the party concerned. (ms: a call's own time; on a feed, since the call that caused it.)");
        return 0;
    }

    private static CaseOptions? Read(IReadOnlyList<string> arguments)
    {
        string? file = null;
        int parallel = CaseOptions.OrdinaryParallel, limit = int.MaxValue;
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : throw new LocalException(Usage);
            switch (arguments[i])
            {
                case "--cases": file = value; break;
                case "--parallel": parallel = Number(value, 64); break;
                case "--limit": limit = Number(value, int.MaxValue); break;
                default: throw new LocalException(Usage);
            }
        }
        if (file is null && arguments.Count > 0) throw new LocalException(Usage);
        return file is null ? null : new CaseOptions { File = file, Parallel = parallel, Limit = limit };
    }

    private static int Number(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number : throw new LocalException(Usage);
}
