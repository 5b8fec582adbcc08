using System.Globalization;
using Tiltas.Directory.Coverage;
using Tiltas.TestKit;

namespace Tiltas.Directory.Tests.Coverage;

public sealed class HolidaysTests
{
    private static readonly Holidays Lithuania = Holidays.Load(Repository.In("data", "lt"));

    /// <summary>Gauss' rule, which holds for these two centuries and is worked out in another way.</summary>
    [Fact]
    public void Easter_OfTwoCenturies_IsAsGaussHasIt()
    {
        for (var year = 1900; year < 2100; year++)
        {
            var (a, b, c) = (year % 19, year % 4, year % 7);
            var d = (19 * a + 24) % 30;
            var e = (2 * b + 4 * c + 6 * d + 5) % 7;
            var day = d == 29 && e == 6 ? new DateOnly(year, 4, 19) : d == 28 && e == 6 && a > 10 ? new DateOnly(year, 4, 18) : new DateOnly(year, 3, 22).AddDays(d + e);
            Assert.Equal(day, Holidays.Easter(year));
        }
    }

    [Theory]
    [InlineData("1961-04-02")]
    [InlineData("2008-03-23")]
    [InlineData("2011-04-24")]
    [InlineData("2024-03-31")]
    [InlineData("2025-04-20")]
    [InlineData("2026-04-05")]
    [InlineData("2038-04-25")]
    [InlineData("2285-03-22")]
    public void Easter_KnownYears_AreRight(string day) => Assert.Equal(Day(day), Holidays.Easter(Day(day).Year));

    [Fact]
    public void Lithuania_AYear_HasItsSixteenDays() => Assert.Equal(
        ["01-01", "02-16", "03-11", "03-28", "03-29", "05-01", "05-02", "06-06", "06-24", "07-06", "08-15", "11-01", "11-02", "12-24", "12-25", "12-26"],
        Enumerable.Range(0, 365).Select(n => new DateOnly(2027, 1, 1).AddDays(n)).Where(Lithuania.Contains).Select(day => day.ToString("MM-dd", CultureInfo.InvariantCulture)));

    [Fact]
    public void Lithuania_AllSouls_IsSince2020()
    {
        Assert.False(Lithuania.Contains(new(2019, 11, 2)));
        Assert.True(Lithuania.Contains(new(2020, 11, 2)));
    }

    [Fact]
    public void LeapDay_IsAHolidayInLeapYearsOnly()
    {
        var leap = Read("holidays:\n  - day: \"02-29\"\n    until: 2024\n    name: { en: Leap }\n");
        Assert.Equal([false, false, true, false], new[] { "2023-02-28", "2023-03-01", "2024-02-29", "2028-02-29" }.Select(day => leap.Contains(Day(day))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("holidays: []\n")]
    [InlineData("holidays:\n  - day: \"02-30\"\n    name: { en: A }\n")]
    [InlineData("holidays:\n  - day: \"01-01\"\n")]
    [InlineData("holidays:\n  - day: \"01-01\"\n    easter: 1\n    name: { en: A }\n")]
    [InlineData("holidays:\n  - easter: 400\n    name: { en: A }\n")]
    [InlineData("holidays:\n  - first: { weekday: Sunday, month: 5 }\n    name: { en: A }\n")]
    [InlineData("holidays:\n  - first: { weekday: Su, month: 13 }\n    name: { en: A }\n")]
    [InlineData("holidays:\n  - name: { en: A }\n")]
    [InlineData("holidays:\n  - dya: \"01-01\"\n    name: { en: A }\n")]
    [InlineData("holidays: 7\n")]
    [InlineData("holidays:\n  -\n")]
    public void Load_WhatIsNoHoliday_IsRefused(string text) =>
        Assert.Contains("holidays.yaml", Assert.Throws<InvalidDataException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_WithoutSource_IsRefused() => Assert.Throws<InvalidDataException>(() => Read("holidays:\n  - day: \"01-01\"\n    name: { en: A }\n", source: ""));

    private static Holidays Read(string text, string source = "source: { title: A law, date: \"2026-01-01\" }\n")
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("tiltas-holidays-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "holidays.yaml"), source + text);
            return Holidays.Load(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
