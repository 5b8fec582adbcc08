using Tiltas.Contracts.Codes;
using Tiltas.Directory.OpenReferral;

namespace Tiltas.Directory.Tests.OpenReferral;

public sealed class ValueTests
{
    /// <summary>The example of RFC 9562, appendix A.4.</summary>
    [Fact]
    public void NameBased_OfTheStandardsExample_IsItsUuid() =>
        Assert.Equal(Guid.Parse("2ed6657d-e927-568b-95e1-2665a8aea6a2"), HsdsId.NameBased(Guid.Parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com"));

    [Fact]
    public void Id_OfKindsAndSlugs_IsItsOwn()
    {
        Assert.Equal(4, new[] { HsdsId.Organization("a-b"), HsdsId.Service("a-b"), HsdsId.Location("a-b"), HsdsId.ServiceAtLocation("a", "b") }.Distinct().Count());
        // What was published once must stay.
        Assert.Equal(HsdsId.Organization("lt-kopzi"), HsdsId.NameBased(new Guid("4f3c1d0a-7c55-4b0e-9a53-2f1e6d8b9c47"), "organization:lt-kopzi"));
    }

    [Theory]
    [InlineData("Klaipėda", "klaipeda"), InlineData("ŽMONIŲ", "zmoniu"), InlineData("Šiauliai, Ąžuolų g. 3-4", "siauliai azuolu g 3 4"), InlineData("Z\u030cmones", "zmones")]
    [InlineData("Straße Ærø", "strasse aero"), InlineData("Київ ёлка", "киів елка"), InlineData("  — ", ""), InlineData("it's 24/7", "it s 24 7")]
    public void Words_OfAText_AreSmallAndPlain(string text, string words) => Assert.Equal(words, string.Join(' ', SearchWords.Split(text)));

    /// <summary>The property behind every search: each beginning of a word finds the word.</summary>
    [Fact]
    public void Beginning_OfAnyPrefix_IsABeginningOfTheWord()
    {
        foreach (var word in SearchWords.Of(["Klaipėdos miesto savivaldybė prieglauda pagalbos linija žmonėms shelter legal services Panevėžyje Šiauliuose"]))
            for (var length = 1; length <= word.Length; length++)
                Assert.StartsWith(SearchWords.Beginning(word[..length]), word, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("klaipeda klaipedos klaipedoje klaipedai"), InlineData("vilnius vilniaus vilniuje"), InlineData("kaunas kauno kaune kaunui"), InlineData("siauliai siauliu siauliuose")]
    [InlineData("panevezys panevezio panevezyje"), InlineData("alytus alytaus alytuje"), InlineData("palanga palangos palangoje")]
    public void Beginning_OfEachCase_IsTheSame(string cases) => Assert.Single(cases.Split(' ').Select(SearchWords.Beginning).Distinct());

    [Fact]
    public void Languages_EachOfTheList_HasThreeLettersOfItsOwn()
    {
        var codes = Languages.All.Select(code => LanguageNames.Of(code)).ToList();
        Assert.All(codes, language => Assert.True(language.Code.Length == 3 && language.Name.Length > 1));
        Assert.Equal(("lit", "Lithuanian"), LanguageNames.Of("lt"));
    }

    /// <summary>Each day of ten years has the distance from UTC that the time zone says, in exactly one of the two seasons told on a day.</summary>
    [Theory, InlineData("Europe/Vilnius"), InlineData("Asia/Tokyo"), InlineData("Australia/Sydney")]
    public void Seasons_OnAnyDay_SayWhatTheZoneSays(string name)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        for (var today = new DateOnly(2024, 1, 1); today.Year < 2034; today = today.AddDays(17))
        {
            var seasons = Schedules.Around(today, zone);
            Assert.Equal(name == "Asia/Tokyo" ? 1 : 2, seasons.Count);
            for (var day = today; day < today.AddDays(150); day = day.AddDays(1))
            {
                var its = Assert.Single(seasons, season => (season.From is null || season.From <= day) && (season.To is null || day <= season.To));
                Assert.Equal(zone.GetUtcOffset(day.ToDateTime(new TimeOnly(12, 0))), its.Offset);
            }
        }
    }
}
