using Tiltas.Identification.Statuses;
using Tiltas.TestKit;

namespace Tiltas.Identification.Tests;

public sealed class DecisionTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);

    [Theory]
    [InlineData("1-02/2026")]
    [InlineData("Nr. 01-1-00123-26")]
    [InlineData("ąž 7")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234")]
    public void Parse_Reference_IsTaken(string reference) => Assert.Equal(reference, Decision.Parse(reference, Today, Today).Value!.Reference);

    [Theory]
    [InlineData("")]
    [InlineData("no digit in it")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\n2")]
    [InlineData("1;2")]
    [InlineData("1'2")]
    [InlineData("<1>")]
    [InlineData("١٢")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void Parse_OtherText_IsRefused(string reference) =>
        Assert.Equal("TLT-IDN-0022", Decision.Parse(reference, Today, Today).Error!.Code);

    [Fact]
    public void Parse_Half_NamesTheMissingHalf()
    {
        Assert.Equal("TLT-IDN-0021", Decision.Parse("1", null, Today).Error!.Code);
        Assert.Equal("TLT-IDN-0020", Decision.Parse(null, Today, Today).Error!.Code);
        Assert.Null(Decision.Parse(null, null, Today).Value);
    }

    [Fact]
    public void Parse_DayThatHasNotCome_IsRefused() => Assert.Equal("TLT-IDN-0023", Decision.Parse("1", Today.AddDays(1), Today).Error!.Code);

    [Fact]
    public void ToString_Prints_NoReference() => Assert.DoesNotContain("02/2026", Decision.Parse("1-02/2026", Today, Today).Value!.ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("2026-03-02T21:59:59Z", "2026-03-02")]
    [InlineData("2026-03-02T22:00:00Z", "2026-03-03")]
    [InlineData("2026-07-01T20:59:59Z", "2026-07-01")]
    [InlineData("2026-07-01T21:00:00Z", "2026-07-02")]
    public void Today_AroundMidnight_FollowsTheCountrysCalendar(string now, string today)
    {
        var time = new SetTime(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture), new Calendar(time, TimeZoneInfo.FindSystemTimeZoneById("Europe/Vilnius")).Today);
    }
}
