using System.Text.Json.Nodes;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>Every message three times and in any order: the end is the same as once and in order.</summary>
public sealed class ShuffleTests(Net net, ITestOutputHelper output)
{
    private const int Seed = 4471;
    private const int Histories = 60;
    private const int Copies = 3;

    // What can happen to a referral, by the message's kebab name. The first is always its submission.
    private static readonly string[][] Stories =
    [
        ["referral-submitted"],
        ["referral-submitted", "referral-declined"],
        ["referral-submitted", "referral-acknowledged", "referral-accepted", "service-started", "referral-completed"],
        ["referral-submitted", "referral-clock-lapsed", "referral-acknowledged", "referral-accepted", "referral-withdrawn"],
        ["referral-submitted", "referral-accepted", "referral-completed"],
        ["referral-submitted", "referral-acknowledged", "referral-withdrawn"],
    ];

    [Fact]
    public async Task ReferralMessages_ThreeTimesInAnyOrder_AreToldOnceAndInOrder()
    {
        var random = new Random(Seed);
        await using var bus = await Bus.Open(net.It);
        var subject = await net.It.SubjectWithConsent("lt-caritas");
        var real = await bus.Catch("tiltas.referral.v1.referral-submitted", () => net.It.Refer(subject, "lt-caritas"));
        Assert.Equal("urn:tiltas:referral:referral-submitted:v1", (string?)real["messageType"]![0]);

        string[] agencies = ["lt-nappz", "lt-vkc", "lt-mvic"];
        var sendings = new List<(string Exchange, byte[] Body)>();
        var expected = new Dictionary<string, List<(string Kind, int Version, string[] Agencies)>>();
        for (var i = 0; i < Histories; i++)
        {
            var (from, to) = (agencies[i % 3], agencies[(i + 1) % 3]);
            var id = Guid.CreateVersion7();
            var story = Stories[random.Next(Stories.Length)];
            expected[id.ToString()] = [.. story.Select((what, v) => (Kind(what), v + 1, Hears(what, from, to)))];
            for (var version = 1; version <= story.Length; version++)
            {
                var what = story[version - 1];
                var body = Bus.Envelope(Guid.CreateVersion7(), $"urn:tiltas:referral:{what}:v1", Message(real["message"]!, what, id, version, from, to));
                sendings.AddRange(Enumerable.Repeat(($"tiltas.referral.v1.{what}", body), Copies));
            }
        }
        output.WriteLine($"{Histories} histories, {sendings.Count} messages, seed {Seed}");
        await PublishShuffled(bus, sendings, random);

        var count = expected.Values.Sum(story => story.Sum(fact => fact.Agencies.Length));
        await Eventually.True($"{count} notices (seed {Seed})", async () => await net.It.Count("notification",
            "SELECT count(*) FROM notices WHERE reference = ANY ($1)", expected.Keys.Select(Guid.Parse).ToArray()) >= count, 60);
        await Drained(bus);
        // Nobody has read them yet, so each row still tells of the commit that wrote it: what came later was committed later.
        Assert.Equal(0, await net.It.Count("notification", """
            SELECT count(*) FROM notices a JOIN notices b USING (reference)
            WHERE reference = ANY ($1) AND a.version < b.version AND pg_xact_commit_timestamp(a.xmin) > pg_xact_commit_timestamp(b.xmin)
            """, expected.Keys.Select(Guid.Parse).ToArray()));

        foreach (var agency in agencies)
        {
            var feed = await Feed(agency);
            Assert.Equal(Enumerable.Range(1, feed.Count).Select(n => (long)n), feed.Select(notice => notice.Seq));
            foreach (var (id, story) in expected)
                Assert.Equal(story.Where(fact => fact.Agencies.Contains(agency)).Select(fact => (fact.Kind, fact.Version)),
                    feed.Where(notice => notice.Referral == id).Select(notice => (notice.Kind, notice.Version)));
        }
        Assert.Equal(0, await net.It.Count("notification", "SELECT count(*) FROM held_notices"));
    }

