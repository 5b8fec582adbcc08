using Microsoft.Extensions.Logging.Abstractions;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Notification.Feeds;

namespace Tiltas.Notification.Tests;

/// <summary>Facts in any order, tripled, in concurrent groups that fail at random: always the same feeds.</summary>
public sealed class OrderTests(TestStore store, ITestOutputHelper output) : IClassFixture<TestStore>
{
    private static readonly NoticeKind[] Course =
        [NoticeKind.ReferralSubmitted, NoticeKind.ReferralAcknowledged, NoticeKind.ClockLapsed, NoticeKind.ReferralAccepted, NoticeKind.ServiceStarted, NoticeKind.ReferralCompleted];

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public async Task Facts_TripledInRandomOrderByConcurrentGroups_EndInTheSameState(int number)
    {
        var seed = Seeds.Of(number);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await Clear();
        var facts = Story(random, referrals: 40, agencies: 5);
        var deliveries = facts.SelectMany(fact => Enumerable.Repeat(fact, 3)).ToArray();
        random.Shuffle(deliveries);

        var writer = new FeedWriter(new FeedBell(), TimeProvider.System);
        var faults = new Random(seed + 1);
        // The process dies before a commit now and then: what is not committed comes again.
        bool Fails(IReadOnlyList<Occurrence> _)
        {
            lock (faults) return faults.Next(8) == 0;
        }
        await using (var one = store.Group(writer, Fails))
        await using (var other = store.Group(writer, Fails, loops: 3))
            await Task.WhenAll(deliveries.Select((fact, i) => UntilDone(i % 3 == 0 ? one : other, fact)));

        await AssertTold(facts);
    }

    [Fact]
    public async Task Versions_InEveryOrderOfFour_AreToldInOrder()
    {
        await Clear();
        var writer = new FeedWriter(new FeedBell(), TimeProvider.System);
        await using var group = store.Group(writer);
        var all = new List<Occurrence>();
        foreach (var order in Permutations([1, 2, 3, 4]))
        {
            var referral = ReferralId.From(Guid.CreateVersion7());
            var story = order.Select(version => Make(referral, version, "lt-a", "lt-b")).ToList();
            all.AddRange(story);
            foreach (var fact in story)
            {
                await group.Run(fact);
                await group.Run(fact);
            }
        }
        await AssertTold(all);
    }

    [Fact]
    public async Task HeldFact_PredecessorNeverComes_IsReleasedAfterAMinute_AndTheLateOneIsToldOnce()
    {
        await Clear();
        var clock = new HandClock();
        var writer = new FeedWriter(new FeedBell(), clock);
        await using var group = store.Group(writer);
        using var sweep = new ReleaseOverdue(store.Source, writer, clock, NullLogger<ReleaseOverdue>.Instance);
        var referral = ReferralId.From(Guid.CreateVersion7());
        foreach (var version in (int[])[1, 3, 6]) await group.Run(Make(referral, version, "lt-a", "lt-b"));
        clock.Move(TimeSpan.FromSeconds(59));
        Assert.Equal(0, await sweep.Sweep(TestContext.Current.CancellationToken));
        Assert.Equal([], await Versions(referral));

        await group.Run(Make(referral, 7, "lt-a", "lt-b"));
        clock.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await sweep.Sweep(TestContext.Current.CancellationToken));
        Assert.Equal([3, 6, 7], await Versions(referral));

