using Tiltas.Local.Commands;
using Tiltas.Local.Network;

namespace Tiltas.Local.Demo;

/// <summary><c>tiltas demo</c>: plays with the network over its gateway, as an outsider would.</summary>
internal static class DemoCommand
{
    internal static async Task<int> RunAsync(Workplace place, IReadOnlyList<string> arguments)
    {
        if (arguments.Count != 0) throw new LocalException("usage: tiltas demo");
        using var stop = new StopSignals();
        RunningNetwork? network = null;
        await ConsoleSteps.ShowAsync(async steps => network = await RunningNetwork.EnsureAsync(place, steps, Console.Out.WriteLine, stop.Token));
        await using (network)
        {
            using var http = new HttpClient();
            using var health = await http.GetAsync(new Uri(network!.Gateway, "/health"), stop.Token);
            Console.Out.WriteLine($"{network.Gateway}health answers {(int)health.StatusCode}.");
            return health.IsSuccessStatusCode ? 0 : 1;
        }
    }
}