    [Fact]
    public async Task DirectoryMessages_ThreeTimesInAnyOrder_LeaveTheHighestVersion()
    {
        var random = new Random(Seed + 1);
        await using var bus = await Bus.Open(net.It);
        var sendings = new List<(string Exchange, byte[] Body)>();
        var last = new Dictionary<string, (string Kind, JsonObject State)>();
        var types = new[] { "Ngo", "Police", "Court" };
        for (var i = 0; i < 20; i++)
        {
            Add($"lt-shuffled-{i}", 7, version => version == 1 ? "agency-registered" : "agency-changed", (id, version) => new()
            {
                ["agency"] = id, ["type"] = types[random.Next(types.Length)], ["standing"] = random.Next(2) == 0 ? "Active" : "Suspended", ["municipality"] = "LT-57", ["competence"] = new JsonArray("LT"),
            });
            Add($"lt-shuffled-service-{i}", 6, _ => random.Next(3) == 0 ? "service-withdrawn" : "service-offered", (id, version) => new()
            {
                ["service"] = id, ["agency"] = "lt-shuffled-1", ["need"] = version % 2 == 0 ? "Shelter" : "LegalAid", ["areas"] = new JsonArray(random.Next(2) == 0 ? "LT" : "LT-57"),
            });
            Add($"lt-shuffled-mou-{i}", 5, version => version == 5 ? "memorandum-ended" : "memorandum-in-force", (id, version) => new()
            {
                ["memorandum"] = id, ["parties"] = new JsonArray("lt-shuffled-1", "lt-shuffled-2"), ["dataClasses"] = new JsonArray("Needs"), ["purposes"] = new JsonArray("Return"), ["needs"] = new JsonArray(),
                ["validFrom"] = $"2026-0{random.Next(1, 9)}-01", ["validTo"] = version % 2 == 0 ? $"2027-0{random.Next(1, 9)}-01" : null,
            });
        }
        output.WriteLine($"{last.Count} records, {sendings.Count} messages, seed {Seed + 1}");
        await PublishShuffled(bus, sendings, random);
        await Drained(bus);

        await Eventually.True($"every projection at its highest version (seed {Seed + 1})", async () =>
        {
            var lines = await Lines("identification", "SELECT 'agency ' || concat_ws('|', id, version, type, standing) FROM agencies WHERE id LIKE 'lt-shuffled%'");
            var known = await Lines("referral", """
                SELECT 'agency ' || concat_ws('|', agency, version, type, standing) FROM agencies WHERE agency LIKE 'lt-shuffled%'
                UNION ALL SELECT 'service ' || concat_ws('|', service, version, agency, need, array_to_string(areas, ','), withdrawn) FROM services WHERE service LIKE 'lt-shuffled%'
                UNION ALL SELECT 'memorandum ' || concat_ws('|', memorandum, version, valid_from, valid_to) FROM memoranda WHERE memorandum LIKE 'lt-shuffled%'
                """);
            var wanted = last.Values.Select(Line).Order(StringComparer.Ordinal).ToList();
            return known.SequenceEqual(wanted) && lines.SequenceEqual(wanted.Where(line => line.StartsWith("agency", StringComparison.Ordinal)));
        });

        void Add(string id, int versions, Func<int, string> what, Func<string, int, JsonObject> state)
        {
            for (var version = 1; version <= versions; version++)
            {
                var (kind, message) = (what(version), state(id, version));
                message["version"] = version;
                message["at"] = $"2026-11-22T00:00:{version:00}Z";
                last[id] = (kind, message);
                sendings.AddRange(Enumerable.Repeat(($"tiltas.directory.v1.{kind}", Bus.Envelope(Guid.CreateVersion7(), $"urn:tiltas:directory:{kind}:v1", message.ToJsonString())), Copies));
            }
        }
    }

