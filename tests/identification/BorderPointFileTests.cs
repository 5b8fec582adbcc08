using Tiltas.Identification.Country;

namespace Tiltas.Identification.Tests;

public sealed class BorderPointFileTests
{
    private const string Right = """
        points:
          - id: LT-BP-TRIAL
            name: {lt: Bandymas, en: Trial}
            source: {title: Study, date: "2024-12-31"}

        """;

    [Fact]
    public void Load_TheCountrysFile_NamesPlacesThatAreNoMunicipality()
    {
        var country = CountryData.Load(Kit.CountryFolder);

        Assert.NotEmpty(country.BorderPoints);
        Assert.All(country.BorderPoints, point =>
        {
            Assert.True(country.IsPlace(point.Id));
            Assert.DoesNotContain(point.Id, (IReadOnlySet<string>)country.Municipalities);
            Assert.Equal(["en", "lt", "ru", "uk"], point.Name.Keys);
        });
        Assert.True(country.IsPlace("LT-57"));
        Assert.False(country.IsPlace("LT-BP"));
        Assert.False(country.IsPlace("lt-bp-medininkai"));
    }

    [Fact]
    public void Read_NoFile_IsACountryThatScreensNobodyAtItsBorders()
    {
        using var folder = new TempFolder();
        Assert.Empty(BorderPointFile.Read(Path.Combine(folder.Path, "border-points.yaml")));
        Assert.Equal("LT-BP-TRIAL", Assert.Single(BorderPointFile.Read(folder.Write("border-points.yaml", Right))).Id);
    }

    [Theory]
    [InlineData("LT-BP-TRIAL", "LT-57", "line 2, field points[0].id: up to 40 characters")]
    [InlineData("LT-BP-TRIAL", "LT-BP-", "line 2, field points[0].id: up to 40 characters")]
    [InlineData("en: Trial", "uk: Спроба", "line 3, field points[0].name: \"en\" is missing")]
    [InlineData("lt: Bandymas, ", "", "line 3, field points[0].name: \"lt\" is missing")]
    [InlineData("source: {", "sources: {", "line 4, field points[0].sources: is not known here")]
    [InlineData("    source: {title: Study, date: \"2024-12-31\"}", "", "field points[0]: \"source\" is missing")]
    [InlineData("points:", "point:", "is not known here; known are points")]
    public void Read_WrongFile_SaysLineAndField(string what, string instead, string message)
    {
        using var folder = new TempFolder();
        var wrong = Assert.Throws<CountryDataException>(() => BorderPointFile.Read(folder.Write("border-points.yaml", Right.Replace(what, instead, StringComparison.Ordinal))));
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SamePointTwice_IsRefused()
    {
        using var folder = new TempFolder();
        var wrong = Assert.Throws<CountryDataException>(() => BorderPointFile.Read(folder.Write("border-points.yaml", Right + Right["points:\n".Length..])));
        Assert.Contains("line 5, field points[1].id: the border point stands twice", wrong.Message, StringComparison.Ordinal);
    }
}
