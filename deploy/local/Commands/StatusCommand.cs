using System.Globalization;
using System.Net.Sockets;

namespace Tiltas.Local.Commands;

/// <summary><c>tiltas status</c>: what runs, where, and whether it is well. Exit code 0 if all is.</summary>
internal static class StatusCommand
{
    internal static async Task<int> RunAsync(Workplace place)
    {
        if (place.Run.Read() is not { } state || !state.Owner.IsAlive())
        {
            Console.Out.WriteLine("Nothing runs. ./tiltas up starts the network.");
            return 1;
        }
        Console.Out.WriteLine(state.Ready ? $"Runs (process {state.Owner.Pid})." : $"Is starting (process {state.Owner.Pid}).");
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var well = state.Ready;
        foreach (var child in state.Children)
        {
            var service = state.Services.FirstOrDefault(service => service.Name == child.Name);
            var health = !child.Identity.IsAlive() ? "ended" : service is null ? "runs" : await HealthAsync(http, service.Inside);
            well &= health is "runs" or "ready";
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {child.Name,-16} {health,-10} process {child.Identity.Pid,-8} {service?.Api}"));
        }
        return well ? 0 : 1;
    }

    private static async Task<string> HealthAsync(HttpClient http, Uri inside)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(inside, "/health/ready"));
            return answer.IsSuccessStatusCode ? "ready" : "not ready";
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException)
        {
            return "silent";
        }
    }
}
