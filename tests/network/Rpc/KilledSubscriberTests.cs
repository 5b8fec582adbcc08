using System.Globalization;
using Tiltas.Protos.Referral.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>
/// Two programs follow one feed of 1 000 notices and are killed 20 times each while it grows. One keeps its place in one write with
/// what it does; the other lets the network keep it. The seed is printed.
/// </summary>
public sealed class KilledSubscriberTests(Net net, ITestOutputHelper output)
{
    private const int Rounds = 20;
    private const int ARound = 50;

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
        await File.WriteAllTextAsync(exact.File, string.Create(CultureInfo.InvariantCulture, $"{start}\n"));
        using (var caritas = new RpcAgency(net.It, "lt-caritas"))
            await caritas.Notifications.AcknowledgeAsync(new() { Through = start, Subscriber = name });

        for (var round = 0; round < Rounds; round++)
        {
            var sent = Task.WhenAll(Enumerable.Range(0, ARound).Select(_ => Submit(kopzi, RpcAgency.Referral(subject))));
            var first = start + round * ARound;
            await Task.WhenAll(RunUntil(exact, first + random.Next(1, ARound)), RunUntil(named, first + random.Next(1, ARound)));
            await sent;
        }
        var end = start + Rounds * ARound;
        await Task.WhenAll(RunUntil(exact, end), RunUntil(named, end));

        var expected = Enumerable.Range(1, Rounds * ARound).Select(i => start + i).ToList();
        Assert.Equal(expected, exact.Numbers.Skip(1));

        // What was written and not yet acknowledged when the kill came is seen again; nothing is stepped over.
        long reached = start;
        foreach (var number in named.Numbers)
        {
            Assert.InRange(number, start + 1, reached + 1);
            reached = Math.Max(reached, number);
        }
        Assert.Equal(expected, named.Numbers.Distinct().Order());
        output.WriteLine($"{named.Numbers.Count - expected.Count} notices were seen twice by the one that acknowledges");
        Directory.Delete(folder, recursive: true);
    }

    private async Task RunUntil(Record record, long number)
    {
        await using var recorder = Child.Dotnet(net.It, "Tiltas.Recorder", [record.File, .. record.Arguments], ("TOKEN", await net.It.As("lt-caritas").Token()));
        await Eventually.True($"notice {number} in the record", () =>
        {
            if (record.Last >= number) return Task.FromResult(true);
            Assert.False(recorder.HasExited, "The program ended by itself:\n" + recorder.Output);
            return Task.FromResult(false);
        }, 90);
        await recorder.Kill();
    }

    private static async Task Submit(RpcAgency kopzi, SubmitReferralRequest request) => await kopzi.Referrals.SubmitReferralAsync(request);

    private sealed record Record(string File, string[] Arguments, long Start)
    {
        /// <summary>Whole lines only: the program may be in the middle of one.</summary>
        public List<long> Numbers
        {
            get
            {
                if (!System.IO.File.Exists(File)) return [];
                using var stream = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var reader = new StreamReader(stream);
                var text = reader.ReadToEnd();
                return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => long.Parse(line, CultureInfo.InvariantCulture))];
            }
        }

        public long Last => Numbers is [.., var last] ? last : Start;
    }
}
