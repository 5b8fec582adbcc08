using Tiltas.Directory.Values;

namespace Tiltas.Directory.Tests.Values;

public sealed class ContactTests
{
    [Theory]
    [InlineData("112")]
    [InlineData("116 000")]
    [InlineData("116000")]
    [InlineData("1819")]
    [InlineData("+370 600 00000")]
    [InlineData("+37060000000")]
    [InlineData("+1 202 555 0100")]
    [InlineData("+123456789012345")]
    [InlineData("+1234567")]
    public void Phone_OfTheForm_IsTaken(string value) => Assert.True(Contact.IsValue(ContactKind.Phone, value));

    [Theory]
    [InlineData("")]
    [InlineData("11")]
    [InlineData("1234567")]
    [InlineData("8 600 00000")]
    [InlineData("00370 600 00000")]
    [InlineData("+0 600 00000")]
    [InlineData("+123456")]
    [InlineData("+1234567890123456")]
    [InlineData("+370  600 00000")]
    [InlineData("+370 600 00000 ")]
    [InlineData("+370-600-00000")]
    [InlineData("(370) 600 00000")]
    [InlineData("+370 600 00000\n")]
    [InlineData("call us")]
    [InlineData("+٣٧٠ ٦٠٠ ٠٠٠٠٠")]
    public void Phone_OfAnotherForm_IsRefused(string value) => Assert.False(Contact.IsValue(ContactKind.Phone, value));

    [Theory]
    [InlineData("post@example.org")]
    [InlineData("first.last+tag@sub.example.co.uk")]
    [InlineData("a@b.lt")]
    public void Email_OfTheForm_IsTaken(string value) => Assert.True(Contact.IsValue(ContactKind.Email, value));

    [Theory]
    [InlineData("")]
    [InlineData("example.org")]
    [InlineData("@example.org")]
    [InlineData("post@")]
    [InlineData("post@localhost")]
    [InlineData("post@@example.org")]
    [InlineData(".post@example.org")]
    [InlineData("po..st@example.org")]
    [InlineData("post@-example.org")]
    [InlineData("post@example..org")]
    [InlineData("post@example.org\n")]
    [InlineData("Name <post@example.org>")]
    [InlineData("po st@example.org")]
    public void Email_OfAnotherForm_IsRefused(string value) => Assert.False(Contact.IsValue(ContactKind.Email, value));

    [Fact]
    public void Email_TooLong_IsRefused()
    {
        Assert.False(Contact.IsValue(ContactKind.Email, new string('a', 65) + "@example.org"));
        Assert.True(Contact.IsValue(ContactKind.Email, new string('a', 64) + "@example.org"));
        Assert.False(Contact.IsValue(ContactKind.Email, "a@" + string.Concat(Enumerable.Repeat("example.", 40)) + "org"));
    }

    [Theory]
    [InlineData("https://example.org")]
    [InlineData("http://example.org/path?x=1#y")]
    [InlineData("HTTPS://EXAMPLE.ORG")]
    [InlineData("https://įstaiga.lt/ą")]
    public void Web_OfTheForm_IsTaken(string value) => Assert.True(Contact.IsValue(ContactKind.Web, value));

    [Theory]
    [InlineData("")]
    [InlineData("example.org")]
    [InlineData("/path")]
    [InlineData("//example.org")]
    [InlineData("ftp://example.org")]
    [InlineData("javascript:alert(1)")]
    [InlineData("file:///etc/hosts")]
    [InlineData("mailto:post@example.org")]
    [InlineData("https://")]
    [InlineData("https:example.org")]
    [InlineData("https://user:secret@example.org")]
    [InlineData("https://example.org/a b")]
    public void Web_OfAnotherForm_IsRefused(string value) => Assert.False(Contact.IsValue(ContactKind.Web, value));

    [Fact]
    public void Web_TooLong_IsRefused() => Assert.False(Contact.IsWeb("https://example.org/" + new string('a', 1000)));

    [Fact]
    public void Post_UpToItsLimit_IsTaken()
    {
        Assert.True(Contact.IsValue(ContactKind.Post, new string('a', 300)));
        Assert.False(Contact.IsValue(ContactKind.Post, new string('a', 301)));
    }
}
