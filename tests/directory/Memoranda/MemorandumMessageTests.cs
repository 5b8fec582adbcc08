using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Tests.Memoranda;

public sealed class MemorandumMessageTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("2027-12-31")]
    public void Message_WithAndWithoutALastDay_CanBeReadBackFromTheOutbox(string? lastDay)
    {
        var sent = new MemorandumInForce
        {
            Memorandum = MemorandumId.From("m-one"), Version = 1, Parties = [AgencyId.From("a-one"), AgencyId.From("a-two")],
            DataClasses = [DataClass.Identity], Purposes = [Purpose.Assistance], Needs = [], ValidFrom = new DateOnly(2026, 1, 1),
            ValidTo = lastDay is null ? null : DateOnly.Parse(lastDay, System.Globalization.CultureInfo.InvariantCulture), At = DateTimeOffset.UnixEpoch,
        };
        var read = JsonSerializer.Deserialize<MemorandumInForce>(JsonSerializer.SerializeToUtf8Bytes(sent, TiltasJson.Messages), TiltasJson.Messages)!;
        Assert.Equal(sent.ValidTo, read.ValidTo);
        Assert.Equal(sent.Parties, read.Parties);
    }
}