    private static async Task PublishShuffled(Bus bus, List<(string Exchange, byte[] Body)> sendings, Random random)
    {
        await using var channel = await bus.Channel();
        var order = sendings.ToArray();
        random.Shuffle(order);
        foreach (var some in order.Chunk(64)) await Task.WhenAll(some.Select(one => Bus.Publish(channel, one.Exchange, "", one.Body)));
    }

    private async Task Drained(Bus bus)
    {
        await using var channel = await bus.Channel();
        foreach (var queue in (string[])[.. bus.FeedQueues, "referral.agency-registered", "referral.agency-changed", "referral.service-offered", "referral.service-withdrawn", "referral.memorandum-in-force", "referral.memorandum-ended"])
            await Eventually.True($"{queue} read to its end", async () => await bus.Waiting(queue) == 0);
        await net.It.Quiet();
    }

    private async Task<List<(long Seq, string Referral, string Kind, int Version)>> Feed(string agency)
    {
        var feed = new List<(long, string, string, int)>();
        for (long after = 0; ;)
        {
            var items = (await net.It.As(agency).Get($"/v1/feed?after={after}&limit=500")).Must(System.Net.HttpStatusCode.OK).Json["items"]!.AsArray();
            if (items.Count == 0) return feed;
            feed.AddRange(items.Select(item => ((long)item!["seq"]!, (string?)item["referral"] ?? "", (string)item["kind"]!, (int)item["version"]!)));
            after = feed[^1].Item1;
        }
    }

    private async Task<List<string>> Lines(string service, string sql) => [.. (await net.It.Query(service, sql)).Select(row => (string)row[0]!).Order(StringComparer.Ordinal)];

    private static string Line((string Kind, JsonObject State) last) => last switch
    {
        ({ } kind, var s) when kind.StartsWith("agency", StringComparison.Ordinal) => $"agency {s["agency"]}|{s["version"]}|{s["type"]}|{s["standing"]}",
        ({ } kind, var s) when kind.StartsWith("service", StringComparison.Ordinal) => $"service {s["service"]}|{s["version"]}|{s["agency"]}|{s["need"]}|{s["areas"]![0]}|{(kind == "service-withdrawn" ? "t" : "f")}",
        (_, var s) => $"memorandum {s["memorandum"]}|{s["version"]}|{s["validFrom"]}" + (s["validTo"] is { } to ? $"|{to}" : ""),
    };

    /// <summary>Who hears of what, written down apart from the code under test.</summary>
    private static string[] Hears(string what, string from, string to) => what switch
    {
        "referral-submitted" or "referral-withdrawn" => [to],
        "referral-clock-lapsed" => [from, to],
        _ => [from],
    };

    private static string Kind(string what) => what == "referral-clock-lapsed" ? "ClockLapsed" : string.Concat(what.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>A message of any kind, made of a real submission.</summary>
    private static string Message(JsonNode real, string what, Guid id, int version, string from, string to)
    {
        var message = new JsonObject { ["referral"] = id.ToString(), ["version"] = version, ["subject"] = (string)real["subject"]!, ["from"] = from, ["to"] = to, ["urgency"] = "Urgent", ["at"] = (string)real["at"]! };
        foreach (var (name, value) in what switch
        {
            "referral-submitted" => [("need", "Shelter"), ("purpose", "Assistance"), ("acknowledgeBy", (string)real["at"]!), ("decideBy", (string)real["at"]!)],
            "referral-declined" => [("code", "NoCapacity")],
            "referral-completed" => [("outcome", "ServiceDelivered")],
            "referral-withdrawn" => [("reason", "NeedMet")],
            "referral-clock-lapsed" => [("clock", "Acknowledge"), ("dueBy", (string)real["at"]!)],
            _ => Array.Empty<(string, string)>(),
        }) message[name] = value;
        return message.ToJsonString();
    }
}
