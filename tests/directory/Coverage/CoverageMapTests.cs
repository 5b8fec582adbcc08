using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Tests.Kit;
using Tiltas.Directory.Tests.Values;
using Tiltas.Directory.Values;
using Tiltas.TestKit;

namespace Tiltas.Directory.Tests.Coverage;

/// <summary>The map against one that asks each service about each minute of a week.</summary>
public sealed class CoverageMapTests
{
    private static readonly DateTimeOffset Monday = new(2026, 9, 7, 0, 0, 0, TimeSpan.FromHours(3));
    private static readonly Need[] Needs = [Need.Shelter, Need.LegalAid];
    private static readonly string[] Areas = ["LT", "LT-VL", "LT-KU", "LT-57", "LT-58", "LT-15"];

    [Fact]
    public void Map_ManyDirectories_SaysWhatEachMinuteSays()
    {
        var times = Provision.Load(Repository.In("data", "lt")).TimesOfWeek;
        var (covered, gaps) = (0, 0);
        for (var seed = 0; seed < 60; seed++)
        {
            var services = AnyServices(new Random(seed));
            var rows = CoverageMap.Of(Places.Country, Needs, [.. times.Select(time => CoverageTime.OfWeek(time.Name, time.Hours))], services).ToList();
            Assert.Equal(3 * Needs.Length * times.Length, rows.Count);
            var minutes = services.Select(service => Minutes(service.Hours).Zip(Minutes(service.OnCall), (a, b) => a || b).ToArray()).ToList();
            foreach (var row in rows)
            {
                var asked = Minutes(times.Single(time => time.Name == row.Time).Hours);
                var county = row.Municipality.Code == "LT-15" ? "LT-KU" : "LT-VL";
                HashSet<string> expected = [];
                for (var i = 0; i < services.Count; i++)
                {
                    if (services[i].Need != row.Need || !services[i].Areas.Any(area => area == "LT" || area == county || area == row.Municipality.Code)) continue;
                    var all = true;
                    for (var minute = 0; minute < asked.Length; minute++) all &= !asked[minute] || minutes[i][minute];
                    if (all) expected.Add(services[i].Agency.Value);
                }
                Assert.Equal(expected.Order(StringComparer.Ordinal), row.Agencies.Select(agency => agency.Value));
                if (expected.Count > 0) covered++;
                else gaps++;
            }
        }
        Assert.True(covered > 300 && gaps > 300, $"{covered} and {gaps}");
    }

    [Fact]
    public void Map_OfAMoment_SaysWhoIsThere()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var services = AnyServices(random);
            var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(365 * 24 * 60));
            foreach (var row in CoverageMap.Of(Places.Country, Needs, [CoverageTime.Of(at, Places.Time)], services))
                Assert.Equal(services.Where(service => service.Need == row.Need && service.Areas.Intersect(Places.Country.Around(row.Municipality.Code)).Any()
                    && (service.Hours.IsOpen(at, Places.Time) || service.OnCall?.IsOpen(at, Places.Time) == true)).Select(service => service.Agency.Value).Distinct().Order(StringComparer.Ordinal),
                    row.Agencies.Select(agency => agency.Value));
        }
    }

    private static bool[] Minutes(OpeningHours? hours) =>
        [.. Enumerable.Range(0, 7 * 24 * 60).Select(minute => hours is not null && hours.IsOpen(Monday.AddMinutes(minute), Places.Time))];

    private static List<CoveringService> AnyServices(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(8)).Select(_ => new CoveringService(
            AgencyId.From("agency-" + random.Next(5)), Needs[random.Next(2)], [.. Enumerable.Range(0, 1 + random.Next(2)).Select(_ => Areas[random.Next(Areas.Length)]).Distinct()],
            AnyHours(random), random.Next(3) == 0 ? AnyHours(random) : null)),
    ];

    private static OpeningHours AnyHours(Random random)
    {
        string[] usual = ["24/7", "Mo-Fr 08:00-17:00; PH off", "Mo-Fr 17:00-08:00", "Mo-Su 22:00-06:00", "Sa-Su 00:00-24:00", "Fr 22:00-24:00; Sa,Su 00:00-24:00"];
        return OpeningHours.TryParse(random.Next(3) == 0 ? HoursInTimeTests.AnyHours(random) : usual[random.Next(usual.Length)], out var hours) ? hours : throw new InvalidOperationException();
    }
}
