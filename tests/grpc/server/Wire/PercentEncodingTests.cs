using System.Text;
using Tiltas.Grpc.Wire;

namespace Tiltas.Grpc.Tests.Wire;

public sealed class PercentEncodingTests
{
    private static readonly string[] Pieces = ["a", " ", "%", "%41", "\t", "\n", "ž", "☺", "😈", "~", "\u007f", "\0", "%zz", "é", "\ud800"];

    [Fact]
    public void Encoded_IsPrintable_AndAnyUriDecoderReadsIt()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            var encoded = PercentEncoding.Encode(text);
            Assert.All(encoded, c => Assert.InRange(c, ' ', '~'));
            // A lone surrogate cannot be UTF-8: it becomes the replacement sign, as in every encoder.
            var wanted = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            Assert.Equal(wanted, Uri.UnescapeDataString(encoded));
            Assert.Equal(wanted, PercentEncoding.Decode(encoded));
        }
    }

    [Theory]
    [InlineData("100%", "100%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz%41", "%zzA")]
    [InlineData("%E2%98%BA", "☺")]
    [InlineData("☺%41", "☺A")]
    [InlineData("%FF", "\ufffd")]
    public void WhatIsNoEscape_StaysAsItIs(string encoded, string text) => Assert.Equal(text, PercentEncoding.Decode(encoded));
}
