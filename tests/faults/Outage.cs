using System.Diagnostics;
using System.Globalization;
using Tiltas.TestKit;

namespace Tiltas.Faults.Tests;

/// <summary>Load at a fixed rate around an outage, and what it is judged by besides the reckoning at its end.</summary>
internal sealed class Outage : IAsyncDisposable
{
    private static readonly string[] Services = ["directory", "identification", "referral", "notification"];

    private readonly CancellationTokenSource _enough = new();
    private readonly OutboxWatch _watch;
    private readonly Witness _witness;
    private readonly Task<Task> _load;
    private readonly Dictionary<string, long> _logEnds;

    private Outage(Course course, Witness witness, OutboxWatch watch, string[] subjects, int perSecond)
    {
        (Course, _witness, _watch) = (course, witness, watch);
        _logEnds = Services.ToDictionary(service => service, service => new FileInfo(LogOf(service)).Length);
        _load = Course.OpenLoop(perSecond, number => Play(subjects[number % subjects.Length], number), _enough.Token);
    }

    public Course Course { get; }

    /// <summary>Load runs from here on.</summary>
    public static async Task<Outage> Begin(TestNetwork network, int perSecond)
    {
        var witness = await Witness.Begin(network);
        var course = await Course.Begin(network);
        var subjects = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => course.Open()));
        return new Outage(course, witness, new OutboxWatch(network), subjects, perSecond);
    }

    /// <summary>Ends the load and waits until all of it is answered.</summary>
    public async Task EndLoad()
    {
        await _enough.CancelAsync();
        await (await _load);
    }

    /// <summary>Holds the network to all that was answered.</summary>
    public Task Reckon(int seconds = 30) => Reckoning.Hold(Course, _witness, seconds);

    /// <summary>Every service tells its probes that it lives, and that it may be sent requests.</summary>
    public async Task<bool> AllReady()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        foreach (var service in Services)
            foreach (var probe in (string[])["/health/live", "/health/ready"])
                if ((int)(await client.GetAsync(new Uri(Course.Network.Network[service].Inside, probe))).StatusCode != 200) return false;
        return true;
    }

    /// <summary>Warnings and errors that a service wrote since the load began, by what they were about.</summary>
    public Dictionary<string, int> Complaints(string service)
    {
        using var log = new FileStream(LogOf(service), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(_logEnds[service], SeekOrigin.Begin);
        using var lines = new StreamReader(log);
        return lines.ReadToEnd().Split('\n').Select(line => line.Split(' ', 3)).Where(part => part is [_, "warn" or "fail" or "crit", _])
            .CountBy(part => part[2].Split(": ")[0]).ToDictionary();
    }

    /// <summary>Of all first and later tries since a moment, the time that this share of them took no longer than.</summary>
    public TimeSpan Percentile(double share, long since)
    {
        var took = Course.Tries.Where(t => t.What == "submit" && t.At >= since).Select(t => t.Took).Order().ToList();
        return took[Math.Min(took.Count - 1, (int)(took.Count * share))];
    }

    /// <summary>There was no broker for so long.</summary>
    public void BrokerWasAway(TimeSpan time) => _watch.Away = time;

    public static void Say(FormattableString line) => TestContext.Current.TestOutputHelper?.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _watch.DisposeAsync();
        await _witness.DisposeAsync();
        _enough.Dispose();
    }

    private async Task Play(string subject, int number)
    {
        var referral = await Course.Submit(subject);
        if (number % 4 != 0) return;
        await Course.Acknowledge(referral);
        await Course.Decline(referral);
    }

    private string LogOf(string service) => Path.Combine(Course.Network.Folder, "logs", service + ".log");
}
