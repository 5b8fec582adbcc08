using System.Text.Json;
using Tiltas.Directory.Exchange.Hsds;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Tests.Kit;
using Tiltas.Directory.Values;
using Tiltas.TestKit;

namespace Tiltas.Directory.Tests.Exchange;

public sealed class HoursOfSchedulesTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vilnius");
    private const string S = "\"freq\":\"WEEKLY\",\"byday\":\"MO,TU\"", H = "\"opens_at\":\"08:00\",\"closes_at\":\"17:00\"";

    /// <summary>Whatever week the read API writes in schedules is read as the same minutes of the same days.</summary>
    [Fact]
    public void Week_OfAnySchedules_IsTheSameWeekAgain()
    {
        var random = new Random(20261122);
        var (tried, folder) = (0, Places.WriteFiles());
        try
        {
            var words = CountryWords.Load(folder, Places.Country);
            for (var i = 0; i < 4000; i++)
            {
                if (!OpeningHours.TryParse(Drawn(random), out var hours)) continue;
                tried++;
                var schedules = new Schedules(words, new At(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(random.Next(9000)))).Of(Guid.CreateVersion7(), hours);
                var (read, _) = HoursOfSchedules.Of(Parse(JsonSerializer.Serialize(schedules, HsdsJson.Options)), words.TimeZone);
                Assert.True(read is not null, hours.Text);
                // The read API says 24/7 to the minute before the last one.
                if (read.Text == OpeningHours.Always.Text) Assert.Contains(hours.Text, (string[])["24/7", "Mo-Su 00:00-23:59"]);
                else Assert.Equal(hours.WeekMinutes().Cast<bool>(), read.WeekMinutes().Cast<bool>());
            }
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
        Assert.InRange(tried, 1000, 4000);
    }

    [Theory]
    [InlineData("{" + S + "," + H + "}", "Mo-Tu 08:00-17:00"), InlineData("{\"freq\":\"WEEKLY\",\"interval\":1,\"byday\":\"FR, MO\"," + H + "}", "Mo,Fr 08:00-17:00"), InlineData("{" + S + ",\"opens_at\":\"20:00\",\"closes_at\":\"08:00\"}", "Mo-Tu 20:00-08:00")]
    [InlineData("{" + S + "," + H + ",\"valid_from\":\"2026-01-01\"}", null), InlineData("{" + S + "," + H + ",\"valid_to\":\"2026-01-01\"}", null), InlineData("{" + S + "," + H + ",\"valid_from\":\"soon\"}", null), InlineData("{" + S + "," + H + ",\"until\":\"2026-01-01\"}", null)]
    [InlineData("{" + S + ",\"opens_at\":\"08:00+02:00\",\"closes_at\":\"17:00+02:00\"}", null), InlineData("{" + S + ",\"opens_at\":\"08:00\"}", null), InlineData("{" + S + ",\"opens_at\":\"8am\",\"closes_at\":\"17:00\"}", null), InlineData("{" + S + ",\"opens_at\":\"08:00\",\"closes_at\":\"08:00\"}", null)]
    [InlineData("{" + S + "," + H + ",\"valid_from\":\"2026-01-01\",\"valid_to\":\"9999-12-31\"},{" + S + "," + H + ",\"valid_from\":\"2026-05-01\",\"valid_to\":\"9999-12-31\"}", null)]
    [InlineData("{" + H + "}", null), InlineData("{\"freq\":\"WEEKLY\"," + H + "}", null), InlineData("{\"freq\":\"WEEKLY\",\"interval\":2,\"byday\":\"MO\"," + H + "}", null), InlineData("{\"freq\":\"WEEKLY\",\"byday\":\"MO,MO\"," + H + "}", null), InlineData("{\"freq\":\"WEEKLY\",\"byday\":\"-1FR\"," + H + "}", null)]
    [InlineData("{" + S + "," + H + "},{" + S + ",\"opens_at\":\"10:00\",\"closes_at\":\"18:00\"}", null), InlineData("{" + S + "," + H + ",\"count\":3}", null)]
    // Season for season: the same week with the country's own distance from UTC, without a gap.
    [InlineData("{" + S + ",\"opens_at\":\"08:00+02:00\",\"closes_at\":\"17:00+02:00\",\"valid_from\":\"2025-10-26\",\"valid_to\":\"2026-03-28\"},{" + S + ",\"opens_at\":\"08:00+03:00\",\"closes_at\":\"17:00+03:00\",\"valid_from\":\"2026-03-29\",\"valid_to\":\"2026-10-24\"}", "Mo-Tu 08:00-17:00")]
    [InlineData("{" + S + ",\"opens_at\":\"08:00+02:00\",\"closes_at\":\"17:00+02:00\",\"valid_from\":\"2025-10-26\",\"valid_to\":\"2026-03-28\"},{" + S + ",\"opens_at\":\"08:00+02:00\",\"closes_at\":\"17:00+02:00\",\"valid_from\":\"2026-03-29\",\"valid_to\":\"2026-10-24\"}", null)]
    [InlineData("{" + S + ",\"opens_at\":\"08:00+02:00\",\"closes_at\":\"17:00+02:00\",\"valid_from\":\"2025-10-26\",\"valid_to\":\"2026-03-01\"},{" + S + ",\"opens_at\":\"08:00+03:00\",\"closes_at\":\"17:00+03:00\",\"valid_from\":\"2026-03-29\",\"valid_to\":\"2026-10-24\"}", null)]
    public void Schedules_AreAWeekOrNone(string schedules, string? hours) => Assert.Equal(hours, HoursOfSchedules.Of(Parse($"[{schedules}]"), Zone).Hours?.Text);

    private static IReadOnlyList<JsonNodeAt> Parse(string json) => ReadJson.From(System.Text.Encoding.UTF8.GetBytes(json)).Root!.Items;

    private static string Drawn(Random random)
    {
        string[] days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
        string Time(int hour) => $"{hour:00}:{random.Next(4) * 15:00}";
        var rules = Enumerable.Range(0, random.Next(1, 4)).Select(i =>
        {
            var (from, first) = (random.Next(7), random.Next(20));
            var to = random.Next(from, 7);
            var span = $"{Time(first)}-{(random.Next(6) == 0 ? "24:00" : Time(random.Next(24)))}";
            return $"{(to == from ? days[from] : days[from] + "-" + days[to])} {span}{(random.Next(3) == 0 ? $",{Time(random.Next(20, 24))}-24:00" : "")}";
        });
        return random.Next(40) == 0 ? "24/7" : random.Next(40) == 0 ? "Mo-Su 00:00-23:59" : string.Join("; ", rules) + (random.Next(4) == 0 ? "; PH off" : "");
    }

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
