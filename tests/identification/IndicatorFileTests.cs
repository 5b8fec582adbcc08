using Tiltas.Identification.Country;

namespace Tiltas.Identification.Tests;

public sealed class IndicatorFileTests
{
    public const string Right = """
        id: LT-TRIAL
        version: 1
        title: {lt: Bandymas, en: Trial, uk: Спроба}
        population: Adult
        source: {title: Study, date: "2024-12-31", url: "https://example.org/"}
        indicators:
          - {code: A1, element: Act, text: {lt: veika, en: act}}
          - {code: M1, element: Means, text: {lt: priemonė, en: means}}
          - {code: P1, element: Purpose, exploitation: [ForcedLabour], text: {lt: tikslas, en: purpose}}
          - {code: S1, element: Sign, text: {lt: požymis, en: sign}}

        """;

    private static readonly IReadOnlyList<IndicatorSet> Sets = IndicatorFiles.ReadAll(Path.Combine(Kit.CountryFolder, "indicators"));

    private static IEnumerable<IndicatorSet> Newest => Sets.GroupBy(set => set.Id).Select(versions => versions.MaxBy(set => set.Version)!);

    [Fact]
    public void ReadAll_TheCountrysFiles_AreGood()
    {
        Assert.All(Sets.Where(set => set.Id == "LT-CHILD-S0"), set => Assert.Equal(16, set.Indicators.Length));
        Assert.Equal(
            [("LT-ADULT-LABOUR", Population.Adult), ("LT-BEGGING", Population.Any), ("LT-CHILD-S0", Population.Child), ("LT-CRIMINALITY", Population.Any),
                ("LT-MIGRANT", Population.Migrant), ("LT-REFUGEE-UA", Population.Refugee), ("LT-SEXUAL", Population.Any)],
            Newest.Select(set => (set.Id, set.Population)).Order());
    }

