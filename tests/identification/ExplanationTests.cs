using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;
using Tiltas.Identification.Screenings;

namespace Tiltas.Identification.Tests;

public sealed class ExplanationTests
{
    private static readonly IndicatorSet Labour =
        IndicatorFiles.ReadAll(Path.Combine(Kit.CountryFolder, "indicators")).Single(set => set is { Id: "LT-ADULT-LABOUR", Version: 2 });

    [Fact]
    public void Of_Observed_NamesEachWithElementAndWords()
    {
        var fired = Explanation.Of(Labour, new HashSet<string> { "P02", "M10" });

        Assert.Equal([("M10", DefinitionElement.Means), ("P02", DefinitionElement.Purpose)], fired.Select(item => (item.Indicator, item.Element)));
        Assert.All(fired, item => Assert.Equal(["en", "lt", "ru", "uk"], item.Text.Keys));
        Assert.Equal([ExploitationType.ForcedLabour], fired[1].Exploitation);
    }

    [Theory]
    [InlineData(AgeBand.Under9, false)]
    [InlineData(AgeBand.From9To17, false)]
    [InlineData(AgeBand.Unknown, true)]
    [InlineData(AgeBand.From18To20, true)]
    [InlineData(AgeBand.From48, true)]
    public void Coverage_Means_AreNotRequiredForAChild(AgeBand age, bool required)
    {
        var covered = Explanation.Coverage(Labour, age, new HashSet<string>(), new HashSet<string>());

        Assert.Equal(required, covered.Means.Required);
        Assert.All((CoveredElement[])[covered.Act, covered.Means, covered.Purpose, covered.Sign], element => Assert.Equal(["en", "lt", "ru", "uk"], element.Text.Keys));
        Assert.Equal(age is AgeBand.Under9 or AgeBand.From9To17 or AgeBand.Unknown, covered.Means.Text["en"].Contains("not required", StringComparison.Ordinal));
        Assert.True(covered.Act.Required && covered.Purpose.Required);
        Assert.False(covered.Sign.Required);
    }

    [Fact]
    public void Coverage_EveryIndicator_StandsInExactlyOnePlace()
    {
        var covered = Explanation.Coverage(Labour, AgeBand.From21To23, new HashSet<string> { "A01", "S05" }, new HashSet<string> { "M01" });
        CoveredElement[] elements = [covered.Act, covered.Means, covered.Purpose, covered.Sign];

        Assert.Equal(["A01"], covered.Act.Observed);
        Assert.Equal(["M01"], covered.Means.NotObserved);
        Assert.Equal(["S05"], covered.Sign.Observed);
        Assert.Equal(Labour.Indicators.Select(indicator => indicator.Code).Order(),
            elements.SelectMany(element => element.Observed.Concat(element.NotObserved).Concat(element.NotAsked)).Order());
    }

    [Fact]
    public void Shape_OfAnExplanation_HasNoScoreAndNoVerdict() =>
        Assert.DoesNotContain(
            ((Type[])[typeof(Fired), typeof(Covered), typeof(CoveredElement), typeof(RecordScreening.Recorded), typeof(ReadScreening.Screening), typeof(ReadTopics.Topic)]).SelectMany(type => type.GetProperties()),
            property => property.Name.Contains("score", StringComparison.OrdinalIgnoreCase) || property.Name.Contains("verdict", StringComparison.OrdinalIgnoreCase)
                || property.PropertyType == typeof(double) || property.PropertyType == typeof(decimal));
}
