using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;
using Tiltas.Identification.Screenings;
using static Tiltas.Identification.Tests.RunningIdentification;
using static Tiltas.Identification.Tests.ScreeningHttpTests;

namespace Tiltas.Identification.Tests;

/// <summary>Asked once: others see that a topic was covered and when. What was found is seen by whoever found it, and by nobody else.</summary>
[Collection(WithService.Name)]
public sealed partial class TopicTests(RunningIdentification service, ITestOutputHelper output)
{
    private static readonly IndicatorSet[] Sets =
        [.. IndicatorFiles.ReadAll(Path.Combine(Kit.CountryFolder, "indicators")).OrderBy(set => set.Id, StringComparer.Ordinal).ThenBy(set => set.Version)];

    private static readonly IndicatorSet Labour = Sets.Single(set => set is { Id: "LT-ADULT-LABOUR", Version: 2 });

    [Fact]
    public void Of_SeveralScreenings_AddUpPartByPart()
    {
        var (early, late) = (new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        var topics = ReadTopics.Of([Asked(Labour, late, "A01", "A02", "A03"), Asked(Labour, early, "A03", "M01"), Asked(Sets.Single(set => set.Id == "LT-SEXUAL"), early, "S01"), Asked(Labour, late)]);

        Assert.Equal(
            [("LT-ADULT-LABOUR", DefinitionElement.Act, true, 2, late), ("LT-ADULT-LABOUR", DefinitionElement.Means, false, 1, early), ("LT-SEXUAL", DefinitionElement.Sign, false, 1, early)],
            topics.Select(topic => (topic.Set, topic.Element, topic.Whole, topic.Times, topic.LastAt)));
        Assert.All(topics, topic => Assert.Equal(["en", "lt", "ru", "uk"], topic.Text.Keys));
    }

    /// <summary>Whoever screens as well and takes away what it asked itself must not be left with what another asked.</summary>
    [Fact]
    public void Of_AnothersScreening_CannotBeWorkedOutByOnesOwn()
    {
        foreach (var set in Sets)
            foreach (var part in set.Indicators.GroupBy(indicator => indicator.Element))
            {
                var codes = part.Select(indicator => indicator.Code).ToArray();
                Assert.All(codes, others => Assert.Equal(codes.Length == 1 ? "" : $"{part.Key} False 2", Told(set, [others], [.. codes.Where(code => code != others)])));
            }

        static string Told(IndicatorSet set, string[] others, string[] own) =>
            string.Join(' ', ReadTopics.Of([Asked(set, default, others), Asked(set, default, own)]).Select(topic => $"{topic.Element} {topic.Whole} {topic.Times}"));
    }

    [Fact]
    public void Of_VersionsOfOneSet_AreToldApart() =>
        Assert.Equal([1, 2], ReadTopics.Of([.. Sets.Where(set => set.Id == "LT-CHILD-S0").Select(set => Asked(set, default, "C01"))]).Select(topic => topic.SetVersion));

    [Fact]
    public async Task Topics_OfSeveralAgencies_AreSeenByEachPartyAndByNobodyElse()
    {
        var subject = await service.Subject(Ngo, Police);
        Assert.Empty(Items(await service.Get(Police, Topics(subject))));

        await service.Post(Ngo, "/v1/screenings", Camel(Screening(subject.ToString(), [.. Part(DefinitionElement.Act, "Observed"), Says("M01", "NotAsked")]) with { SetVersion = 2 }));
        var second = await service.Post(Police, "/v1/screenings", Camel(Screening(subject.ToString(), Says("M07", "NotObserved")) with { SetVersion = 2 }));
        var own = await service.Get(Police, second.Location!);

        foreach (var party in (string[])[Ngo, Police])
        {
            var items = Items(await service.Get(party, Topics(subject)));
            Assert.Equal([("Act", true, 1), ("Means", false, 1)],
                items.Select(item => (item.GetProperty("element").GetString()!, item.GetProperty("whole").GetBoolean(), item.GetProperty("times").GetInt32())));
            Assert.Equal(own["at"], items[1].GetProperty("lastAt").GetString());
            Assert.All(items, item => Assert.Equal(["set", "setVersion", "title", "element", "text", "whole", "times", "lastAt"], item.EnumerateObject().Select(member => member.Name)));
        }
        var stranger = await service.Get(OtherNgo, Topics(subject));
        Assert.Equal((HttpStatusCode.NotFound, "TLT-IDN-0404"), (stranger.Status, stranger["code"]));
    }

    /// <summary>
    /// Non-interference: two persons are screened alike, with the same indicators asked, and something else found. Whatever another party
    /// reads, is told or is answered is the same for both, letter by letter once references and moments are taken out.
    /// </summary>
    [Fact]
    public async Task WhatAnotherAgencyReads_IsTheSame_WhateverWasFound()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (rounds, coverages, readings) = (40, new HashSet<string>(), new HashSet<string>());
        for (var round = 0; round < rounds; round++)
        {
            var screenings = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Draw(random)).ToArray();
            var ownerScreens = random.Next(2) == 0;
            var reads = new List<string>();
            var found = new List<string>();
            for (var twin = 0; twin < 2; twin++)
            {
                var subject = ownerScreens ? await service.Subject(Ngo, OtherNgo) : await service.Subject(OtherNgo, Ngo);
                var locations = new List<string>();
                foreach (var (set, asked, age) in screenings)
                {
                    // Opposite in the first answer, so that the twins surely differ; as it comes in all others.
                    var answers = asked.Select((code, i) => Says(code, (i == 0 ? twin == 0 : random.Next(2) == 0) ? "Observed" : "NotObserved")).ToArray();
                    random.Shuffle(answers);
                    var recorded = await service.Post(Ngo, "/v1/screenings", Camel(new ScreeningBody(subject.ToString(), set.Id, set.Version, age, "LT-57", "lt", answers, twin == 0)));
                    Assert.Equal(HttpStatusCode.Created, recorded.Status);
                    locations.Add(recorded.Location!);
                }
                found.Add(string.Concat(await All(Ngo, locations)));
                reads.Add(await Everything(OtherNgo, subject, locations));
            }
            Assert.NotEqual(Faceless(found[0]), Faceless(found[1]));
            Assert.True(reads[0] == reads[1], $"seed {seed}, round {round}: {Difference(reads[0], reads[1])}");
            coverages.Add(string.Join('+', screenings.Select(one => $"{one.Set.Id}{one.Set.Version}:{string.Join(',', one.Asked.Order(StringComparer.Ordinal))}")));
            readings.Add(reads[0]);
        }
        output.WriteLine($"{rounds} pairs of twins, {coverages.Count} coverages, {readings.Count} readings");
        Assert.True(readings.Count > rounds / 2, "What was covered makes no difference to what is read, so that nothing was tried.");
    }

    /// <summary>All that an agency which is party to a subject can read of it, and the answer when it writes; with what is published about it.</summary>
    private async Task<string> Everything(string agency, SubjectRef subject, List<string> foreign)
    {
        List<string> read = [.. await All(agency, [Topics(subject), $"/v1/subjects/{subject}/status", $"/v1/subjects/{subject}/entitlements", .. foreign])];
        read.Add((await service.Post(agency, $"/v1/subjects/{subject}/status", new { status = "Suspected" })).Text);
        read.AddRange(await All(agency, [Topics(subject), $"/v1/subjects/{subject}/status"]));
        // Two messages of one commit leave in either order.
        read.AddRange((await service.Published(subject)).Select(message => Faceless(message.Urn + message.Body.GetRawText())).Order(StringComparer.Ordinal));
        return Faceless(string.Join('\n', read));
    }

    private async Task<string[]> All(string agency, IEnumerable<string> paths)
    {
        var texts = new List<string>();
        foreach (var path in paths)
        {
            var answer = await service.Get(agency, path);
            texts.Add(string.Create(CultureInfo.InvariantCulture, $"{(int)answer.Status} {answer.Text}"));
        }
        return [.. texts];
    }

    private static (IndicatorSet Set, string[] Asked, string Age) Draw(Random random)
    {
        var set = Sets[random.Next(Sets.Length)];
        var asked = set.Indicators.Select(indicator => indicator.Code).ToArray();
        random.Shuffle(asked);
        return (set, asked[..(random.Next(3) == 0 ? asked.Length : random.Next(1, asked.Length))], random.Next(2) == 0 ? "From9To17" : "From24To26");
    }

    private static ReadTopics.Screened Asked(IndicatorSet set, DateTimeOffset at, params string[] codes) => new(set, at, codes.ToHashSet());

    private static object[] Part(DefinitionElement element, string observation) =>
        [.. Labour.Indicators.Where(indicator => indicator.Element == element).Select(indicator => Says(indicator.Code, observation))];

    private static string Topics(SubjectRef subject) => $"/v1/subjects/{subject}/screenings/topics";

    private static List<JsonElement> Items(Answer answer) => [.. answer.Json.GetProperty("items").EnumerateArray()];

    /// <summary>Where two texts part, with a little of each.</summary>
    private static string Difference(string one, string other)
    {
        var same = one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"…{one[Math.Max(0, same - 60)..Math.Min(one.Length, same + 60)]}… and …{other[Math.Max(0, same - 60)..Math.Min(other.Length, same + 60)]}…";
    }

    private static string Faceless(string text) => Moment().Replace(Reference().Replace(text, "reference"), "moment");

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")]
    private static partial Regex Reference();

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+([+]00:00|Z)")]
    private static partial Regex Moment();
}
