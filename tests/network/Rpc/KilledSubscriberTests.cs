using System.Globalization;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>
/// Two programs follow one feed of 1 000 notices and are killed 20 times each while it grows, between notices and while they connect.
/// One keeps its place in one write with what it does; the other lets the network keep it. The seed is printed.
/// </summary>
public sealed class KilledSubscriberTests(Net net, ITestOutputHelper output)
{
    private const int Rounds = 20;
    private const int ARound = 50;

    /// <summary>Milliseconds in which a program has connected and opened its stream, or is about to.</summary>
    private const int Opening = 600;

    [Fact]
    public async Task Subscriber_KilledTwentyTimes_MissesNothing()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        var subject = await kopzi.SubjectWithConsent("lt-caritas");
        await net.It.Settled();
        var start = await RpcAgency.EndOfFeed(net.It, "lt-caritas");
        var folder = Directory.CreateTempSubdirectory("tiltas-recorded-").FullName;
        var name = "killed-" + seed.ToString(CultureInfo.InvariantCulture);
        var exact = new Record(Path.Combine(folder, "cursor"), ["cursor"], start);
        var named = new Record(Path.Combine(folder, "acknowledged"), ["acknowledge", name], start);
        await File.WriteAllTextAsync(exact.File, string.Create(CultureInfo.InvariantCulture, $"{start} start\n"));
        using (var caritas = new RpcAgency(net.It, "lt-caritas"))
            await caritas.Notifications.AcknowledgeAsync(new() { Through = start, Subscriber = name });

        var submitted = new List<string>();
        var early = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var sent = Task.WhenAll(Enumerable.Range(0, ARound).Select(_ => Submit(kopzi, subject)));
            // Half of the kills come after a notice, half some milliseconds after the program begins to connect, wherever it is then.
            var first = start + round * ARound;
            (int Notices, int Milliseconds) one = (random.Next(1, ARound), random.Next(0, Opening)), other = (random.Next(1, ARound), random.Next(0, Opening));
            if (round % 2 == 0) await Task.WhenAll(RunUntil(exact, first + one.Notices), RunUntil(named, first + other.Notices));
            else early += (await Task.WhenAll(RunFor(exact, one.Milliseconds), RunFor(named, other.Milliseconds))).Count(nothing => nothing);
            submitted.AddRange(await sent);
        }
        output.WriteLine($"{early} of {Rounds} early kills came before the first notice");

        // One more when all is through: whatever was put on the feed twice stands before it.
        var end = start + Rounds * ARound;
        var through = Task.WhenAll(RunUntil(exact, end + 1), RunUntil(named, end + 1));
        await Eventually.True("all notices in both records", () => Task.FromResult(through.IsCompleted || (exact.Last >= end && named.Last >= end)), 90);
        await net.It.Settled();
        submitted.Add(await Submit(kopzi, subject));
        await through;

        var lines = exact.Lines.Skip(1).ToList();
        Assert.Equal(Enumerable.Range(1, submitted.Count).Select(i => start + i), lines.Select(line => line.Number));
        Assert.Equal(submitted.Order(StringComparer.Ordinal), lines.Select(line => line.Referral).Order(StringComparer.Ordinal));
        Assert.Equal(submitted[^1], lines[^1].Referral);

        // What was written and not yet acknowledged when the kill came is seen again; nothing is stepped over.
        long reached = start;
        foreach (var (number, _) in named.Lines)
        {
            Assert.InRange(number, start + 1, reached + 1);
            reached = Math.Max(reached, number);
        }
        Assert.Equal(lines, named.Lines.Distinct().OrderBy(line => line.Number));
        output.WriteLine($"{named.Lines.Count - lines.Count} notices were seen twice by the one that acknowledges");
        Directory.Delete(folder, recursive: true);
    }

    private async Task RunUntil(Record record, long number)
    {
        await using var recorder = await Begin(record);
        await Eventually.True($"notice {number} in the record", () =>
        {
            if (record.Last >= number) return Task.FromResult(true);
            Assert.False(recorder.HasExited, "The program ended by itself:\n" + recorder.Output);
            return Task.FromResult(false);
        }, 90);
        await recorder.Kill();
    }

    /// <summary>True when it was killed before it recorded anything.</summary>
    private async Task<bool> RunFor(Record record, int milliseconds)
    {
        var before = record.Lines.Count;
        await using var recorder = await Begin(record);
        await recorder.Spoke.WaitAsync(TimeSpan.FromSeconds(30));
        await Task.Delay(milliseconds);
        Assert.False(recorder.HasExited, "The program ended by itself:\n" + recorder.Output);
        await recorder.Kill();
        return record.Lines.Count == before;
    }

    private async Task<Child> Begin(Record record) =>
        Child.Dotnet(net.It, "Tiltas.Recorder", [record.File, .. record.Arguments], ("TOKEN", await net.It.As("lt-caritas").Token()));

    private static async Task<string> Submit(RpcAgency kopzi, string subject) =>
        (await kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject))).ReferralId;

    private sealed record Record(string File, string[] Arguments, long Start)
    {
        /// <summary>Whole lines only: the program may be in the middle of one.</summary>
        public List<(long Number, string Referral)> Lines
        {
            get
            {
                if (!System.IO.File.Exists(File)) return [];
                using var stream = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var reader = new StreamReader(stream);
                var text = reader.ReadToEnd();
                return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
                    .Select(part => (long.Parse(part[0], CultureInfo.InvariantCulture), part[1]))];
            }
        }

        public long Last => Lines is [.., var (last, _)] ? last : Start;
    }
}
