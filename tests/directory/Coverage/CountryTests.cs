using Tiltas.Directory.Coverage;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Coverage;

public sealed class CountryTests
{
    private static readonly Municipality City = new() { Code = "LT-57", Name = "Vilniaus miestas", Type = "City municipality", County = "LT-VL" };

    [Fact]
    public void Load_Files_KnowsEveryPlace()
    {
        var country = Places.Country;
        Assert.Equal("LT", country.Code);
        Assert.Equal(["LT-15", "LT-57", "LT-58"], country.Municipalities.Select(m => m.Code));
        Assert.All(new[] { "LT", "LT-VL", "LT-KU", "LT-15", "LT-57", "LT-58" }, code => Assert.True(country.IsArea(code)));
        Assert.All(new[] { "", "lt", "LV", "LT-", "LT-99", "LT-XX", "LT-57 " }, code => Assert.False(country.IsArea(code)));
        Assert.True(country.IsMunicipality("LT-57"));
        Assert.All(new[] { "LT", "LT-VL", "LT-99" }, code => Assert.False(country.IsMunicipality(code)));
    }

    [Fact]
    public void Around_Area_IsItselfAndWhatItLiesIn()
    {
        Assert.Equal(["LT-57", "LT-VL", "LT"], Places.Country.Around("LT-57"));
        Assert.Equal(["LT-VL", "LT"], Places.Country.Around("LT-VL"));
        Assert.Equal(["LT"], Places.Country.Around("LT"));
    }

    [Fact]
    public void Create_PartsThatDoNotFit_AreRefused()
    {
        Assert.Throws<InvalidDataException>(() => Country.Create([], [City]));
        Assert.Throws<InvalidDataException>(() => Country.Create(["LT-VL"], []));
        Assert.Throws<InvalidDataException>(() => Country.Create(["LT-KU"], [City]));
        Assert.Throws<InvalidDataException>(() => Country.Create(["LT-VL"], [City, City]));
        Assert.Throws<InvalidDataException>(() => Country.Create(["LT-VL", "LV-01"], [City]));
        Assert.Throws<InvalidDataException>(() => Country.Create(["LT-VL"], [City with { Code = "57" }]));
        Assert.Equal("LT", Country.Create(["LT-VL"], [City]).Code);
    }

    [Fact]
    public void Csv_QuotedFieldsAndOtherColumns_AreRead() =>
        Assert.Equal([["b, \"c\"", "a"], ["ž", "x"]], CsvFile.Parse("one,two,three\na,\"b, \"\"c\"\"\",z\nx,ž,\n\n", "t", "two", "one"));

    [Theory]
    [InlineData("")]
    [InlineData("one\na\n")]
    [InlineData("one,two\na\n")]
    [InlineData("one,two\na,b,c\n")]
    [InlineData("one,two\na,\n")]
    [InlineData("one,two\na,\"b\n")]
    public void Csv_OfAnotherForm_IsRefused(string text) => Assert.Throws<InvalidDataException>(() => CsvFile.Parse(text, "t", "one", "two"));

    [Fact]
    public void Load_MissingFolder_NamesTheFile() =>
        Assert.Contains("counties.csv", Assert.Throws<InvalidDataException>(() => Country.Load("/nowhere")).Message, StringComparison.Ordinal);
}
