using Tiltas.Contracts.Codes;
using Tiltas.Referral.Referrals;
using Tiltas.TestKit;

namespace Tiltas.Referral.Tests;

/// <summary>A country's files are written by people: what is wrong is said with the file and the field, at the start and not at the first referral.</summary>
public sealed class CountryFilesTests : IDisposable
{
    private const string Good = """
        clocks:
          Emergency: { acknowledge: PT1H, decide: PT24H, complete: P30D }
          Urgent: { acknowledge: PT4H, decide: PT72H, complete: P60D }
          Normal: { acknowledge: P1D, decide: P14D, complete: P90D }
        """;

    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("tiltas-country-").FullName;

    public void Dispose() => System.IO.Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Clocks_OfTheRepository_GiveEachUrgencyItsTimes()
    {
        var rules = ClockRules.Load(Repository.In("data", "lt"));
        foreach (var urgency in Enum.GetValues<Urgency>())
        {
            var deadlines = rules.For(urgency, Fixed.Start);
            Assert.True(Fixed.Start < deadlines.AcknowledgeBy && deadlines.AcknowledgeBy <= deadlines.DecideBy && deadlines.DecideBy <= deadlines.CompleteBy);
        }
        Assert.True(rules.For(Urgency.Emergency, Fixed.Start).DecideBy < rules.For(Urgency.Urgent, Fixed.Start).DecideBy);
    }

    [Fact]
    public void Clocks_AsWritten_AreCountedFromTheMoment()
    {
        var deadlines = Clocks(Good).For(Urgency.Urgent, Fixed.Start);
        Assert.Equal(new Deadlines(Fixed.Start.AddHours(4), Fixed.Start.AddHours(72), Fixed.Start.AddDays(60)), deadlines);
    }

    [Theory]
    [InlineData("", "clocks")]
    [InlineData("clocks:", "clocks")]
    [InlineData("clocks: 5", "clocks")]
    [InlineData("clocks: {Emergency", "clocks")]
    [InlineData("# Urgent", "clocks")]
    public void Clocks_OfNoForm_NameTheFile(string text, string field) => Says(text, field);

    [Theory]
    [InlineData("  Urgent: { acknowledge: PT4H, decide: PT72H, complete: P60D }", "", "clocks.Urgent")]
    [InlineData("  Urgent: { acknowledge: PT4H, decide: PT72H, complete: P60D }", "  Urgent:", "clocks.Urgent")]
    [InlineData("decide: PT72H, ", "", "clocks.Urgent.decide")]
    [InlineData("PT72H", "", "clocks.Urgent.decide")]
    [InlineData("PT72H", "72h", "clocks.Urgent.decide")]
    [InlineData("PT72H", "PT0S", "clocks.Urgent.decide")]
    [InlineData("PT72H", "-PT72H", "clocks.Urgent.decide")]
    [InlineData("PT72H", "P99999999999D", "clocks.Urgent.decide")]
    [InlineData("PT72H", "PT3H", "clocks.Urgent")]
    [InlineData("PT72H", "P61D", "clocks.Urgent")]
    public void Clocks_WithOneFault_NameFileAndField(string good, string bad, string field) => Says(Good.Replace(good, bad, StringComparison.Ordinal), field);

    [Theory]
    [InlineData("2026-03-28T21:59:59Z", "2026-03-28")]
    [InlineData("2026-03-28T22:00:00Z", "2026-03-29")]
    // Summer time has begun in the night between.
    [InlineData("2026-03-29T20:59:59Z", "2026-03-29")]
    [InlineData("2026-03-29T21:00:00Z", "2026-03-30")]
    [InlineData("2026-10-25T20:59:59Z", "2026-10-25")]
    [InlineData("2026-10-25T21:59:59Z", "2026-10-25")]
    [InlineData("2026-10-25T22:00:00Z", "2026-10-26")]
    public void Today_IsTheCountrysDay(string now, string day)
    {
        var calendar = CountryCalendar.Load(Repository.In("data", "lt"), new Standing(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), calendar.Today());
    }

    [Theory]
    [InlineData("")]
    [InlineData("code: LT")]
    [InlineData("timeZone:")]
    [InlineData("timeZone: Europe/Atlantis")]
    [InlineData("timeZone: [Europe/Vilnius]")]
    public void Calendar_WithoutATimeZone_NamesFileAndField(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "country.yaml"), text);
        var error = Assert.Throws<InvalidDataException>(() => CountryCalendar.Load(_folder, TimeProvider.System));
        Assert.Contains("country.yaml: timeZone", error.Message);
    }

    private ClockRules Clocks(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "clocks.yaml"), text);
        return ClockRules.Load(_folder);
    }

    private void Says(string text, string field)
    {
        var error = Assert.Throws<InvalidDataException>(() => Clocks(text));
        Assert.Contains($"clocks.yaml: {field}", error.Message);
    }
}