        foreach (var version in (int[])[4, 2, 4, 3, 8, 2]) await group.Run(Make(referral, version, "lt-a", "lt-b"));
        Assert.Equal([3, 6, 7, 4, 2, 8], await Versions(referral));
        Assert.Equal(0, await sweep.Sweep(TestContext.Current.CancellationToken));
        Assert.Empty(await store.Query("SELECT version FROM held_notices", row => row.GetInt32(0)));
    }

    [Fact]
    public async Task ConsentWithdrawn_Repeated_ReachesEachRecipientOnce()
    {
        await Clear();
        var writer = new FeedWriter(new FeedBell(), TimeProvider.System);
        await using var group = store.Group(writer);
        var consent = ConsentId.From(Guid.CreateVersion7());
        var facts = Occurrence.OfConsent(Withdrawn(consent, null, "lt-b", "lt-a", "lt-b")).ToList();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => group.Run(Assert.Single(facts))));
        Assert.Equal(["lt-a 1", "lt-b 1"], await store.Query("SELECT agency, seq FROM notices ORDER BY agency", row => $"{row.GetString(0)} {row.GetInt64(1)}"));
    }

    [Fact]
    public async Task ConsentWithdrawn_OfSeveralReferrals_IsToldOnceForEachInTheirOrder()
    {
        await Clear();
        var writer = new FeedWriter(new FeedBell(), TimeProvider.System);
        await using var group = store.Group(writer, loops: 3);
        var referrals = Enumerable.Range(0, 5).Select(i => new ReliantReferral
        {
            Referral = ReferralId.From(Guid.CreateVersion7()), Recipient = AgencyId.From(i % 2 == 0 ? "lt-a" : "lt-b"), Covered = i == 2,
        }).ToArray();
        var facts = Occurrence.OfConsent(Withdrawn(ConsentId.From(Guid.CreateVersion7()), referrals, "lt-a", "lt-b")).SelectMany(fact => Enumerable.Repeat(fact, 3)).ToArray();
        new Random(Seeds.Of(9)).Shuffle(facts);
        await Task.WhenAll(facts.Select(fact => group.Run(fact)));

        foreach (var agency in (string[])["lt-a", "lt-b"])
            Assert.Equal(referrals.Where(one => one.Recipient.Value == agency).Select(one => (one.Referral.Value, one.Covered)),
                await store.Query($"SELECT referral, covered FROM notices WHERE agency = '{agency}' ORDER BY seq", row => (row.GetGuid(0), row.GetBoolean(1))));
        Assert.Empty(await store.Query("SELECT version FROM held_notices", row => row.GetInt32(0)));
    }

    [Fact]
    public void Version_OutOfRange_IsRefused()
    {
        foreach (var version in (int[])[0, -1, 10_001, int.MaxValue])
            Assert.Throws<InvalidOperationException>(() => Make(ReferralId.From(Guid.CreateVersion7()), version, "lt-a", "lt-b"));
    }

    private static ConsentWithdrawn Withdrawn(ConsentId consent, ReliantReferral[]? referrals, params string[] recipients) => new()
    {
        Consent = consent, Subject = SubjectRef.From(Guid.CreateVersion7()), Owner = AgencyId.From("lt-owner"), Recipients = Array.ConvertAll(recipients, AgencyId.From),
        At = DateTimeOffset.UnixEpoch, Referrals = referrals,
    };

    private static Occurrence Make(ReferralId referral, int version, string from, string to)
    {
        var kind = version <= 1 || version > 10_000 ? NoticeKind.ReferralSubmitted : Course[1 + (version - 2) % (Course.Length - 1)];
        AgencyId[] tells = kind switch
        {
            NoticeKind.ReferralSubmitted => [AgencyId.From(to)],
            NoticeKind.ClockLapsed => [AgencyId.From(from), AgencyId.From(to)],
            _ => [AgencyId.From(from)],
        };
        return Occurrence.OfReferral(kind, referral, version, Urgency.Urgent, DateTimeOffset.UnixEpoch, tells);
    }

    private static List<Occurrence> Story(Random random, int referrals, int agencies)
    {
        var facts = new List<Occurrence>();
        for (var i = 0; i < referrals; i++)
        {
            var referral = ReferralId.From(Guid.CreateVersion7());
            var (from, to) = ($"lt-{random.Next(agencies)}", $"lt-{random.Next(agencies)}");
            for (var version = 1; version <= random.Next(1, 7); version++) facts.Add(Make(referral, version, "x" + from, "x" + to));
        }
        return facts;
    }

    private static async Task UntilDone(Hosting.Messaging.GroupCommit<Occurrence, bool> group, Occurrence fact)
    {
        while (true)
        {
            try
            {
                await group.Run(fact);
                return;
            }
            catch (InvalidOperationException)
            {
                // Thrown by the test; the broker would deliver again.
            }
        }
    }

    private async Task AssertTold(List<Occurrence> facts)
    {
        var rows = await store.Query("SELECT agency, seq, reference, version FROM notices ORDER BY agency, seq",
            row => (Agency: row.GetString(0), Seq: row.GetInt64(1), Reference: row.GetGuid(2), Version: row.GetInt32(3)));
        var expected = facts.SelectMany(fact => fact.Agencies.Select(agency => (agency, fact.Reference, fact.Version))).Order();
        Assert.Equal(expected, rows.Select(row => (row.Agency, row.Reference, row.Version)).Order());
        foreach (var feed in rows.GroupBy(row => row.Agency))
        {
            Assert.Equal(Enumerable.Range(1, feed.Count()).Select(n => (long)n), feed.Select(row => row.Seq));
            foreach (var story in feed.GroupBy(row => row.Reference)) Assert.Equal(story.Select(row => row.Version).Order(), story.Select(row => row.Version));
        }
        var last = await store.Query("SELECT agency, last_seq FROM feeds ORDER BY agency", row => (row.GetString(0), row.GetInt64(1)));
        Assert.Equal(rows.GroupBy(row => row.Agency).Select(feed => (feed.Key, feed.Max(row => row.Seq))).OrderBy(feed => feed.Key, StringComparer.Ordinal), last);
        Assert.Empty(await store.Query("SELECT version FROM held_notices", row => row.GetInt32(0)));
    }

    /// <summary>What the sender was told; version 1 goes to the recipient alone.</summary>
    private Task<List<int>> Versions(ReferralId referral) =>
        store.Query($"SELECT version FROM notices WHERE reference = '{referral}' AND agency = 'lt-a' ORDER BY seq", row => row.GetInt32(0));

    private Task Clear() => store.Execute("TRUNCATE feeds, notices, stories, held_notices, outbox");

    private static IEnumerable<int[]> Permutations(int[] of) =>
        of.Length == 1 ? [of] : of.SelectMany(first => Permutations([.. of.Where(other => other != first)]).Select(rest => (int[])[first, .. rest]));
}

internal static class Seeds
{
    /// <summary>A fresh seed each run, printed by the test; TILTAS_TEST_SEED repeats one.</summary>
    public static int Of(int number) =>
        int.TryParse(Environment.GetEnvironmentVariable("TILTAS_TEST_SEED"), out var seed) ? seed : HashCode.Combine(number, Environment.TickCount64);
}
