using System.Net.Http.Json;
using System.Threading.Channels;
using Tiltas.Bench.Generator;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Bench.Report;

namespace Tiltas.Bench.Journey;

/// <summary>
/// P7: referrals go on being submitted, and some taken back, while the broker is away; how soon after its return all of it is told.
/// </summary>
internal sealed class MeasureDrain(BenchServers servers, BenchNetwork network, Processes processes, Plan plan, Findings findings)
{
    private const string Section = "P7 drain after an outage of the broker";
    private const int Rate = 50;
    private const int TakenBackOneIn = 5;
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(25);

    public async Task Run(CancellationToken stop)
    {
        var load = await ReferralLoad.Prepare(network, processes, plan, findings, stop);
        await using var feeds = new FeedTable(servers);
        await load.Closed(feeds, "P7", 16, plan.WarmUp / 2, stop);
        await processes.Settle(stop);

        var mark = await feeds.Mark(stop);
        var taken = Channel.CreateUnbounded<Guid>();
        var (sending, takingBack, outage) = (Send(load, taken.Writer, stop), TakeBack(taken.Reader, stop), Outage(stop));
        await Task.WhenAll(sending, takingBack, outage);
        var (sent, takenBack, (killed, started, back)) = (await sending, await takingBack, await outage);

        await feeds.Arrived(mark + sent.Taken.Count + takenBack.Count, stop);
        var submitted = await feeds.Notices("ReferralSubmitted", sent.Began, stop);
        var withdrawn = await feeds.Notices("ReferralWithdrawn", sent.Began, stop);
        FarTable.Compare("P7", sent, submitted, findings);
        Check(takenBack, withdrawn);
        if (await feeds.OutOfOrder(sent.Began, stop) is > 0 and var count) findings.Fault($"P7: {count} notices stand behind a later one of the same referral");

        var before = sent.Taken.Where(one => one.Intended + one.Answered <= back).Select(one => one.Id).ToHashSet();
        var backBefore = takenBack.Where(one => one.Value <= back).Select(one => one.Key).ToHashSet();
        var commits = submitted.Where(row => before.Contains(row.Id)).Concat(withdrawn.Where(row => backBefore.Contains(row.Id))).Select(row => row.Committed).ToList();
        findings.Add(Section, $"submitted at {Rate}/s, one in {TakenBackOneIn} taken back", "rows", [sent.Taken.Count + takenBack.Count]);
        findings.Add(Section, "broker away", "s", [(started - killed).TotalSeconds]);
        findings.Add(Section, "broker's own start, until it lets its users in", "s", [(back - started).TotalSeconds]);
        findings.Add(Section, "waiting when it was back", "rows", [commits.Count(at => at > back)]);
        findings.Add(Section, "from its return until all of that is on feeds", "s", [Math.Max(0, (commits.Max() - back).TotalSeconds)], Goal.Most(10));
    }

    private async Task<LoadResult> Send(ReferralLoad load, ChannelWriter<Guid> taken, CancellationToken stop)
    {
        try
        {
            var traffic = await load.Traffic(stop);
            return await OpenLoop.Run(new OverheardTraffic(traffic, id => taken.TryWrite(id)) { Address = traffic.Address }, Rate, Lead + plan.Outage + Tail, stop);
        }
        finally
        {
            taken.Complete();
        }
    }

    /// <summary>Makes a second notice about some referrals, so that there is an order to keep. Answers when each was taken back.</summary>
    private async Task<Dictionary<Guid, DateTimeOffset>> TakeBack(ChannelReader<Guid> taken, CancellationToken stop)
    {
        var (done, number) = (new Dictionary<Guid, DateTimeOffset>(), 0);
        await foreach (var referral in taken.ReadAllAsync(stop))
        {
            if (++number % TakenBackOneIn != 0) continue;
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/referrals/{referral}/withdraw") { Content = JsonContent.Create(new { reason = "NeedMet" }) };
            using var answer = await network.Agency.SendAsync(request, stop);
            if (answer.IsSuccessStatusCode) done[referral] = TimeProvider.System.GetUtcNow();
            else findings.Fault($"P7: taking back answered {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(stop)}");
        }
        return done;
    }

    private async Task<(DateTimeOffset Killed, DateTimeOffset Started, DateTimeOffset Back)> Outage(CancellationToken stop)
    {
        await Task.Delay(Lead, stop);
        var killed = TimeProvider.System.GetUtcNow();
        await servers.Rabbit.KillAsync();
        await Task.Delay(plan.Outage, stop);
        var started = TimeProvider.System.GetUtcNow();
        processes.Add("rabbitmq", await servers.Rabbit.StartAsync(stop));
        return (killed, started, TimeProvider.System.GetUtcNow());
    }

    private void Check(Dictionary<Guid, DateTimeOffset> takenBack, List<(Guid Id, DateTimeOffset Committed)> told)
    {
        var different = told.Select(row => row.Id).ToHashSet();
        if (different.Count < told.Count) findings.Fault($"P7: {told.Count - different.Count} of the notices that a referral was taken back came twice");
        if (!different.SetEquals(takenBack.Keys)) findings.Fault($"P7: {takenBack.Count} were taken back, notices came of {different.Count}");
    }
}
