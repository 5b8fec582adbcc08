using System.Diagnostics;
using System.Globalization;
using Tiltas.TestKit;

namespace Tiltas.Faults.Tests;

/// <summary>Holds the network to what its clients were told: nothing lost, nothing twice, nothing out of order, nothing left lying.</summary>
internal static class Reckoning
{
    private static readonly string[] Services = ["directory", "identification", "referral", "notification"];
    private static string[]? _queues;

    public static async Task Hold(Course course, Witness witness, int seconds = 30)
    {
        var network = course.Network;
        var began = Stopwatch.GetTimestamp();
        await network.Settled(seconds);
        foreach (var agency in course.FeedEnds.Keys) await Told(course, agency, seconds);
        await Kept(course);
        await NothingLies(network, witness);
        await LeftUnderOneIdentity(course, witness);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{course.Moves.Count} referrals, {course.Tries.Count} tries ({course.Tries.Count(t => t.Status is 0 or >= 500)} failed), held in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
    }

    private static async Task Told(Course course, string agency, int seconds)
    {
        var wanted = course.Moves.SelectMany(pair => pair.Value.Select((move, i) => (Referral: pair.Key, move.Kind, Version: i + 1, move.Tells)))
            .Where(told => told.Tells == agency).Select(told => (told.Referral, told.Kind, told.Version)).ToList();
        var feed = await Eventually.Some($"{wanted.Count} notices for {agency}", async () =>
            await Feed.After(course.Network, agency, course.FeedEnds[agency]) is var items && items.Count >= wanted.Count ? items : null, seconds);

        Assert.Equal(Enumerable.Range(1, feed.Count).Select(n => course.FeedEnds[agency] + n), feed.Select(item => item.Seq));
        // Sorting by referral keeps the feed's order within each: versions must rise.
        Assert.Equal(
            wanted.OrderBy(told => told.Referral, StringComparer.Ordinal).ThenBy(told => told.Version),
            feed.OrderBy(item => item.Referral, StringComparer.Ordinal).Select(item => (item.Referral, item.Kind, item.Version)));
    }

    private static async Task Kept(Course course)
    {
        var network = course.Network;
        var kept = (await network.Query("referral", """
            SELECT r.referral::text, r.version, (SELECT count(*) FROM referral_moves m WHERE m.referral = r.referral AND m.version BETWEEN 2 AND r.version),
                (SELECT count(*) FROM decisions d WHERE d.referral = r.referral AND d.action = 'submit' AND d.allowed)
            FROM referrals r WHERE r.referral > $1
            """, course.Began)).ToDictionary(row => (string)row[0]!, row => ((int)row[1]!, (long)row[2]!, (long)row[3]!));
        Assert.Equal(course.Moves.Keys.Order(StringComparer.Ordinal), kept.Keys.Order(StringComparer.Ordinal));
        Assert.All(kept, pair => Assert.Equal((course.Moves[pair.Key].Count, course.Moves[pair.Key].Count - 1, 1L), pair.Value));

        Assert.Equal(course.Subjects.Count, await network.Count("referral", "SELECT count(*) FROM subjects WHERE subject > $1", course.Began));
        Assert.Equal(course.Subjects.Count, await network.Count("referral", "SELECT count(*) FROM consents WHERE subject > $1", course.Began));
        Assert.Equal(course.Screenings.Count, await network.Count("identification", "SELECT count(*) FROM screenings WHERE subject > $1", course.Began));
        Assert.Equal(course.Screenings.Count, await network.Count("identification", "SELECT count(*) FROM standings WHERE subject > $1", course.Began));
        if (course.Offered is { } offered)
            await Eventually.True("the directory's last word known to referral", async () =>
                await network.Count("referral", "SELECT coalesce(max(version), 0) FROM services WHERE service = $1", offered.Id) == offered.Version);
    }

    private static async Task NothingLies(TestNetwork network, Witness witness)
    {
        // Reading the feeds made them announce what was delivered.
        await network.Settled();
        foreach (var service in Services) Assert.Equal(0, await network.Count(service, "SELECT count(*) FROM outbox"));
        Assert.Equal(0, await network.Count("notification", "SELECT count(*) FROM held_notices"));
        _queues ??= (await network.Rabbit.ControlAsync(["list_queues", "-p", "tiltas", "--no-table-headers", "name"], CancellationToken.None))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(name => Services.Any(service => name.StartsWith(service + ".", StringComparison.Ordinal)) && !name.Contains('_', StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(_queues);
        Assert.Empty(await witness.Lost(_queues));
    }

    private static async Task LeftUnderOneIdentity(Course course, Witness witness)
    {
        var told = course.Moves.Values.SelectMany(moves => moves).CountBy(move => move.Kind).ToDictionary();
        foreach (var (kind, count) in told)
            Assert.Equal((kind, count), (kind, await witness.Facts(Urn("referral", kind))));
        Assert.Equal(course.Subjects.Count, await witness.Facts(Urn("referral", "SubjectOpened")));
        Assert.Equal(course.Screenings.Count, await witness.Facts(Urn("identification", "ScreeningRecorded")));
        Assert.Equal(course.Screenings.Count, await witness.Facts(Urn("identification", "VictimStatusChanged")));
        Assert.Equal(course.Offered?.Version ?? 0, await witness.Facts(Urn("directory", "ServiceOffered")));
        // Every notice was read above, so every one was announced as delivered.
        var delivered = told.Values.Sum();
        await Eventually.True($"{delivered} notices announced as delivered", async () => await witness.Facts(Urn("notification", "NoticeDelivered")) >= delivered);
        Assert.Equal(delivered, await witness.Facts(Urn("notification", "NoticeDelivered")));
    }

    private static string Urn(string context, string type) =>
        $"urn:tiltas:{context}:{string.Concat(type.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()))}:v1";
}
