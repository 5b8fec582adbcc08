using Tiltas.Directory.Values;

namespace Tiltas.Directory.Tests.Values;

public sealed class LanguageCodeTests
{
    [Fact]
    public void All_IsTheWholeList()
    {
        Assert.Equal(183, LanguageCode.All.Count);
        Assert.All(LanguageCode.All, code => Assert.Matches("^[a-z]{2}$", code));
    }

    [Theory]
    [InlineData("lt", true)]
    [InlineData("en", true)]
    [InlineData("uk", true)]
    [InlineData("LT", false)]
    [InlineData("lit", false)]
    [InlineData("xx", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsKnown_Code_OnlyFromTheList(string? code, bool known) => Assert.Equal(known, LanguageCode.IsKnown(code));
}
