using System.Numerics;
using Tiltas.Grpc.Wire;

namespace Tiltas.Grpc.Tests.Wire;

public sealed class TimeoutTests
{
    private static readonly Dictionary<char, BigInteger> Nanoseconds = new()
    {
        ['H'] = 3_600_000_000_000, ['M'] = 60_000_000_000, ['S'] = 1_000_000_000, ['m'] = 1_000_000, ['u'] = 1_000, ['n'] = 1,
    };

    [Fact]
    public void Timeouts_AreWhatTheirDigitsAndUnitSay_RoundedUpToTicks()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var (unit, factor) = Nanoseconds.ElementAt(random.Next(6));
            var digits = random.Next(0, (int)Math.Pow(10, random.Next(1, 9)));
            Assert.True(GrpcTimeout.TryParse($"{digits}{unit}", out var timeout));
            Assert.Equal(((digits * factor) + 99) / 100, timeout.Ticks);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("S")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData("1s")]
    [InlineData("1h")]
    [InlineData("1.5S")]
    [InlineData(" 1S")]
    [InlineData("1S ")]
    [InlineData("123456789S")]
    [InlineData("٣S")]
    [InlineData("1e3S")]
    public void AnythingElse_IsRefused(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Fact]
    public void WhatIsFormatted_IsReadBackNoShorter_AndNoLongerThanOneUnit()
    {
        var random = new Random(2);
        for (var i = 0; i < 20_000; i++)
        {
            var timeout = new TimeSpan(random.NextInt64(1, 1L << random.Next(1, 57)));
            var text = GrpcTimeout.Format(timeout);
            Assert.True(text.Length <= 9);
            Assert.True(GrpcTimeout.TryParse(text, out var back));
            Assert.True(back >= timeout, text);
            Assert.True((back - timeout).Ticks * 100 < Nanoseconds[text[^1]], text);
        }
        Assert.Equal("1n", GrpcTimeout.Format(TimeSpan.FromSeconds(-5)));
    }
}
