using Grpc.Core;
using Tiltas.Grpc.Wire;

namespace Tiltas.Grpc.Tests.Wire;

public sealed class HeaderBytesTests
{
    [Fact]
    public void Bytes_AreReadBack_WithPaddingAndWithout_AloneAndJoined()
    {
        var random = new Random(4);
        for (var i = 0; i < 5_000; i++)
        {
            var values = Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
            {
                var bytes = new byte[random.Next(0, 70)];
                random.NextBytes(bytes);
                return bytes;
            }).ToList();
            var line = string.Join(random.Next(2) == 0 ? "," : ", ", values.Select(bytes => random.Next(2) == 0 ? Convert.ToBase64String(bytes) : HeaderBytes.Encode(bytes)));
            var metadata = new Metadata();
            Assert.True(HeaderBytes.Add(metadata, "a-bin", line));
            Assert.Equal(values, metadata.GetAll("a-bin").Select(entry => entry.ValueBytes));
        }
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AAAAA")]
    [InlineData("AA===")]
    [InlineData("A-B_")]
    [InlineData("AA=A")]
    [InlineData("ž")]
    public void WhatIsNoBase64_IsRefused_AndTheRestOfTheLineKept(string wrong)
    {
        var metadata = new Metadata();
        Assert.False(HeaderBytes.Add(metadata, "a-bin", $"AQI,{wrong}"));
        Assert.Equal([1, 2], Assert.Single(metadata).ValueBytes);
    }
}