    [Fact]
    public void NewestVersions_OfTheCountrysSets_SpeakFourLanguagesAndNameTheirSource() => Assert.All(Newest, set =>
    {
        Assert.All(set.Indicators.Select(indicator => indicator.Text).Append(set.Title), words =>
        {
            Assert.Equal(["en", "lt", "ru", "uk"], words.Keys);
            Assert.Equal(words.Count, words.Values.Distinct().Count());
            Assert.All(words, word => Assert.Equal(word.Key is "ru" or "uk", word.Value.Any(letter => letter is >= '\u0400' and <= '\u04ff')));
            Assert.DoesNotContain(words["uk"], letter => "ыэъё".Contains(letter, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(words["ru"], letter => "іїєґ".Contains(letter, StringComparison.OrdinalIgnoreCase));
        });
        Assert.True(Uri.TryCreate(set.Source.Url, UriKind.Absolute, out _), set.Id);
    });

    [Fact]
    public void NewestVersions_OfSetsThatAreNotForChildrenAlone_AskForEveryPartOfTheDefinition() =>
        Assert.All(Newest.Where(set => set.Population != Population.Child), set => Assert.Equal(4, set.Indicators.Select(indicator => indicator.Element).Distinct().Count()));

    [Fact]
    public void LaterVersions_OfTheCountrysSets_KeepEachIndicatorsMeaning()
    {
        var later = Sets.Where(set => set.Version > 1).ToList();
        Assert.NotEmpty(later);
        Assert.All(later, set =>
        {
            var before = Sets.Single(other => other.Id == set.Id && other.Version == set.Version - 1);
            Assert.Equal(before.Indicators.Select(Meaning), set.Indicators.Select(Meaning));
        });

        static string Meaning(Indicator indicator) =>
            string.Join('|', indicator.Code, indicator.Element, string.Join(',', indicator.Exploitation), indicator.Text["lt"], indicator.Text["en"]);
    }

    [Fact]
    public void Populations_AndThePublishedOnes_HaveTheSameNames() =>
        Assert.Equal(Enum.GetNames<Population>().Append("Unspecified").Order(), Enum.GetNames<Protos.Codes.V1.Population>().Order());

    [Theory]
    [InlineData("version: 1", "version: one", "line 2, field version: a whole number from 1 is expected")]
    [InlineData("id: LT-TRIAL", "id: lt trial", "line 1, field id: up to 40 characters")]
    [InlineData("id: LT-TRIAL\n", "", "field (root): \"id\" is missing")]
    [InlineData("population: Adult", "population: Everybody", "line 4, field population: a code of Population is expected: Child, Adult")]
    [InlineData("population: Adult", "population: 1", "line 4, field population: a code of Population is expected")]
    [InlineData("population: Adult", "population: Adult\nscore: 3", "line 5, field score: is not known here")]
    [InlineData("code: M1", "code: A1", "line 8, field indicators[1].code: the code stands twice in this set")]
    [InlineData("element: Means", "element: Ends", "line 8, field indicators[1].element: a code of DefinitionElement is expected")]
    [InlineData("[ForcedLabour]", "[Labour]", "line 9, field indicators[2].exploitation[0]: a code of ExploitationType is expected")]
    [InlineData("text: {lt: veika, en: act}", "text: {lt: veika}", "line 7, field indicators[0].text: \"en\" is missing")]
    [InlineData("text: {lt: veika, en: act}", "text: {uk: дія, en: act}", "line 7, field indicators[0].text: \"lt\" is missing")]
    [InlineData("title: {lt: Bandymas, en: Trial, uk: Спроба}", "title: {lt: Bandymas, uk: Спроба}", "line 3, field title: \"en\" is missing")]
    [InlineData("text: {lt: veika, en: act}", "text: {lt: veika, en: act, English: act}", "line 7, field indicators[0].text.English: a language is named by two small letters")]
    [InlineData("text: {lt: veika, en: act}", "text: veika", "line 7, field indicators[0].text: named fields are expected")]
    [InlineData("date: \"2024-12-31\"", "date: 2024", "line 5, field source.date: a date such as 2023-12-10 is expected")]
    [InlineData("version: 1", "version: 1\nversion: 2", "not valid YAML")]
    [InlineData("version: 1", "version: [", "not valid YAML")]
    public void Read_WrongFile_SaysFileLineAndField(string what, string instead, string message)
    {
        using var folder = new TempFolder();

        var wrong = Assert.Throws<CountryDataException>(() => IndicatorFiles.Read(folder.Write("trial.yaml", Right.Replace(what, instead, StringComparison.Ordinal))));

        Assert.StartsWith("trial.yaml", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NotUtf8_SaysSo()
    {
        using var folder = new TempFolder();
        var path = folder.Write("trial.yaml", "");
        File.WriteAllBytes(path, [0x69, 0x64, 0x3a, 0x20, 0xff, 0xfe, 0xc3, 0x28]);
        Assert.Contains("not UTF-8", Assert.Throws<CountryDataException>(() => IndicatorFiles.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAll_SameVersionInTwoFiles_NamesBoth()
    {
        using var folder = new TempFolder();
        folder.Write("a.yaml", Right);
        folder.Write("b.yaml", Right);

        var wrong = Assert.Throws<CountryDataException>(() => IndicatorFiles.ReadAll(folder.Path));

        Assert.Equal("b.yaml: version 1 of LT-TRIAL already stands in a.yaml.", wrong.Message);
    }

    [Fact]
    public void Hash_CommentsAndLayout_DoNotCountButWordsDo()
    {
        using var folder = new TempFolder();
        var set = IndicatorFiles.Read(folder.Write("a.yaml", Right));
        var same = IndicatorFiles.Read(folder.Write("b.yaml", "# a comment\n" + Right.Replace("{lt: veika, en: act}", "{en: \"act\", lt: 'veika'}", StringComparison.Ordinal)));
        var other = IndicatorFiles.Read(folder.Write("c.yaml", Right.Replace("en: act}", "en: the act}", StringComparison.Ordinal)));

        Assert.Equal(set.Hash(), same.Hash());
        Assert.NotEqual(set.Hash(), other.Hash());
        Assert.Equal(set.Hash(), IndicatorSet.FromCanonical(set.Canonical()).Hash());
    }
}
