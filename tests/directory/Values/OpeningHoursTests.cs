using System.Text.Json;
using Tiltas.Directory.Values;

namespace Tiltas.Directory.Tests.Values;

public sealed class OpeningHoursTests
{
    [Theory]
    [InlineData("24/7", "24/7")]
    [InlineData(" 24/7 ", "24/7")]
    [InlineData("Mo-Fr 08:00-17:00", "Mo-Fr 08:00-17:00")]
    [InlineData("Mo-Fr 08:00-17:00; Sa 09:00-12:00", "Mo-Fr 08:00-17:00; Sa 09:00-12:00")]
    [InlineData("Mo-Fr 08:00-17:00;Sa 09:00-12:00", "Mo-Fr 08:00-17:00; Sa 09:00-12:00")]
    [InlineData("Mo,We 08:00-12:00, 13:00-17:00", "Mo,We 08:00-12:00,13:00-17:00")]
    [InlineData("Mo, We-Fr 08:00-12:00", "Mo,We-Fr 08:00-12:00")]
    [InlineData("Mo-Su 20:00-08:00", "Mo-Su 20:00-08:00")]
    [InlineData("Mo-Su 08:00-12:00,20:00-08:00", "Mo-Su 08:00-12:00,20:00-08:00")]
    [InlineData("Su 00:00-24:00", "Su 00:00-24:00")]
    [InlineData("Mo  08:00-09:00", "Mo 08:00-09:00")]
    [InlineData("Mo-Fr 08:00-17:00;PH  off", "Mo-Fr 08:00-17:00; PH off")]
    [InlineData("PH 10:00-12:00, 13:00-14:00; Mo 08:00-09:00", "PH 10:00-12:00,13:00-14:00; Mo 08:00-09:00")]
    public void TryParse_Form_IsReadInOneWay(string text, string canonical)
    {
        Assert.True(OpeningHours.TryParse(text, out var hours));
        Assert.Equal(canonical, hours.Text);
        Assert.True(OpeningHours.TryParse(hours.Text, out var again));
        Assert.Equal(hours, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(";")]
    [InlineData("24/7;")]
    [InlineData("24/7; Mo 08:00-09:00")]
    [InlineData("Mo")]
    [InlineData("Mo ")]
    [InlineData("08:00-17:00")]
    [InlineData("Mo-Fr")]
    [InlineData("Mo-Fr 8:00-17:00")]
    [InlineData("Mo-Fr 08:00")]
    [InlineData("Mo-Fr 08:00-08:00")]
    [InlineData("Mo-Fr 24:00-08:00")]
    [InlineData("Mo-Fr 08:00-24:01")]
    [InlineData("Mo-Fr 08:60-17:00")]
    [InlineData("Mo-Fr 25:00-26:00")]
    [InlineData("mo-fr 08:00-17:00")]
    [InlineData("Fr-Mo 08:00-17:00")]
    [InlineData("Mo-Mo 08:00-17:00")]
    [InlineData("Mo-Tu-We 08:00-17:00")]
    [InlineData("Pn-Pt 08:00-17:00")]
    [InlineData("Mo,Mo 08:00-17:00")]
    [InlineData("Mo-Fr 08:00-17:00; We 09:00-12:00")]
    [InlineData("Mo-Fr 08:00-17:00,16:00-18:00")]
    [InlineData("Mo-Fr 20:00-08:00,09:00-10:00")]
    [InlineData("Mo-Fr 08:00-17:00;;Sa 09:00-12:00")]
    [InlineData("Mo, 08:00-17:00")]
    [InlineData("Mo-Fr 08:00-17:00,")]
    [InlineData("Mo-Fr ٠٨:00-17:00")]
    [InlineData("PH off")]
    [InlineData("PH 10:00-12:00")]
    [InlineData("24/7; PH off")]
    [InlineData("Mo-Fr off")]
    [InlineData("Mo-Fr 08:00-17:00; PH")]
    [InlineData("Mo-Fr 08:00-17:00; PH closed")]
    [InlineData("Mo-Fr 08:00-17:00; PH off; PH off")]
    [InlineData("Mo-Fr,PH 08:00-17:00")]
    public void TryParse_AnythingElse_IsRefused(string? text) => Assert.False(OpeningHours.TryParse(text, out _));

    [Fact]
    public void TryParse_VeryLongText_IsRefused() => Assert.False(OpeningHours.TryParse("24/7" + new string(' ', 300), out _));

    [Fact]
    public void TryParse_EveryPairOfDays_IsARangeOnlyForward()
    {
        string[] days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
        for (var from = 0; from < 7; from++)
            for (var to = 0; to < 7; to++)
                Assert.Equal(from < to, OpeningHours.TryParse($"{days[from]}-{days[to]} 08:00-17:00", out _));
    }

    [Fact]
    public void TryParse_EveryMinute_IsReadAsAClockShowsIt()
    {
        for (var hour = 0; hour < 30; hour++)
            for (var minute = 0; minute < 70; minute++)
                Assert.Equal(hour < 24 && minute < 60 && (hour, minute) != (12, 0), OpeningHours.TryParse($"Mo {hour:00}:{minute:00}-12:00", out _));
    }

    [Fact]
    public void Json_Hours_AreText()
    {
        Assert.True(OpeningHours.TryParse("Sa 09:00-12:00", out var hours));
        Assert.Equal("\"Sa 09:00-12:00\"", JsonSerializer.Serialize(hours));
        Assert.Equal(hours, JsonSerializer.Deserialize<OpeningHours>("\"Sa 09:00-12:00\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<OpeningHours>("\"sometimes\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<OpeningHours>("7"));
    }
}
